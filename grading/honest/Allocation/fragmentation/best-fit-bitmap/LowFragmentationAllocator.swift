// Best fit of all, with no records in the heap at all: a bit for each 16 bytes says whether they are used, and another whether a block ends there. So bytes
// that are free side by side are joined by themselves, and a request takes the shortest run of zeros that is long enough.
//
//     used    1 1 1 0 0 1 1 1 1 0 …         two blocks of three and of four granules, and a third of one
//     ends    0 0 1 0 0 0 0 0 1 …           (the last one here begins and ends at a granule of its own)
//
// INVARIANT: a granule at which a block ends is used, and so is each from the block's first one on.

import AllocLab

public struct LowFragmentationAllocator: FragmentationResistantAllocator, ~Copyable {
  public let heap: Heap
  private var used: [UInt64] = []
  private var ends: [UInt64] = []
  /// No granule below this is free.
  private var lowest = 0
  /// Granules that were freed since pages went back.
  private var freed = 0

  public init(heap: Heap) { self.heap = heap }

  private static func granules(_ layout: Layout) -> Int { max(1, (layout.size + 15) / 16) }

  // MARK: Bits

  /// The first granule from `start` on that is free, or that is used.
  private func next(from start: Int, free: Bool) -> Int {
    var place = start >> 6
    var mask = ~UInt64(0) << UInt64(start & 63)
    while place < used.count {
      let bits = (free ? ~used[place] : used[place]) & mask
      if bits != 0 { return place << 6 + bits.trailingZeroBitCount }
      mask = ~0
      place += 1
    }
    return free ? max(start, used.count << 6) : .max
  }

  private mutating func mark(_ range: Range<Int>, used isUsed: Bool) {
    let words = (range.upperBound + 63) >> 6
    if words > used.count {
      used += Array(repeating: 0, count: words - used.count)
      ends += Array(repeating: 0, count: words - ends.count)
    }
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(range.upperBound, (start | 63) + 1)
      let mask = (~UInt64(0) >> UInt64(64 - (end - start))) << UInt64(start & 63)
      if isUsed { used[start >> 6] |= mask } else { used[start >> 6] &= ~mask }
      start = end
    }
  }

  /// Where the block ends that begins at a granule.
  private func end(of start: Int) -> Int {
    var place = start >> 6
    var bits = ends[place] & (~UInt64(0) << UInt64(start & 63))
    while bits == 0 {
      place += 1
      bits = ends[place]
    }
    return place << 6 + bits.trailingZeroBitCount + 1
  }

  private mutating func setEnd(_ end: Int, _ isEnd: Bool) {
    let bit = UInt64(1) << UInt64((end - 1) & 63)
    if isEnd { ends[(end - 1) >> 6] |= bit } else { ends[(end - 1) >> 6] &= ~bit }
  }

  /// Whether the heap reaches so far, or could be made to.
  private func reach(_ granule: Int) -> Bool {
    let missing = 16 * granule - heap.end.offset
    return missing <= 0 || heap.grow(by: missing) != nil
  }

  // MARK: Blocks

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard layout.size <= heap.limit, layout.alignment <= heap.limit else { return nil }
    let (count, step) = (Self.granules(layout), max(layout.alignment / 16, 1))
    lowest = next(from: lowest, free: true)
    var (best, bestCount) = (-1, Int.max)
    var start = lowest
    while true {
      let first = (start + step - 1) & ~(step - 1)
      let blocked = next(from: first, free: false)
      if blocked == .max {
        // Behind the last block: only where nothing else fits.
        if best < 0 { best = first }
        break
      }
      if blocked - first >= count, blocked - start < bestCount { (best, bestCount) = (first, blocked - start) }
      start = next(from: blocked, free: true)
    }
    start = best
    guard 16 * (start + count) <= heap.limit else { return nil }
    guard reach(start + count) else { return nil }
    mark(start..<start + count, used: true)
    setEnd(start + count, true)
    return Address(16 * start)
  }

  public mutating func deallocate(_ address: Address) {
    let start = address.offset / 16
    let end = end(of: start)
    mark(start..<end, used: false)
    setEnd(end, false)
    lowest = min(lowest, start)
    freed += end - start
    if freed >= 8192 { giveBack() }
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard layout.size <= heap.limit else { return nil }
    let start = address.offset / 16
    let (old, new) = (end(of: start), start + Self.granules(layout))
    if address.offset & (layout.alignment - 1) == 0,
      new <= old || (16 * new <= heap.limit && next(from: old, free: false) >= new && reach(new))
    {
      setEnd(old, false)
      mark(min(old, new)..<max(old, new), used: new > old)
      setEnd(new, true)
      lowest = min(lowest, new)
      freed += max(0, old - new)
      return address
    }
    guard let moved = allocate(layout) else { return nil }
    heap.copy(from: address, to: moved, byteCount: min(16 * (old - start), layout.size))
    deallocate(address)
    return moved
  }

  /// Gives back the whole pages of each row of free granules.
  private mutating func giveBack() {
    freed = 0
    var start = next(from: 0, free: true)
    while 16 * start < heap.end.offset {
      let end = min(next(from: start, free: false), heap.end.offset / 16)
      if end - start >= 512 { heap.decommit(at: Address(16 * start), byteCount: 16 * (end - start)) }
      start = next(from: end, free: true)
    }
  }
}
