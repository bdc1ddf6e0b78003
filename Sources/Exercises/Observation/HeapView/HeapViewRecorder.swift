package import Examining
package import Traces
import Vocabularies
import Workloads

/// Finds fault with nothing, and keeps what a heap viewer draws beside what is right: so all pictures of a trace can be looked at, however
/// many are wrong.
package final class HeapViewRecorder: Oracle {
  /// An answer and the right one, to a question about one grid, or about the history.
  package struct Picture: Sendable {
    /// The index of the operation that asked for it.
    package let operation: Int
    /// `live`, `heat` and so on, or `history`.
    package let plane: String
    package let start: UInt64
    package let byteCount: UInt64
    package let cellBytes: UInt64
    package let said: [UInt64]
    package let right: [UInt64]

    package var isRight: Bool { said == right }
    package var isHistory: Bool { plane == "history" }
  }

  /// Larger ones are counted, and not kept.
  private static let cellLimit = 4096

  private let rows: HeapViewRows
  private let describe: @Sendable (UInt64) -> String
  private var truth: HeapViewTruth
  package private(set) var pictures: [Picture] = []
  /// All pictures, and those that differ.
  package private(set) var counts = (pictures: 0, wrong: 0)
  /// All events, and those that were wrongly taken or refused.
  package private(set) var events = (all: 0, wrong: 0)
  /// The first of those.
  package private(set) var firstWrong: String?

  package init(for trace: Trace) {
    rows = HeapViewRows(trace.tables)
    describe = HeapViewVocabulary.describer(of: trace.tables)
    truth = HeapViewTruth(of: trace)
  }

  package func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    var answers = window.answers
    for place in operations.indices {
      let (word, outcome, index) = (operations[place], outcomes[place], window.firstIndex + place)
      guard HeapViewVocabulary.isAnswered(word) else {
        if let step = rows.step(word) { note(step, word, outcome, at: index) }
        continue
      }
      let said = answers.next(outcome).map { Array($0) } ?? []
      if let step = rows.step(word) { keep(step, said, at: index) }
    }
    return nil
  }

  private func note(_ step: HeapViewRows.Step, _ word: UInt64, _ outcome: UInt64, at index: Int) {
    let refusal = truth.perform(step)
    guard step.kind != .tick else { return }
    events.all += 1
    guard outcome != (refusal == nil ? 1 : 0) else { return }
    events.wrong += 1
    guard firstWrong == nil else { return }
    let why = refusal.map { HeapViewText.reason($0) } ?? "nothing is in its way"
    firstWrong =
      "operation \(index): \(describe(word)) → \(HeapViewVocabulary.describe(outcome: outcome, of: word)): \(why)"
  }

  private func keep(_ step: HeapViewRows.Step, _ said: [UInt64], at index: Int) {
    let right = step.kind == .history ? truth.history : truth.cells(step)
    counts.pictures += 1
    if said != right { counts.wrong += 1 }
    guard max(said.count, right.count) <= Self.cellLimit else { return }
    pictures.append(
      Picture(
        operation: index, plane: step.kind.plane.map { HeapViewVocabulary.planes[Int($0)] } ?? "history",
        start: step.first, byteCount: step.second, cellBytes: max(1, step.third), said: said, right: right))
  }

  /// Some of the pictures, in groups that are of the same grid and one after the other: where one differs before all others, then those
  /// that have most to show.
  package func chosen(_ limit: Int) -> [[Picture]] {
    var groups: [[Picture]] = []
    for picture in pictures {
      if let last = groups.last?.last, last.start == picture.start, last.byteCount == picture.byteCount,
        last.cellBytes == picture.cellBytes, groups.last?.contains(where: { $0.plane == picture.plane }) == false
      {
        groups[groups.count - 1].append(picture)
      } else {
        groups.append([picture])
      }
    }
    func changes(_ group: [Picture]) -> Int {
      group.reduce(0) { sum, picture in
        guard picture.right.count <= 2048 else { return sum }
        return sum + zip(picture.right, picture.right.dropFirst()).count { $0 != $1 }
      }
    }
    let ranked = groups.map { (group: $0, isWrong: $0.contains { !$0.isRight }, changes: changes($0)) }
      .filter { $0.isWrong || $0.changes > 0 }
      .sorted { ($0.isWrong ? 1 : 0, $0.changes) > ($1.isWrong ? 1 : 0, $1.changes) }
    return ranked.prefix(limit).map(\.group).sorted { ($0.first?.operation ?? 0) < ($1.first?.operation ?? 0) }
  }
}
