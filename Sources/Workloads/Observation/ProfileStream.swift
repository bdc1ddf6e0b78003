package import Traces
import Vocabularies

/// Call stacks, events about them, and reports that are asked for: a trace of a reporter, taken apart.
package struct ProfileStream: Equatable, Sendable {
  package struct Event: Hashable, Sendable {
    package var time: UInt64
    package var stack: Int
    package var isEnd: Bool
    package var bytes: UInt64

    package init(time: UInt64, stack: Int, isEnd: Bool = false, bytes: UInt64) {
      (self.time, self.stack, self.isEnd, self.bytes) = (time, stack, isEnd, bytes)
    }
  }

  package enum Step: Equatable, Sendable {
    case event(Event)
    case ask(UInt64)
  }

  /// Of each symbol.
  package var names: [[UInt8]]
  /// The symbols of each stack, the outermost caller's first.
  package var stacks: [[Int]]
  package var steps: [Step]

  package init(names: [[UInt8]] = [], stacks: [[Int]] = [], steps: [Step] = []) {
    (self.names, self.stacks, self.steps) = (names, stacks, steps)
  }

  /// Nothing at all, where the tables are not what they should be.
  package init(_ trace: Trace) {
    let tables = trace.tables
    self.init()
    guard ReporterVocabulary.faults(in: tables).isEmpty, let bytes = tables.bytes(ReporterVocabulary.names),
      let symbols = tables.words(ReporterVocabulary.symbols), let frames = tables.words(ReporterVocabulary.frames),
      let ends = tables.words(ReporterVocabulary.stacks), let words = tables.words(ReporterVocabulary.events)
    else { return }
    var start = 0
    for end in symbols {
      names.append(Array(bytes[start..<Int(end)]))
      start = Int(end)
    }
    start = 0
    for end in ends {
      stacks.append(frames[start..<Int(end)].map { Int($0) })
      start = Int(end)
    }
    var next = 0
    for word in trace.operations {
      guard let (kind, count) = ReporterVocabulary.question(word) else { continue }
      guard kind == .feed else {
        steps.append(.ask(word))
        continue
      }
      for _ in 0..<min(count, words.count / ReporterVocabulary.eventWords - next) {
        let place = ReporterVocabulary.eventWords * next
        let stack = Int(words[place + 1] & ~ReporterVocabulary.endBit)
        let isEnd = words[place + 1] & ReporterVocabulary.endBit != 0
        steps.append(.event(Event(time: words[place], stack: stack, isEnd: isEnd, bytes: words[place + 2])))
        next += 1
      }
    }
  }

  package var events: [Event] { steps.compactMap { if case .event(let event) = $0 { event } else { nil } } }

  /// The trace; what lies between two questions is fed at once.
  package var trace: Trace {
    var (operations, words): ([UInt64], [UInt64]) = ([], [])
    var fed = 0
    func feed() {
      if fed > 0 { operations.append(ReporterVocabulary.word(.feed, fed)) }
      fed = 0
    }
    for step in steps {
      switch step {
      case .event(let event):
        words.append(event.time)
        words.append(UInt64(event.stack) | (event.isEnd ? ReporterVocabulary.endBit : 0))
        words.append(event.bytes)
        fed += 1
      case .ask(let word):
        feed()
        operations.append(word)
      }
    }
    feed()
    return Trace(
      vocabulary: ReporterVocabulary.name, name: "",
      parameters: [TraceParameter(name: Channel.answerParameter, value: answerWords)],
      tables: [
        NamedTable(ReporterVocabulary.names, bytes: names.flatMap { $0 }),
        NamedTable(ReporterVocabulary.symbols, words: Self.ends(names.map(\.count))),
        NamedTable(ReporterVocabulary.frames, words: stacks.flatMap { $0.map { UInt64($0) } }),
        NamedTable(ReporterVocabulary.stacks, words: Self.ends(stacks.map(\.count))),
        NamedTable(ReporterVocabulary.events, words: words),
      ], operations: operations)
  }

  private static func ends(_ counts: [Int]) -> [UInt64] {
    var end = 0
    return counts.map { count in
      end += count
      return UInt64(end)
    }
  }

  /// Room for all reports, as wide as anybody may write them.
  private var answerWords: Int {
    let lengths = names.map { max(9, $0.count) }
    let written = stacks.reduce(0) { sum, stack in sum + stack.reduce(48) { $0 + 3 * lengths[$1] + 1 } }
    let rows = lengths.reduce(0) { $0 + 3 * $1 + 128 }
    let structured =
      lengths.reduce(0) { $0 + 6 * $1 + 32 } + stacks.reduce(0) { $0 + 128 + 32 * max(1, $1.count) }
    var (bytes, eventCount) = (0, 0)
    for step in steps {
      guard case .ask(let word) = step, let (kind, count) = ReporterVocabulary.question(word) else {
        eventCount += 1
        continue
      }
      bytes += 1024
      switch kind {
      case .feed: break
      case .folded: bytes += written
      case .topSelf, .topTotal: bytes += min(rows, min(count, names.count) * (3 * (lengths.max() ?? 0) + 128))
      case .timeline: bytes += 48 * min(count, eventCount)
      case .json: bytes += structured
      }
    }
    return min(bytes / 8, Channel.answerLimit)
  }

  // MARK: - Leaving out

  /// The same stream, in which no more is given back at a stack than lives there: what was given back of events that are gone is gone as well.
  package func sound() -> ProfileStream {
    var sound = self
    var live = [UInt64](repeating: 0, count: stacks.count)
    sound.steps = steps.map { step in
      guard case .event(var event) = step else { return step }
      if event.isEnd { event.bytes = min(event.bytes, live[event.stack]) }
      live[event.stack] = event.isEnd ? live[event.stack] - event.bytes : live[event.stack] &+ event.bytes
      return .event(event)
    }
    return sound
  }

  /// Without stacks that no event is about, and symbols that are in no stack.
  package func compacted() -> ProfileStream {
    let used = Set(events.map(\.stack)).sorted()
    let symbols = Set(used.flatMap { stacks[$0] }).sorted()
    let stackNumbers = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    let symbolNumbers = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, $0) })
    return ProfileStream(
      names: symbols.map { names[$0] }, stacks: used.map { stacks[$0].map { symbolNumbers[$0] ?? 0 } },
      steps: steps.map { step in
        guard case .event(var event) = step else { return step }
        event.stack = stackNumbers[event.stack] ?? 0
        return .event(event)
      })
  }
}
