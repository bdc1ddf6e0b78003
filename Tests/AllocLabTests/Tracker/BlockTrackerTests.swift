import AllocLab
import Lab1Solutions
import Testing

@Suite("The reference tracker")
struct BlockTrackerTests {
  /// Feeds events of thread 1 that are numbered and stamped as they come, and asks for the invariants after each.
  private func feed(_ tracker: inout BlockTracker, _ events: [AllocationEvent], from first: UInt64 = 1) {
    for (place, event) in events.enumerated() {
      var event = event
      (event.number, event.stamp) = (first + UInt64(place), 10 * (first + UInt64(place)))
      tracker.record(event)
      let violations = tracker.invariantViolations()
      #expect(violations == [])
    }
  }

  private func allocate(_ address: UInt64, _ size: Int, site: UInt64 = 1) -> AllocationEvent {
    AllocationEvent(.allocate, thread: 1, number: 0, stamp: 0, address: address, size: size, site: site)
  }

  private func deallocate(_ address: UInt64) -> AllocationEvent {
    AllocationEvent(.deallocate, thread: 1, number: 0, stamp: 0, address: address)
  }

  private func reallocate(_ old: UInt64, _ address: UInt64, _ size: Int, site: UInt64 = 1) -> AllocationEvent {
    AllocationEvent(
      .reallocate, thread: 1, number: 0, stamp: 0, address: address, oldAddress: old, size: size, site: site)
  }

  private func anomalies(_ tracker: inout BlockTracker) -> [AnomalyRecord] {
    ProfileList<AnomalyRecord>.collect { tracker.takeAnomalies(&$0) }
  }

  private func sites(_ tracker: inout BlockTracker, _ count: Int) -> [SiteRecord] {
    ProfileList<SiteRecord>.collect { tracker.topSites(count, &$0) }
  }

  @Test("counts what lives, and the most that did") func live() {
    var tracker = BlockTracker(window: 0)
    feed(&tracker, [allocate(0, 5), allocate(64, 7), deallocate(0), reallocate(64, 0, 12), deallocate(0)])
    let (live, peak) = (tracker.live(), tracker.peak())
    #expect(live == LiveTotal())
    #expect(peak == LivePeak(bytes: 12, stamp: 20, blocks: 2))
    let classes = ProfileList<SizeClassRecord>.collect { tracker.sizeClasses(&$0) }
    #expect(classes.map(\.sizeClass) == [3, 4])
    #expect(classes.map(\.requests) == [2, 1])
    // The block that moved is as old as it was.
    let lifetimes = ProfileList<LifetimeRecord>.collect { tracker.lifetimes(&$0) }
    #expect(lifetimes == [LifetimeRecord(logarithm: 4, blocks: 2)])
  }

  @Test("sorts sites by bytes, then by their words") func topSites() {
    var tracker = BlockTracker(window: 0)
    feed(
      &tracker,
      [allocate(1, 8, site: .max), allocate(2, 8, site: 3), allocate(3, 0, site: 9), allocate(4, 1 << 40, site: 0)])
    let (all, two, none) = (sites(&tracker, .max).map(\.site), sites(&tracker, 2).map(\.site), sites(&tracker, 0))
    #expect(all == [0, 3, .max, 9])
    #expect(two == [0, 3])
    #expect(none.isEmpty)
    feed(&tracker, [reallocate(4, 4, 1, site: 3), deallocate(3)], from: 5)
    let rest = sites(&tracker, 10)
    #expect(rest.map(\.site) == [3, .max])
    #expect(rest.first?.live == LiveTotal(blocks: 2, bytes: 9))
  }

  @Test("tells what cannot be, once, and goes on") func impossible() {
    var tracker = BlockTracker(window: 0)
    feed(&tracker, [deallocate(5), allocate(5, 1), allocate(5, 2), reallocate(6, 5, 3), deallocate(5)])
    let (first, second) = (anomalies(&tracker), anomalies(&tracker))
    #expect(first.map(\.kind) == [.unknown, .overwritten, .unknown, .overwritten])
    #expect(first.map(\.number) == [1, 3, 4, 4])
    #expect(first.map(\.detail) == [5, 5, 6, 5])
    #expect(second.isEmpty)
    let live = tracker.live()
    #expect(live == LiveTotal())
  }

  @Test("tells lost and doubled events of each thread") func lost() {
    var tracker = BlockTracker(window: 0)
    for (thread, number) in [(1, 1), (2, 3), (1, 2), (2, 3), (1, 1), (1, 7)] {
      tracker.record(
        AllocationEvent(
          .allocate, thread: thread, number: UInt64(number), stamp: UInt64(100 * thread + number), address: 1, size: 1))
    }
    let found = anomalies(&tracker).filter { $0.kind != .overwritten }
    #expect(
      found == [
        AnomalyRecord(kind: .lost, thread: 2, number: 1, detail: 2),
        AnomalyRecord(kind: .doubled, thread: 2, number: 3), AnomalyRecord(kind: .doubled, thread: 1, number: 1),
        AnomalyRecord(kind: .lost, thread: 1, number: 3, detail: 4),
      ])
  }

  @Test("puts late events into their order", arguments: [0, 1, 2, 7, 64, 4096]) func late(window: Int) {
    // Blocks of several threads, each ended by the next one; in turned groups of window + 1.
    let events = (1...2000).map { number in
      AllocationEvent(
        number % 2 == 1 ? .allocate : .deallocate, thread: number, number: 1, stamp: UInt64(number),
        address: UInt64((number + 1) / 2), size: number % 2)
    }
    var tracker = BlockTracker(window: window)
    for first in stride(from: 0, to: events.count, by: window + 1) {
      for event in events[first..<min(first + window + 1, events.count)].reversed() { tracker.record(event) }
    }
    tracker.finish()
    tracker.finish()
    let (live, peak, found, violations) = (
      tracker.live(), tracker.peak(), anomalies(&tracker), tracker.invariantViolations()
    )
    #expect(live == LiveTotal())
    #expect(peak == LivePeak(bytes: 1, stamp: 1, blocks: 1))
    #expect(found.isEmpty)
    #expect(violations == [])
  }

  @Test("knows the last 64 ends", arguments: [63, 64, 65]) func reuse(distance: Int) {
    var tracker = BlockTracker(window: 0)
    var events = [allocate(1, 1), deallocate(1)]
    for number in 1..<UInt64(distance) { events += [allocate(1000 + number, 1), deallocate(1000 + number)] }
    feed(&tracker, events + [allocate(1, 1)])
    let reuse = tracker.reuse()
    #expect(reuse == AddressReuse(count: distance <= 64 ? 1 : 0))
  }
}
