public import AllocLab
internal import Vocabularies

/// Drives a reporter of profiles: stacks and events come from the trace's tables, and reports go into lists.
public struct ReporterDriver<Reporter: ProfileReporter & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let events: WordTable
  private let stackCount: Int
  private var fed = 0
  private var reporter: Reporter

  public init(_ session: Session) {
    self.session = session
    events = session.wordTable(ReporterVocabulary.events)
    let stacks = CallStacks(
      names: session.byteTable(ReporterVocabulary.names), symbols: session.wordTable(ReporterVocabulary.symbols),
      frames: session.wordTable(ReporterVocabulary.frames), stacks: session.wordTable(ReporterVocabulary.stacks))
    stackCount = stacks.count
    reporter = Reporter(stacks: stacks)
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, count) = ReporterVocabulary.question(operation) else { return 0 }
    guard kind != .feed else {
      feed(count)
      return 0
    }
    var text = ReportText(session.beginAnswer())
    switch kind {
    case .feed: break
    case .folded: reporter.folded(&text)
    case .topSelf: reporter.top(count, by: .selfBytes, &text)
    case .topTotal: reporter.top(count, by: .totalBytes, &text)
    case .timeline: reporter.timeline(count, &text)
    case .json: reporter.json(&text)
    }
    return session.endAnswer(count: text.end())
  }

  private mutating func feed(_ count: Int) {
    let size = ReporterVocabulary.eventWords
    let end = fed + min(count, events.count / size - fed)
    while fed < end {
      let word = events[size &* fed &+ 1]
      let stack = Int(truncatingIfNeeded: word & ~ReporterVocabulary.endBit)
      fed += 1
      guard stack < stackCount else { continue }
      reporter.record(
        StackEvent(
          word & ReporterVocabulary.endBit == 0 ? .allocate : .deallocate, time: events[size &* (fed &- 1)],
          stack: stack, bytes: events[size &* (fed &- 1) &+ 2]))
    }
  }
}
