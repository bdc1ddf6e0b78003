public import AllocLab
internal import Vocabularies

/// Drives an allocation tracker: events come from the trace's table, and what is asked is answered with a word or a list.
public struct TrackerDriver<Tracker: AllocationTracker & ~Copyable>: Driver, ~Copyable {
  private let session: Session
  private let events: WordTable
  private var tracker: Tracker

  public init(_ session: Session) {
    self.session = session
    events = session.wordTable(TrackerVocabulary.events)
    let window = session.parameter(TrackerVocabulary.window) ?? 0
    tracker = Tracker(window: max(0, min(window, TrackerVocabulary.windowLimit)))
  }

  public mutating func perform(_ operation: UInt64) -> UInt64 {
    guard let (kind, numbers) = TrackerVocabulary.operation(operation) else { return 0 }
    switch kind {
    case .feed: return feed(numbers.0, count: numbers.1)
    case .finish:
      tracker.finish()
      return 0
    case .liveBlocks: return word(tracker.live().blocks)
    case .liveBytes: return word(tracker.live().bytes)
    case .peakBytes: return word(tracker.peak().bytes)
    case .peakStamp: return tracker.peak().stamp
    case .peakBlocks: return word(tracker.peak().blocks)
    case .reused: return word(tracker.reuse().count)
    case .reusedByOthers: return word(tracker.reuse().byOtherThreads)
    case .sizeClasses:
      var list = ProfileList<SizeClassRecord>(session.beginAnswer())
      tracker.sizeClasses(&list)
      return session.endAnswer(count: list.wordCount)
    case .lifetimes:
      var list = ProfileList<LifetimeRecord>(session.beginAnswer())
      tracker.lifetimes(&list)
      return session.endAnswer(count: list.wordCount)
    case .topSites:
      var list = ProfileList<SiteRecord>(session.beginAnswer())
      tracker.topSites(numbers.0, &list)
      return session.endAnswer(count: list.wordCount)
    case .anomalies:
      var list = ProfileList<AnomalyRecord>(session.beginAnswer())
      tracker.takeAnomalies(&list)
      return session.endAnswer(count: list.wordCount)
    }
  }

  /// - Returns: how many events there were.
  private mutating func feed(_ first: Int, count: Int) -> UInt64 {
    let range = EventTable.range(first, count: count, of: events.eventCount)
    for event in range { tracker.record(events.event(event)) }
    return UInt64(range.count)
  }

  private func word(_ number: Int) -> UInt64 { UInt64(bitPattern: Int64(number)) }
}
