import Examining
import Vocabularies
package import Workloads

/// What is true of a heap after the changes so far.
package struct FragmentationTruth: Sendable {
  private let events: [HeapStream.Event]
  private var fed = 0
  package private(set) var state: HeapStreamState
  package private(set) var free: UInt64 = 0
  /// Runs and their bytes, by order.
  package private(set) var (runs, bytes) = (
    Array(repeating: UInt64(0), count: 64), Array(repeating: UInt64(0), count: 64)
  )
  private var lengths = Lengths()

  private var overTime = FragmentationMeasures()

  package init(of stream: HeapStream) {
    events = stream.events
    state = HeapStreamState(for: stream)
  }

  /// The changes that were fed last.
  package private(set) var last: ArraySlice<HeapStream.Event> = []

  package mutating func feed(_ count: Int) {
    let end = min(events.count, fed + count)
    last = events[fed..<end]
    for event in last { take(event) }
    fed = end
  }

  private mutating func take(_ event: HeapStream.Event) {
    guard state.apply(event.change) else { return }
    if state.isAnew {
      (free, lengths, overTime) = (0, Lengths(), FragmentationMeasures())
      (runs, bytes) = (Array(repeating: 0, count: 64), Array(repeating: 0, count: 64))
    }
    for length in state.lost { count(length, isMore: false) }
    for length in state.gained { count(length, isMore: true) }
    overTime.note(used: state.heap, live: state.requested, at: event.time)
  }

  private mutating func count(_ length: UInt64, isMore: Bool) {
    let order = 63 - length.leadingZeroBitCount
    guard order >= 0 else { return }
    runs[order] = isMore ? runs[order] &+ 1 : runs[order] &- 1
    bytes[order] = isMore ? bytes[order] &+ length : bytes[order] &- length
    free = isMore ? free &+ length : free &- length
    if isMore { lengths.insert(length) } else { lengths.remove(length) }
  }

  // MARK: - Answers

  package var largest: UInt64 { mutating get { lengths.greatest } }

  package var internalBytes: UInt64 { state.taken &- state.requested }

  package func unusable(_ order: Int) -> UInt64 { bytes.prefix(order).reduce(0, &+) }

  /// In millionths, rounded down.
  package static func share(_ part: UInt64, of whole: UInt64) -> UInt64 {
    whole == 0 ? 0 : UInt64(truncatingIfNeeded: UInt128(part) * 1_000_000 / UInt128(whole))
  }

  package var histogram: [UInt64] {
    (0..<64).flatMap { runs[$0] == 0 ? [] : [UInt64($0), runs[$0], bytes[$0]] }
  }

  /// Numerators and denominators, in their order.
  package var measures: [UInt128] {
    overTime.quotients.flatMap { [$0.numerator, $0.denominator] }
  }

  /// Numbers, each as often as it was put in; those that are gone leave the heap when they come to its top.
  private struct Lengths {
    private var counts: [UInt64: Int] = [:]
    /// A binary heap, the greatest first; each number once.
    private var heap: [UInt64] = []

    mutating func insert(_ length: UInt64) {
      if let count = counts[length] {
        counts[length] = count + 1
        return
      }
      counts[length] = 1
      var place = heap.count
      heap.append(length)
      while place > 0, heap[(place - 1) / 2] < heap[place] {
        heap.swapAt(place, (place - 1) / 2)
        place = (place - 1) / 2
      }
    }

    /// What has a count of 0 is still in the heap, and may come back.
    mutating func remove(_ length: UInt64) {
      if let count = counts[length], count > 0 { counts[length] = count - 1 }
    }

    var greatest: UInt64 {
      mutating get {
        while let top = heap.first, counts[top] == 0 {
          counts[top] = nil
          heap.swapAt(0, heap.count - 1)
          heap.removeLast()
          sink()
        }
        return heap.first ?? 0
      }
    }

    private mutating func sink() {
      var place = 0
      while 2 * place + 1 < heap.count {
        var child = 2 * place + 1
        if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
        guard heap[child] > heap[place] else { return }
        heap.swapAt(place, child)
        place = child
      }
    }
  }
}
