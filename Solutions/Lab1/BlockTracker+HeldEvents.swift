import AllocLab

/// Events that wait, the one with the smallest stamp first: a binary heap of stamps, and the events where they were put.
struct HeldEvents {
  struct Ticket {
    let stamp: UInt64
    let place: Int
  }

  private(set) var heap: [Ticket] = []
  private var events: [AllocationEvent] = []
  private var vacant: [Int] = []

  var count: Int { heap.count }
  var smallestStamp: UInt64? { heap.first?.stamp }

  mutating func insert(_ event: AllocationEvent) {
    let place: Int
    if let last = vacant.popLast() {
      place = last
      events[place] = event
    } else {
      place = events.count
      events.append(event)
    }
    var hole = heap.count
    heap.append(Ticket(stamp: event.stamp, place: place))
    while hole > 0, heap[(hole - 1) / 2].stamp > event.stamp {
      heap[hole] = heap[(hole - 1) / 2]
      hole = (hole - 1) / 2
    }
    heap[hole] = Ticket(stamp: event.stamp, place: place)
  }

  /// - Precondition: one is held.
  mutating func replaceSmallest(with event: AllocationEvent) -> AllocationEvent {
    let place = heap[0].place
    let smallest = events[place]
    events[place] = event
    sink(Ticket(stamp: event.stamp, place: place))
    return smallest
  }

  mutating func removeSmallest() -> AllocationEvent? {
    guard let smallest = heap.first, let last = heap.popLast() else { return nil }
    vacant.append(smallest.place)
    if !heap.isEmpty { sink(last) }
    return events[smallest.place]
  }

  /// Puts a ticket in the place of the first.
  private mutating func sink(_ ticket: Ticket) {
    var hole = 0
    while true {
      var child = 2 * hole + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].stamp < heap[child].stamp { child += 1 }
      guard heap[child].stamp < ticket.stamp else { break }
      heap[hole] = heap[child]
      hole = child
    }
    heap[hole] = ticket
  }
}
