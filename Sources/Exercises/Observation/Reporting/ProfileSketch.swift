import Vocabularies
import Workloads

/// A profile that is being made up: it knows what lives, so that no more is given back.
struct ProfileSketch {
  private(set) var stream: ProfileStream
  private(set) var live: [UInt64]
  private(set) var total: UInt64 = 0
  private var time: UInt64

  init(names: [String], stacks: [[Int]] = [], time: UInt64 = 0) {
    self.init(names: names.map { Array($0.utf8) }, stacks: stacks, time: time)
  }

  init(names: [[UInt8]], stacks: [[Int]] = [], time: UInt64 = 0) {
    stream = ProfileStream(names: names, stacks: stacks)
    live = Array(repeating: 0, count: stacks.count)
    self.time = time
  }

  @discardableResult
  mutating func stack(_ symbols: [Int]) -> Int {
    stream.stacks.append(symbols)
    live.append(0)
    return live.count - 1
  }

  mutating func allocate(_ stack: Int, _ bytes: UInt64, after pause: UInt64 = 1) {
    time += pause
    let room = UInt64.max - total
    let bytes = min(bytes, room)
    live[stack] += bytes
    total += bytes
    stream.steps.append(.event(.init(time: time, stack: stack, bytes: bytes)))
  }

  /// Gives back so much, or as much as lives.
  mutating func deallocate(_ stack: Int, _ bytes: UInt64 = .max, after pause: UInt64 = 1) {
    time += pause
    let bytes = min(bytes, live[stack])
    live[stack] -= bytes
    total -= bytes
    stream.steps.append(.event(.init(time: time, stack: stack, isEnd: true, bytes: bytes)))
  }

  /// Allocates or gives back until so much lives at a stack.
  mutating func set(_ stack: Int, to bytes: UInt64) {
    if bytes < live[stack] { deallocate(stack, live[stack] - bytes) } else { allocate(stack, bytes - live[stack]) }
  }

  mutating func ask(_ kind: ReporterVocabulary.Kind, _ count: Int = 0) {
    stream.steps.append(.ask(ReporterVocabulary.word(kind, count)))
  }

  /// All reports, in any order.
  mutating func askAll(top: Int = 100, points: Int = 12, with generator: inout SeededGenerator) {
    var questions: [(ReporterVocabulary.Kind, Int)] = [
      (.folded, 0), (.topSelf, top), (.topTotal, top), (.timeline, points), (.json, 0),
    ]
    questions.shuffle(using: &generator)
    for (kind, count) in questions { ask(kind, count) }
  }

  /// Something happens at any stack: more often an allocation, of up to so many bytes.
  mutating func happen(_ bytes: ClosedRange<Int>, with generator: inout SeededGenerator) {
    let stack = generator.below(live.count)
    let pause = UInt64(generator.pick(1...20))
    if live[stack] > 0, generator.below(5) < 2 {
      deallocate(stack, generator.oneIn(2) ? .max : UInt64(generator.logarithmic(bytes)), after: pause)
    } else {
      allocate(stack, generator.oneIn(20) ? 0 : UInt64(generator.logarithmic(bytes)), after: pause)
    }
  }
}
