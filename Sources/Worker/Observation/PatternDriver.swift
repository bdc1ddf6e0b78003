public import AllocLab
internal import Vocabularies

/// Drives a detector of patterns: events come from the trace's table, and what is asked is answered with a word or a list.
public struct PatternDriver<Detector: PatternDetector & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let events: WordTable
  private var detector: Detector

  public init(_ session: Session) {
    self.session = session
    events = session.wordTable(EventTable.name)
    let interval = session.parameter(PatternVocabulary.interval) ?? 1
    detector = Detector(interval: max(1, min(interval, PatternVocabulary.intervalLimit)))
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    switch PatternVocabulary.question(operation) {
    case .feed(let first, let count):
      let range = EventTable.range(first, count: count, of: events.eventCount)
      for event in range { detector.record(events.event(event)) }
      return UInt64(range.count)
    case .showing(let code):
      guard let pattern = AllocationPattern(rawValue: UInt64(code)) else { return 0 }
      var list = ProfileList<PatternRecord>(session.beginAnswer())
      detector.sites(showing: pattern, &list)
      return session.endAnswer(count: list.wordCount)
    case .lifetime(let permille, let site):
      return detector.lifetime(permille, ofBlocksFrom: site) ?? PatternVocabulary.none
    case nil: return 0
    }
  }
}
