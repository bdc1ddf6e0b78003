// An allocator that resists fragmentation: good fit in segregated bins, immediate coalescing, the wilderness last, and nothing in live blocks.
//
// THE IDEA (Johnstone and Wilson, 1998). Programs ask again for what they asked for before. So the free block that fits best is used,
// free neighbours become one block at once, and what was never used, the *wilderness*, is touched only when nothing else fits. Then most
// of what remains of "fragmentation" is the allocator's own: headers, rounding, and pages that it keeps without need.
//
//   - No headers. What boundary tags say of a live block (Knuth, TAOCP vol. 1, §2.5), two bitmaps say: a bit where each block begins,
//     and a bit at both ends of each free one. That is 1/64 of the heap, where a word in front of each block is a sixth of small ones.
//   - No rounding but to 16 bytes: a free block of 16 bytes holds its links and both its tags, so any rest is a block.
//   - No pages kept: of a free block, how much was touched since its pages went back is known. From 64 KiB on they go back.
//
// THE STRUCTURE. Places in the heap are counted in *granules* of 16 bytes; 0 is no block's number.
//
//     0       512                       first                                   top         end
//     +-------+-------------------------+-------+-------+- - - - -+-------------+-----------+
//     | bins  | maps: two words each    | block | block | block … | live        | the       |
//     | 128×4 | for 64 granules         |       |       |         |             | wilderness|
//     +-------+-------------------------+-------+-------+- - - - -+-------------+-----------+
//
//     begins   1 0 0 1 0 1 0 0 0 0 1 1 0 …      a block, live or free, begins here; and so does the wilderness
//     free     0 0 0 1 1 0 0 0 0 0 1 0 0 …      the first and the last granule of each free block
//
//     a live block     | payload, and nothing else                                                 |
//     a free block     | next | previous | granules | · | dirty |    …    …    …    …   | granules |     halves of words, 4 bytes
//                      0      4          8          12  16                          end - 4
//
// A block of one granule has its second `granules` where the dot is, and is dirty as a whole. Bins 0 … 63 hold blocks of one size each; from
// 64 granules on eight bins share each power of two, and the last has all from 256 KiB on.
//
// INVARIANTS, which `invariantViolations()` looks at one by one.
//     1  from `first` on, block follows block up to top: each has a bit where it begins, and top has one
//     2  bit `free` is set at both ends of each free block, and at neither end of a live one
//     3  a free block says its size at both ends; neither it nor the top follows a free one;  dirty ≤ granules
//     4  bin b's list has the free blocks of its sizes, each once, and bit b is set iff it has any
//     5  first ≤ top ≤ touched, all within the heap; pages wholly behind `touched` were not touched since they went back
//
// COSTS. `allocate` looks at 32 blocks of a bin at the most, and at more only before the heap would refuse. `deallocate` finds a block's end in
// the map: one word a KiB, where the owner wrote 128. Giving back costs a system call for 64 KiB freed. Space: 1/64, and 512 bytes.

import AllocLab

/// Blocks without headers, described by two bitmaps; free ones in bins by size.
@frozen public struct LowFragmentationAllocator: FragmentationResistantAllocator, ~Copyable {
  public let heap: Heap
  /// Where the wilderness begins, in granules; 0 before the first request.
  @usableFromInline var top = 0
  /// Where it began at most since pages of it went back.
  @usableFromInline var touched = 0
  /// Which bins have blocks: of one size, and of several.
  @usableFromInline var exact: UInt64 = 0
  @usableFromInline var wide: UInt64 = 0

  @usableFromInline static var granule: Int { 16 }
  /// Where the bitmaps begin, behind 128 bins.
  @usableFromInline static var maps: Int { 512 }
  /// From so many granules on several sizes share a bin.
  @usableFromInline static var firstWide: Int { 64 }
  /// How many blocks of a bin are looked at before larger ones are.
  @usableFromInline static var glance: Int { 32 }
  /// Pages go back once so many granules of them are free and were touched.
  @usableFromInline static var worthGivingBack: Int { (64 << 10) / granule }
  /// The heap grows by this much, or by more for larger requests.
  @usableFromInline static var chunk: Int { 64 << 10 }

  @inlinable public init(heap: Heap) { self.heap = heap }

  /// The heap's limit in granules, of which numbers of 4 bytes can tell.
  @inlinable var limit: Int { min(heap.limit / Self.granule, Int(UInt32.max)) }
  /// The first granule that can be a block's.
  @inlinable var first: Int { (Self.maps &+ (limit &>> 6 &+ 1) &* 16) / Self.granule }

  /// How many granules a block of that size takes, or nil where no heap has them.
  @inlinable func granules(_ size: Int) -> Int? {
    guard size <= heap.limit else { return nil }
    return max(1, (size &+ 15) &>> 4)
  }

  // MARK: Blocks

  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = granules(layout.size), top != 0 || begin() else { return nil }
    guard layout.alignment <= Self.granule else { return allocateAligned(wanted, layout.alignment) }
    return take(wanted).map { Address($0 &* Self.granule) }
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let block = address.offset &>> 4
    release(block, granules(of: block))
  }

  /// In place where the block shrinks, or where there is room behind it.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = granules(layout.size) else { return nil }
    let block = address.offset &>> 4
    let count = granules(of: block)
    if address.offset & (layout.alignment &- 1) == 0, resize(block, count, wanted) { return address }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(count &* Self.granule, layout.size))
    release(block, count)
    return new
  }

  /// Whether the block could have that size where it is; then it has.
  private mutating func resize(_ block: Int, _ count: Int, _ wanted: Int) -> Bool {
    let next = block + count
    if wanted <= count {
      if wanted < count {
        setBegins(block + wanted)
        release(block + wanted, count - wanted)
      }
      return true
    }
    if next == top {
      guard reach(block + wanted) else { return false }
      clearBegins(top)
      advance(to: block + wanted)
      return true
    }
    guard isFree(next) else { return false }
    let behind = half(next &* Self.granule &+ 8)
    guard count + behind >= wanted else { return false }
    let dirty = unlink(next, behind)
    clearBegins(next)
    cut(block, count + behind, wanted, dirty)
    return true
  }

  /// Leaves a block, which is in no bin, its first `wanted` granules, and puts the rest into a bin. A live block follows.
  @inlinable mutating func cut(_ block: Int, _ count: Int, _ wanted: Int, _ dirty: Int) {
    guard count > wanted else { return }
    setBegins(block &+ wanted)
    put(block &+ wanted, count &- wanted, min(dirty, count &- wanted))
  }

  /// Frees a block, and joins it with its neighbours.
  @inlinable mutating func release(_ block: Int, _ count: Int) {
    var (start, end, dirty) = (block, block &+ count, count)
    if isFree(block &- 1) {
      let before = half(block &* Self.granule &- 4)
      start = block &- before
      dirty &+= unlink(start, before)
      clearBegins(block)
    }
    guard end != top else { return retreat(to: start) }
    if isFree(end) {
      let behind = half(end &* Self.granule &+ 8)
      dirty &+= unlink(end, behind)
      clearBegins(end)
      end &+= behind
    }
    put(start, end &- start, dirty)
  }

  /// Puts a free block that no free one is beside into its bin, and gives its pages back where that is worth a call.
  @inlinable mutating func put(_ block: Int, _ count: Int, _ dirty: Int) {
    push(block, count)
    guard count > 1 else { return }
    let isWorthIt = dirty >= Self.worthGivingBack
    setHalf(block &* Self.granule &+ 16, isWorthIt ? 0 : dirty)
    if isWorthIt { giveBack(block &* Self.granule &+ 32, (block &+ count) &* Self.granule &- 16) }
  }

  @usableFromInline @inline(never) func giveBack(_ start: Int, _ end: Int) {
    heap.decommit(at: Address(start), byteCount: end - start)
  }

  // MARK: The wilderness

  /// Sets up the records; whether there was room for them.
  @usableFromInline mutating func begin() -> Bool {
    let first = first
    guard first <= limit, reach(first) else { return false }
    (top, touched) = (first, first)
    setBegins(first)
    return true
  }

  /// Lets the heap grow until it has so many granules.
  @usableFromInline mutating func reach(_ end: Int) -> Bool {
    let needed = end &* Self.granule &- heap.end.offset
    guard needed > 0 else { return true }
    guard end <= limit else { return false }
    let room = heap.limit - heap.end.offset
    return heap.grow(by: min(max(needed, Self.chunk), room)) != nil || heap.grow(by: needed) != nil
  }

  /// The wilderness begins further behind.
  @inlinable mutating func advance(to end: Int) {
    top = end
    touched = max(touched, end)
    setBegins(end)
  }

  /// The wilderness begins at a block that was freed, which has its bit.
  @inlinable mutating func retreat(to start: Int) {
    clearBegins(top)
    top = start
    guard touched &- top >= Self.worthGivingBack else { return }
    giveBack(
      top &* Self.granule, min((touched &* Self.granule &+ Heap.pageSize) & ~(Heap.pageSize &- 1), heap.end.offset))
    touched = top
  }

  /// A block out of the wilderness; where the heap cannot grow, one that was passed over.
  @usableFromInline mutating func takeLast(_ wanted: Int) -> Int? {
    guard reach(top + wanted) else { return find(wanted, lookingAt: .max) }
    let block = top
    advance(to: block + wanted)
    return block
  }

  // MARK: Finding

  /// A live block of so many granules; nil, with nothing changed, where there is none.
  @inlinable mutating func take(_ wanted: Int) -> Int? { find(wanted, lookingAt: Self.glance) ?? takeLast(wanted) }

  /// A block from the bins: of the smallest size there is, or nearly so.
  @inlinable mutating func find(_ wanted: Int, lookingAt count: Int) -> Int? {
    guard let block = fit(wanted, lookingAt: count) else { return nil }
    let size = half(block &* Self.granule &+ 8)
    let dirty = unlink(block, size)
    cut(block, size, wanted, dirty)
    return block
  }

  @inlinable func fit(_ wanted: Int, lookingAt count: Int) -> Int? {
    let bin = Self.bin(wanted)
    if bin < 64 {
      let larger = exact & (UInt64.max &<< UInt64(bin))
      if larger != 0 { return best(larger.trailingZeroBitCount, wanted, count) }
      return wide == 0 ? nil : best(64 &+ wide.trailingZeroBitCount, wanted, count)
    }
    let larger = wide & (UInt64.max &<< UInt64(bin &- 64))
    guard larger != 0 else { return nil }
    let first = larger.trailingZeroBitCount
    if let block = best(64 &+ first, wanted, count) { return block }
    let rest = larger & (larger &- 1)
    return rest == 0 ? nil : best(64 &+ rest.trailingZeroBitCount, wanted, count)
  }

  /// Of the first blocks in a bin the smallest that is large enough, and of those the one that lies lowest.
  @usableFromInline func best(_ bin: Int, _ wanted: Int, _ count: Int) -> Int? {
    var (best, bestSize, rest) = (0, Int.max, count)
    var block = half(bin &* 4)
    while block != 0, rest > 0 {
      let place = block &* Self.granule
      let size = half(place &+ 8)
      if size >= wanted, size < bestSize || size == bestSize && block < best { (best, bestSize) = (block, size) }
      block = half(place)
      rest &-= 1
    }
    return best == 0 ? nil : best
  }

  /// A block at a multiple of an alignment above 16; what lies before it is free.
  @usableFromInline mutating func allocateAligned(_ wanted: Int, _ alignment: Int) -> Address? {
    guard alignment <= heap.limit else { return nil }
    let step = alignment / Self.granule
    if let block = findAligned(wanted, step) {
      let size = half(block &* Self.granule &+ 8)
      let dirty = unlink(block, size)
      return Address(cutFront(block, size, wanted, step, dirty) &* Self.granule)
    }
    let start = (top + step - 1) & ~(step - 1)
    if reach(start + wanted) {
      let front = top
      clearBegins(top)
      advance(to: start + wanted)
      setBegins(front)
      guard start > front else { return Address(start &* Self.granule) }
      setBegins(start)
      put(front, start - front, start - front)
      return Address(start &* Self.granule)
    }
    guard let block = fit(wanted + step - 1, lookingAt: .max) else { return nil }
    let size = half(block &* Self.granule &+ 8)
    let dirty = unlink(block, size)
    return Address(cutFront(block, size, wanted, step, dirty) &* Self.granule)
  }

  /// Cuts an aligned block out of one that is in no bin, and frees what is in front and behind.
  private mutating func cutFront(_ block: Int, _ size: Int, _ wanted: Int, _ step: Int, _ dirty: Int) -> Int {
    let start = (block + step - 1) & ~(step - 1)
    let front = start - block
    if front > 0 {
      setBegins(start)
      put(block, front, min(dirty, front))
    }
    cut(start, size - front, wanted, dirty)
    return start
  }

  /// A block in a bin that has room for an aligned one, of the first few in each bin.
  private func findAligned(_ wanted: Int, _ step: Int) -> Int? {
    for bin in Self.bin(wanted)..<128 where (bin < 64 ? exact &>> UInt64(bin) : wide &>> UInt64(bin &- 64)) & 1 == 1 {
      var (block, rest) = (half(bin &* 4), Self.glance)
      while block != 0, rest > 0 {
        let place = block &* Self.granule
        if (block + step - 1) & ~(step - 1) + wanted <= block + half(place &+ 8) { return block }
        (block, rest) = (half(place), rest - 1)
      }
    }
    return nil
  }
}
