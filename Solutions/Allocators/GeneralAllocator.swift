// A general-purpose allocator: boundary tags, bins, a top, and a reserve for small blocks.
//
// THE IDEA (Knuth, TAOCP vol. 1, §2.5; Lea, "A Memory Allocator", 1996). A free block says its size at both ends, so whoever is freed
// beside it finds it and becomes one block with it. Free blocks are in lists by size, and a bitmap says which lists have any: the
// first that surely fits is found by counting zeros. A live block needs only its size in front: whether the block before it is
// free is a bit in there, so the tag at the end is lent to the payload.
//
// THE STRUCTURE. All of it is in the heap, in words of 8 bytes.
//
//     0        1024   1032                                              top                     end
//     +--------+------+---------+---------+- - - - - - - - - +---------+-----------------------+
//     | bins   |      | block   | block   | block …          | live    | free, in no bin       |
//     +--------+------+---------+---------+- - - - - - - - - +---------+-----------------------+
//
//     a live block   | size, flags |               payload              |     payload at a multiple of 16
//     a free block   | size, flags | next | previous |      …    | size |     a block's number is where it begins; 0 is none
//
//     size, flags    | a multiple of 16, at least 32 | 0 | 0 | the one before is live | live |
//
// Bins 0 … 63 hold blocks of one size each, 16 · bin; from 1024 bytes on, four bins share each power of two.
//
// The *top* is what was never handed out, or came back. Any free block beside it becomes a part of it. Small blocks that no bin can serve
// come from the *reserve*, a piece of the top of 2 KiB: so those that live long do not lie between large ones, and these join when they
// are freed. To its neighbours the reserve looks like a live block, until a large free block lies beside it, or nothing else is left.
//
// INVARIANTS, which `invariantViolations()` looks at one by one.
//     1  from 1032 on, block follows block, each with size ≥ 32 and a multiple of 16, up to top;  top ≤ heap.end
//     2  a block's bit says whether the block before it is live; the first one's says so, too
//     3  a free block's last word is its size; neither it nor the top follows a free block
//     4  bin b's list has the free blocks of its sizes, each once, and bit b is set iff it has any
//     5  the reserve is a block, marked as live
//
// COSTS. All operations take constant time, but for `allocate` where large blocks of nearly the same size are free: of those in the
// request's own bin it looks at 16, and at all before the heap grows. Space: 8 bytes a block, rounding to 16, and 1 KiB.

import AllocLab

/// Blocks with their size in front, in bins while they are free.
@frozen public struct GeneralAllocator: GeneralPurposeAllocator, ~Copyable {
  public let heap: Heap
  /// Where the last block ends; 0 before the first request.
  @usableFromInline var top = 0
  /// Where the top began at most since the last trim: pages behind were not touched.
  @usableFromInline var touched = 0
  /// Which bins have blocks: of one size, and of several.
  @usableFromInline var exact: UInt64 = 0
  @usableFromInline var wide: UInt64 = 0
  /// Where the reserve begins, or 0.
  @usableFromInline var reserve = 0

  @usableFromInline static var firstBlock: Int { 1032 }
  @usableFromInline static var leastSize: Int { 32 }
  /// From here on several sizes share a bin.
  @usableFromInline static var firstWide: Int { 1024 }
  /// What comes from the reserve.
  @usableFromInline static var largestSmall: Int { 96 }
  @usableFromInline static var reserveBytes: Int { 2048 }
  /// The heap grows by this much, or by more for larger requests.
  @usableFromInline static var chunk: Int { 64 << 10 }
  /// How many blocks of the request's own bin are looked at before larger ones are.
  @usableFromInline static var glance: Int { 16 }

  @usableFromInline static var live: Int { 1 }
  @usableFromInline static var followsLive: Int { 2 }

  @inlinable public init(heap: Heap) { self.heap = heap }

  // MARK: Records

  @inlinable func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  @inlinable func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }
  @inlinable func size(_ block: Int) -> Int { word(block) & ~15 }

  /// Marks a block as live, and tells the one behind.
  @inlinable func use(_ block: Int, size: Int, flags: Int) {
    set(block, size | flags | Self.live)
    let next = block &+ size
    if next != top { set(next, word(next) | Self.followsLive) }
  }

  /// The bin for blocks of that size.
  @inlinable static func bin(_ size: Int) -> Int {
    if size < firstWide { return size &>> 4 }
    let log = 63 &- size.leadingZeroBitCount
    return min(64 &+ (log &- 10) &* 4 &+ (size &>> (log &- 2)) & 3, 127)
  }

  @inlinable mutating func push(_ block: Int, size: Int) {
    let bin = Self.bin(size)
    let first = word(bin &* 8)
    set(block &+ 8, first)
    set(block &+ 16, 0)
    if first != 0 { set(first &+ 16, block) }
    set(bin &* 8, block)
    if bin < 64 { exact |= 1 &<< UInt64(bin) } else { wide |= 1 &<< UInt64(bin &- 64) }
  }

  @inlinable mutating func unlink(_ block: Int, size: Int) {
    let (next, previous) = (word(block &+ 8), word(block &+ 16))
    if next != 0 { set(next &+ 16, previous) }
    if previous != 0 { return set(previous &+ 8, next) }
    let bin = Self.bin(size)
    set(bin &* 8, next)
    guard next == 0 else { return }
    if bin < 64 { exact &= ~(1 &<< UInt64(bin)) } else { wide &= ~(1 &<< UInt64(bin &- 64)) }
  }

  /// The size of a block with room for that many bytes, or nil where no heap has it.
  @inlinable func blockSize(_ size: Int) -> Int? {
    guard size <= heap.limit else { return nil }
    return max(Self.leastSize, (size &+ 8 &+ 15) & ~15)
  }

  // MARK: Blocks

  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = blockSize(layout.size) else { return nil }
    guard layout.alignment <= 16 else { return allocateAligned(wanted, layout.alignment) }
    guard let block = take(wanted) else { return nil }
    return Address(block &+ 8)
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let block = address.offset &- 8
    release(block, word(block))
  }

  /// In place where the block shrinks, or where there is room behind it.
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = blockSize(layout.size) else { return nil }
    let block = address.offset &- 8
    let size = size(block)
    if address.offset & (layout.alignment &- 1) == 0, resize(block, size, wanted) { return address }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(size &- 8, layout.size))
    deallocate(address)
    return new
  }

  /// Whether the block could have that size where it is; then it has.
  @usableFromInline mutating func resize(_ block: Int, _ size: Int, _ wanted: Int) -> Bool {
    let flags = word(block) & Self.followsLive
    if wanted <= size {
      keep(block, size, wanted, flags)
      return true
    }
    if block + size == reserve { dissolveReserve() }
    let next = block + size
    if next == top {
      guard reach(wanted - size) else { return false }
      top += wanted - size
      touched = max(touched, top)
      use(block, size: wanted, flags: flags)
      return true
    }
    let tag = word(next)
    guard tag & Self.live == 0, size + (tag & ~15) >= wanted else {
      // The reserve may lie behind a free block that is too small.
      guard reserve != 0 else { return false }
      dissolveReserve()
      return resize(block, size, wanted)
    }
    unlink(next, size: tag & ~15)
    keep(block, size + (tag & ~15), wanted, flags)
    return true
  }

  /// Makes a block live with the first `wanted` of its bytes, and frees the rest if that makes a block.
  @inlinable mutating func keep(_ block: Int, _ size: Int, _ wanted: Int, _ flags: Int) {
    let rest = size &- wanted
    guard rest >= Self.leastSize else { return use(block, size: size, flags: flags) }
    set(block, wanted | flags | Self.live)
    release(block &+ wanted, rest | Self.followsLive)
  }

  /// Frees a block, of which the first word is given, and joins it with its neighbours.
  @inlinable mutating func release(_ block: Int, _ tag: Int) {
    var (start, size) = (block, tag & ~15)
    if tag & Self.followsLive == 0 {
      let before = word(block &- 8)
      start = block &- before
      size &+= before
      unlink(start, size: before)
    }
    let next = block &+ tag & ~15
    if next != top {
      let tag = word(next)
      if tag & Self.live == 0 {
        unlink(next, size: tag & ~15)
        size &+= tag & ~15
      }
    }
    put(start, size)
  }

  /// Puts a free block that no free one is beside into its bin, or makes it a part of the top.
  @inlinable mutating func put(_ start: Int, _ size: Int) {
    let end = start &+ size
    if reserve != 0, size >= Self.firstWide, end == reserve || reserve &+ self.size(reserve) == start {
      return putWithReserve(start, size)
    }
    guard end != top else {
      top = start
      return
    }
    // The block before it is live, or it would have been joined.
    set(start, size | Self.followsLive)
    set(end &- 8, size)
    set(end, word(end) & ~Self.followsLive)
    push(start, size: size)
  }

  @usableFromInline @inline(never) mutating func putWithReserve(_ start: Int, _ size: Int) {
    let block = reserve
    reserve = 0
    // As a live block, which it looks like until the reserve is released.
    use(start, size: size, flags: Self.followsLive)
    release(block, word(block))
    release(start, word(start))
  }

  /// Makes the reserve an ordinary free block.
  @usableFromInline mutating func dissolveReserve() {
    let block = reserve
    reserve = 0
    if block != 0 { release(block, word(block)) }
  }

  // MARK: Where blocks come from

  /// A live block of that size, or a little more; nil, with nothing changed but the reserve, where there is none.
  @inlinable mutating func take(_ wanted: Int) -> Int? {
    if top == 0, !begin() { return nil }
    if wanted < Self.firstWide {
      let bin = wanted &>> 4
      if exact &>> UInt64(bin) & 1 == 1 {
        let block = word(bin &* 8)
        unlink(block, size: wanted)
        use(block, size: wanted, flags: Self.followsLive)
        return block
      }
    }
    if let block = find(wanted, lookingAt: Self.glance) { return block }
    if wanted <= Self.largestSmall, let block = takeFromReserve(wanted) { return block }
    return takeLast(wanted)
  }

  /// Sets up the bins; whether there was room for them.
  @usableFromInline mutating func begin() -> Bool {
    let first = Self.firstBlock - heap.end.offset
    guard first <= 0 || heap.grow(by: first) != nil else { return false }
    top = Self.firstBlock
    touched = top
    return true
  }

  /// A block from the bins. Of those in the request's own bin, where some may be too small, it looks at so many.
  @usableFromInline mutating func find(_ wanted: Int, lookingAt count: Int) -> Int? {
    let bin = Self.bin(wanted)
    var block = 0
    if bin < 64 {
      let larger = exact & (UInt64.max &<< UInt64(bin))
      if larger != 0 {
        block = word(larger.trailingZeroBitCount &* 8)
      } else if wide != 0 {
        block = bestOf(64 &+ wide.trailingZeroBitCount, wanted, lookingAt: count)
      }
    } else {
      block = bestOf(bin, wanted, lookingAt: count)
      let above = bin &- 63
      let larger = above < 64 ? wide & (UInt64.max &<< UInt64(above)) : 0
      if block == 0, larger != 0 { block = bestOf(64 &+ larger.trailingZeroBitCount, wanted, lookingAt: count) }
    }
    guard block != 0 else { return nil }
    let size = size(block)
    unlink(block, size: size)
    keep(block, size, wanted, Self.followsLive)
    return block
  }

  /// Of the first blocks in a bin the smallest that is large enough, or 0.
  @usableFromInline func bestOf(_ bin: Int, _ wanted: Int, lookingAt count: Int) -> Int {
    var (best, bestSize, rest) = (0, Int.max, count)
    var block = word(bin &* 8)
    while block != 0, rest > 0 {
      let size = size(block)
      if size >= wanted, size < bestSize { (best, bestSize) = (block, size) }
      if size == wanted { break }
      block = word(block &+ 8)
      rest &-= 1
    }
    return best
  }

  /// A small block from the reserve, which is filled from the top where it is too small.
  @usableFromInline mutating func takeFromReserve(_ wanted: Int) -> Int? {
    if reserve == 0 || size(reserve) < wanted {
      dissolveReserve()
      guard reach(Self.reserveBytes) else { return nil }
      reserve = top
      top += Self.reserveBytes
      touched = max(touched, top)
      use(reserve, size: Self.reserveBytes, flags: Self.followsLive)
    }
    let (block, tag) = (reserve, word(reserve))
    let rest = tag & ~15 - wanted
    guard rest >= Self.leastSize else {
      reserve = 0
      return block
    }
    set(block, wanted | tag & 15)
    reserve = block + wanted
    set(reserve, rest | Self.live | Self.followsLive)
    return block
  }

  /// A block from the top; where the heap cannot grow, from what was passed over.
  @usableFromInline mutating func takeLast(_ wanted: Int) -> Int? {
    if heap.end.offset - top < wanted, let block = find(wanted, lookingAt: .max) { return block }
    if !reach(wanted) {
      guard reserve != 0 else { return nil }
      dissolveReserve()
      if let block = find(wanted, lookingAt: .max) { return block }
      guard reach(wanted) else { return nil }
    }
    let block = top
    top += wanted
    touched = max(touched, top)
    use(block, size: wanted, flags: Self.followsLive)
    return block
  }

  /// Lets the heap grow until the top has so many bytes.
  @usableFromInline mutating func reach(_ byteCount: Int) -> Bool {
    let needed = byteCount - (heap.end.offset - top)
    guard needed > 0 else { return true }
    let room = heap.limit - heap.end.offset
    guard needed <= room else { return false }
    return heap.grow(by: min(max(needed, Self.chunk), room)) != nil || heap.grow(by: needed) != nil
  }

  /// Where the payload of a block lies at a multiple of an alignment above 16: at its start, or where what is before makes a block.
  private func payload(in block: Int, _ alignment: Int) -> Int {
    let first = (block + 8 + alignment - 1) & ~(alignment - 1)
    return first == block + 8 || first >= block + 8 + Self.leastSize ? first : first + alignment
  }

  /// A block at a multiple of an alignment above 16, whose front is cut off and freed.
  @usableFromInline mutating func allocateAligned(_ wanted: Int, _ alignment: Int) -> Address? {
    guard alignment <= heap.limit, top != 0 || begin() else { return nil }
    let block: Int
    if let found = findAligned(wanted, alignment) {
      block = found
      let size = size(block)
      unlink(block, size: size)
      use(block, size: size, flags: Self.followsLive)
    } else if case let size = payload(in: top, alignment) - 8 + wanted - top, reach(size) {
      block = top
      top += size
      touched = max(touched, top)
      use(block, size: size, flags: Self.followsLive)
    } else {
      guard let larger = take(wanted + alignment + Self.leastSize) else { return nil }
      block = larger
    }
    let (size, flags) = (size(block), word(block) & Self.followsLive)
    let start = payload(in: block, alignment) - 8
    let front = start - block
    guard front > 0 else {
      keep(block, size, wanted, flags)
      return Address(start + 8)
    }
    set(start, size - front | Self.live)
    keep(start, size - front, wanted, Self.followsLive)
    release(block, front | flags)
    return Address(start + 8)
  }

  /// A block in a bin that has room for an aligned one, of the first few in each bin.
  private func findAligned(_ wanted: Int, _ alignment: Int) -> Int? {
    for bin in Self.bin(wanted)..<128 where (bin < 64 ? exact &>> UInt64(bin) : wide &>> UInt64(bin &- 64)) & 1 == 1 {
      var (block, rest) = (word(bin &* 8), Self.glance)
      while block != 0, rest > 0 {
        if payload(in: block, alignment) - 8 + wanted <= block + size(block) { return block }
        (block, rest) = (word(block &+ 8), rest - 1)
      }
    }
    return nil
  }

  // MARK: The top

  public mutating func trim() {
    dissolveReserve()
    guard top < touched else { return }
    heap.decommit(at: Address(top), byteCount: min(touched.roundedUpToPage, heap.end.offset) - top)
    touched = top
  }
}

extension Int {
  fileprivate var roundedUpToPage: Int { (self + Heap.pageSize - 1) & ~(Heap.pageSize - 1) }
}
