/// Blocks in the order in which they were taken: a ring, O(1) at both ends.
struct BlockQueue {
  private var ring: [AllocationTraceBuilder.Block?]
  private var head = 0
  private(set) var count = 0

  /// `capacity` is where it starts; it grows as it must.
  init(capacity: Int = 16) {
    ring = Array(repeating: nil, count: 1 << (Int.bitWidth - max(capacity, 2).leadingZeroBitCount))
  }

  var isEmpty: Bool { count == 0 }

  mutating func append(_ block: AllocationTraceBuilder.Block) {
    if count == ring.count {
      ring = Array(ring[head...] + ring[..<head]) + Array(repeating: nil, count: count)
      head = 0
    }
    ring[(head + count) & (ring.count - 1)] = block
    count += 1
  }

  mutating func popFirst() -> AllocationTraceBuilder.Block? {
    guard count > 0 else { return nil }
    let block = ring[head]
    head = (head + 1) & (ring.count - 1)
    count -= 1
    return block
  }

  mutating func popLast() -> AllocationTraceBuilder.Block? {
    guard count > 0 else { return nil }
    count -= 1
    return ring[(head + count) & (ring.count - 1)]
  }
}
