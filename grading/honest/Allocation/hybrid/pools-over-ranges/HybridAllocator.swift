// Pools for blocks of up to 1 KiB, and one list of free ranges for all else, their pools among it. A pool is 8 KiB at a multiple of that, with its
// record in its first 48 bytes, and is known by a bit for each 8 KiB of the heap. Whatever is no pool's has its size in the
// 16 bytes before it. The ranges and the bits are arrays, outside of the heap.
//
//     a pool     | size | live | first free | next | previous | used | block | block | …
//     a range    start ..< end, sorted; the last one reaches to the heap's limit
//
// INVARIANT: ranges do not touch each other, and begin and end at multiples of 16 bytes.

import AllocLab

public struct HybridAllocator: SegregatedAllocator, ~Copyable {
  public let heap: Heap

  private static var poolBytes: Int { 8192 }
  private static var header: Int { 48 }
  private var starts: [Int]
  private var ends: [Int]
  private var isPool: [UInt8]
  /// For each size ÷ 16 the first pool with a free block, or 0.
  private var pools: [Int]
  private var touched = 0

  public init(heap: Heap) {
    self.heap = heap
    // Address 0 is for no pool.
    starts = [16]
    ends = [heap.limit & ~15]
    if heap.limit < 64 { ends = [16] }
    isPool = Array(repeating: 0, count: heap.limit / Self.poolBytes + 1)
    pools = Array(repeating: 0, count: 65)
  }

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }

  // MARK: Ranges

  private mutating func reach(_ end: Int) -> Bool {
    let missing = end - heap.end.offset
    guard missing <= 0 || heap.grow(by: missing) != nil else { return false }
    touched = max(touched, end)
    return true
  }

  /// So many bytes from a place so that `offset` bytes behind it is a multiple of `alignment`.
  private mutating func take(_ count: Int, alignment: Int, offset: Int) -> Int? {
    for index in starts.indices {
      let start = (starts[index] + offset + alignment - 1) & ~(alignment - 1) - offset
      guard start + count <= ends[index] else { continue }
      guard reach(start + count) else { continue }
      let (first, last) = (starts[index], ends[index])
      switch (start > first, start + count < last) {
      case (true, true):
        ends[index] = start
        starts.insert(start + count, at: index + 1)
        ends.insert(last, at: index + 1)
      case (true, false): ends[index] = start
      case (false, true): starts[index] = start + count
      case (false, false):
        starts.remove(at: index)
        ends.remove(at: index)
      }
      return start
    }
    return nil
  }

  /// The index of the first range that begins at or behind a place.
  private func index(_ place: Int) -> Int {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < place { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func give(_ start: Int, _ end: Int) {
    guard start < end else { return }
    let index = index(start)
    let joinsBefore = index > 0 && ends[index - 1] == start
    let joinsBehind = index < starts.count && starts[index] == end
    switch (joinsBefore, joinsBehind) {
    case (true, true):
      ends[index - 1] = ends[index]
      starts.remove(at: index)
      ends.remove(at: index)
    case (true, false): ends[index - 1] = end
    case (false, true): starts[index] = start
    case (false, false):
      starts.insert(start, at: index)
      ends.insert(end, at: index)
    }
  }

  // MARK: Pools

  private func pool(of address: Int) -> Int? {
    isPool[address / Self.poolBytes] == 1 ? address & ~(Self.poolBytes - 1) : nil
  }

  private func capacity(_ size: Int) -> Int { (Self.poolBytes - Self.header) / size }

  private mutating func insert(_ pool: Int, _ size: Int) {
    let first = pools[size / 16]
    set(pool + 24, first)
    set(pool + 32, 0)
    if first != 0 { set(first + 32, pool) }
    pools[size / 16] = pool
  }

  private mutating func remove(_ pool: Int, _ size: Int) {
    let (next, previous) = (word(pool + 24), word(pool + 32))
    if next != 0 { set(next + 32, previous) }
    if previous != 0 { set(previous + 24, next) } else { pools[size / 16] = next }
  }

  private mutating func allocateSmall(_ size: Int) -> Address? {
    if pools[size / 16] == 0 {
      guard let pool = take(Self.poolBytes, alignment: Self.poolBytes, offset: 0) else { return nil }
      isPool[pool / Self.poolBytes] = 1
      set(pool, size)
      for offset in stride(from: 8, to: 48, by: 8) { set(pool + offset, 0) }
      insert(pool, size)
    }
    let pool = pools[size / 16]
    var block = word(pool + 16)
    if block != 0 {
      set(pool + 16, word(block))
    } else {
      block = pool + Self.header + word(pool + 40) * size
      set(pool + 40, word(pool + 40) + 1)
    }
    set(pool + 8, word(pool + 8) + 1)
    if word(pool + 8) == capacity(size) { remove(pool, size) }
    return Address(block)
  }

  // MARK: Blocks

  /// Bytes of a block that is no pool's, with its header.
  private static func bytes(_ size: Int) -> Int { 16 + (max(size, 1) + 15) & ~15 }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard layout.size <= heap.limit, layout.alignment <= heap.limit else { return nil }
    if layout.alignment <= 16, layout.size <= 1024 { return allocateSmall((max(layout.size, 1) + 15) & ~15) }
    let count = 16 + (max(layout.size, 1) + 15) & ~15
    guard let start = take(count, alignment: max(layout.alignment, 16), offset: 16) else { return nil }
    set(start, count)
    return Address(start + 16)
  }

  public mutating func deallocate(_ address: Address) {
    guard let pool = pool(of: address.offset) else {
      let start = address.offset - 16
      return give(start, start + word(start))
    }
    let (size, live) = (word(pool), word(pool + 8))
    set(address.offset, word(pool + 16))
    set(pool + 16, address.offset)
    set(pool + 8, live - 1)
    if live == 1 {
      if capacity(size) > 1 { remove(pool, size) }
      isPool[pool / Self.poolBytes] = 0
      give(pool, pool + Self.poolBytes)
    } else if live == capacity(size) {
      insert(pool, size)
    }
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard layout.size <= heap.limit else { return nil }
    let isAligned = address.isAligned(to: layout.alignment)
    let room: Int
    if let pool = pool(of: address.offset) {
      room = word(pool)
      if isAligned, layout.size <= room, layout.size >= room / 4 - 4 { return address }
    } else {
      let start = address.offset - 16
      let (old, count) = (word(start), Self.bytes(layout.size))
      room = old - 16
      if isAligned, resize(start, old, count) { return address }
    }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(room, layout.size))
    deallocate(address)
    return new
  }

  /// Whether a block could have so many bytes where it is; then it has.
  private mutating func resize(_ start: Int, _ old: Int, _ count: Int) -> Bool {
    if count <= old {
      give(start + count, start + old)
    } else {
      let index = index(start + old)
      guard index < starts.count, starts[index] == start + old, ends[index] >= start + count, reach(start + count) else {
        return false
      }
      starts[index] = start + count
      if starts[index] == ends[index] {
        starts.remove(at: index)
        ends.remove(at: index)
      }
    }
    set(start, count)
    return true
  }

  public mutating func trim() {
    for index in starts.indices where starts[index] < touched {
      heap.decommit(at: Address(starts[index]), byteCount: min(ends[index], touched) - starts[index])
      if ends[index] >= touched { touched = starts[index] }
    }
  }
}
