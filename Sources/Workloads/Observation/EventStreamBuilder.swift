import Vocabularies

/// Makes streams of events: first in the order in which they happen, then as they arrive.
package struct EventStreamBuilder {
  package typealias Event = EventStream.Event

  /// What happens, in its order.
  package private(set) var events: [Event] = []
  private var numbers: [Int: UInt64] = [:]
  private var stamp: UInt64

  package init(firstStamp: UInt64 = 1) { stamp = firstStamp - 1 }

  // MARK: - What happens

  package mutating func allocate(_ address: UInt64, _ size: Int, site: UInt64, thread: Int = 0, after: UInt64 = 1) {
    add(kind: 1, address, 0, size, site, thread, after)
  }

  package mutating func deallocate(_ address: UInt64, thread: Int = 0, after: UInt64 = 1) {
    add(kind: 2, address, 0, 0, 0, thread, after)
  }

  package mutating func reallocate(
    _ old: UInt64, to address: UInt64, _ size: Int, site: UInt64, thread: Int = 0, after: UInt64 = 1
  ) {
    add(kind: 3, address, old, size, site, thread, after)
  }

  /// Events of a thread that get lost before its next one.
  package mutating func lose(_ count: UInt64, thread: Int) { numbers[thread, default: 0] += count }

  private mutating func add(
    kind: Int, _ address: UInt64, _ old: UInt64, _ size: Int, _ site: UInt64, _ thread: Int, _ after: UInt64
  ) {
    let number = (numbers[thread] ?? 0) + 1
    numbers[thread] = number
    stamp += after
    events.append(
      Event(
        kind: kind, thread: thread, number: number, stamp: stamp, address: address, oldAddress: old,
        size: size, site: site))
  }

  // MARK: - How it arrives

  /// The events as they arrive, each behind at most `window` with greater stamps, those of one thread in their order.
  ///
  /// - Parameters:
  ///   - delay: for each event, how many places later than in its turn it comes at most; no more than the window.
  ///   - isLost: whether it gets lost.
  package func arrivals(delay: (Int) -> Int, isLost: (Int) -> Bool = { _ in false }) -> [Event] {
    var last: [Int: Int] = [:]
    // Even places are those in turn; who is late comes right behind the one that has a place in its turn there.
    let places = events.indices.map { place in
      let late = delay(place)
      let wanted = late > 0 ? 2 * (place + late) + 1 : 2 * place
      let least = max(wanted, last[events[place].thread] ?? 0)
      last[events[place].thread] = least
      return least
    }
    // Numbers sort faster than pairs; no stream has 2^24 events.
    let order = places.enumerated().map { $1 << 24 | $0 }.sorted().map { $0 & 0xff_ffff }
    return order.filter { !isLost($0) }.map { events[$0] }
  }
}

extension EventStream {
  /// Arrivals, some of them doubled, and what is asked in between.
  ///
  /// - Parameters:
  ///   - period: how many events there are between questions.
  ///   - doubled: how many events are doubled at places that are drawn.
  package init(
    window: Int, _ arrivals: [Event], doubled: Int = 0, period: Int, with generator: inout SeededGenerator,
    asking questions: (inout SeededGenerator) -> [UInt64]
  ) {
    self.init(window: window, steps: [])
    var again: [Int: [Event]] = [:]
    for number in 0..<(arrivals.isEmpty ? 0 : doubled) {
      let first = generator.below(arrivals.count)
      // At once, soon, or long after.
      let distance = [0, generator.below(20), generator.below(arrivals.count)][number % 3]
      again[min(first + distance, arrivals.count - 1), default: []].append(arrivals[first])
    }
    for (place, event) in arrivals.enumerated() {
      steps.append(.event(event))
      for event in again[place] ?? [] { steps.append(.event(event)) }
      if (place + 1) % max(1, period) == 0 { steps += questions(&generator).map { .other($0) } }
    }
  }
}
