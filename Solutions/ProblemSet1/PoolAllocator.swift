// A pool of blocks of one layout.
//
// THE IDEA (Kenwright, "Fast Efficient Fixed-Size Memory Pool", 2012; Knuth, TAOCP vol. 1, §2.5). All blocks are alike, so
// any free block serves any request, and the free ones can be kept in a list that runs through the blocks themselves: a block
// that nobody uses has room for a link. The list is a stack, so the block handed out is the one most recently given back,
// which is likely to be in the cache still. Blocks that have never been used are not put into the list, they are cut from the
// end of what the pool has touched so far. So setting up a pool costs nothing, and neither does memory that is not needed.
//
// THE STRUCTURE
//
//     0                                  fresh             end = heap.end           heap.limit
//     +-------+-------+-------+-------+----+-------+-------+ - - - - - - - - - - - - +
//     | live  | free  | live  | free  | …  | never used    | reached chunk by chunk  |
//     +-------+---|---+-------+-^-|---+----+-------+-------+ - - - - - - - - - - - - +
//                 |             | |
//        free ----+-------------+ +--> 0, the end
//
// A link is 1 + the next free block's offset, and 0 at the list's end: offset 0 is a block like any other. Links are 4 bytes
// wide where that reaches every block, and 8 in heaps of 4 GiB and more.
//
// TINY BLOCKS, whose stride is less than a link, have no room for one. They come in pages of 4 KiB, each with a bitmap in
// front: one bit a block, set where the block is free. A page's first word says which words of the bitmap are not zero, so
// that two `trailingZeroBitCount`s find a free block.
//
//     0          8       12      14      16                start              start + stride · count
//     +----------+-------+-------+-------+------------------+------------------+-----+
//     | summary  | next  | start | count | bitmap: 64-bit … | blocks …         | pad |
//     +----------+-------+-------+-------+------------------+------------------+-----+
//
// Pages with a free block make a list through `next`, 1 + the next one's page number. Blocks of one byte cost 1.13 bytes.
//
// INVARIANTS, with n = the blocks ever cut
//     fresh = stride · n ≤ end = heap.end ≤ heap.limit
//     every free block is at a multiple of stride below fresh, and in the list once:  live + length(list) = n
//     tiny: bit w of summary = (word w ≠ 0), bits at count and above are 0, a page is in the list iff summary ≠ 0
//
// COSTS. `allocate` and `deallocate` are O(1): one load or one store. Space: stride · n, rounded up to a page; no header.

import AllocLab

/// Blocks of one layout, in an intrusive last-in, first-out free list.
@frozen public struct PoolAllocator: BlockPool, ~Copyable {
  /// The heap, which is this pool's alone.
  @usableFromInline let heap: Heap
  /// Bytes from one block to the next; 0 where no block can ever fit.
  @usableFromInline let stride: Int
  /// Bytes of a link: 4 or 8, or 0 where the blocks are too small for one.
  @usableFromInline let linkBytes: Int
  /// 1 + the offset of the first free block; 0 where none is free.
  @usableFromInline var free = 0
  /// The offset of the first block that has never been used.
  @usableFromInline var fresh = 0
  /// The offset where the blocks that the heap has room for end; fresh ≤ end.
  @usableFromInline var end = 0
  /// Tiny blocks: 1 + the number of the first page with a free block; 0 where there is none.
  @usableFromInline var pages = 0

  /// The heap grows by about this many bytes at a time.
  @usableFromInline static var chunkBytes: Int { 64 << 10 }

  @inlinable public init(heap: Heap, block: Layout) {
    self.heap = heap
    stride = block.stride ?? 0
    let link = heap.limit <= Int(UInt32.max) ? 4 : 8
    linkBytes = stride >= link || stride == 0 ? link : 0
  }

  @inlinable public mutating func allocate() -> Address? {
    if free != 0 {
      let block = Address(free &- 1)
      free = linkBytes == 4 ? Int(heap.load(UInt32.self, at: block)) : heap.load(Int.self, at: block)
      return block
    }
    if fresh != end {
      let block = Address(fresh)
      fresh &+= stride
      return block
    }
    return allocateFromNewMemory()
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    if linkBytes == 4 {
      heap.store(UInt32(truncatingIfNeeded: free), at: address)
      free = address.offset &+ 1
    } else {
      deallocateWideOrTiny(address)
    }
  }

  /// Grows the heap by a chunk, or by whatever blocks still fit, and cuts the first of them.
  @usableFromInline @inline(never) mutating func allocateFromNewMemory() -> Address? {
    if linkBytes == 0 { return allocateTiny() }
    let room = heap.limit - end
    guard stride > 0, stride <= room else { return nil }
    let byteCount = min(max(Self.chunkBytes, stride), room)
    guard heap.grow(by: byteCount - byteCount % stride) != nil else { return nil }
    end = heap.end.offset
    let block = Address(fresh)
    fresh += stride
    return block
  }

  @usableFromInline @inline(never) mutating func deallocateWideOrTiny(_ address: Address) {
    if linkBytes == 0 { return deallocateTiny(address) }
    heap.store(free, at: address)
    free = address.offset &+ 1
  }
}

// MARK: - Tiny blocks

/// The page of tiny blocks that begins at `start`: where its fields are.
@frozen @usableFromInline struct TinyPage {
  @usableFromInline let start: Address
  @inlinable init(number: Int) { start = Address(number * Heap.pageSize) }

  /// Bytes before the bitmap.
  @inlinable static var headerBytes: Int { 16 }
  @inlinable var summary: Address { start }
  @inlinable var next: Address { start + 8 }
  @inlinable var firstBlock: Address { start + 12 }
  @inlinable var blockCount: Address { start + 14 }
  @inlinable func word(_ index: Int) -> Address { start + (Self.headerBytes &+ 8 &* index) }
}

extension PoolAllocator {
  @usableFromInline mutating func allocateTiny() -> Address? {
    guard pages != 0 || addTinyPage() else { return nil }
    let page = TinyPage(number: pages - 1)
    let summary = heap.load(UInt64.self, at: page.summary)
    let index = summary.trailingZeroBitCount
    let word = heap.load(UInt64.self, at: page.word(index))
    let rest = word & (word &- 1)
    heap.store(rest, at: page.word(index))
    if rest == 0 {
      heap.store(summary & (summary &- 1), at: page.summary)
      if summary & (summary &- 1) == 0 { pages = Int(heap.load(UInt32.self, at: page.next)) }
    }
    let number = 64 &* index &+ word.trailingZeroBitCount
    return page.start + (Int(heap.load(UInt16.self, at: page.firstBlock)) &+ number &* stride)
  }

  @usableFromInline mutating func deallocateTiny(_ address: Address) {
    let pageNumber = address.offset / Heap.pageSize
    let page = TinyPage(number: pageNumber)
    let number = (address - page.start - Int(heap.load(UInt16.self, at: page.firstBlock))) / stride
    let word = heap.load(UInt64.self, at: page.word(number / 64))
    heap.store(word | 1 << (number % 64), at: page.word(number / 64))
    guard word == 0 else { return }
    let summary = heap.load(UInt64.self, at: page.summary)
    heap.store(summary | 1 << (number / 64), at: page.summary)
    if summary == 0 {
      heap.store(UInt32(truncatingIfNeeded: pages), at: page.next)
      pages = pageNumber + 1
    }
  }

  /// Adds a page with all of its blocks free; the heap's last page may be a short one.
  @usableFromInline mutating func addTinyPage() -> Bool {
    let byteCount = min(Heap.pageSize, heap.limit - end)
    let count = tinyBlockCount(in: byteCount)
    guard count > 0, heap.grow(by: byteCount) != nil else { return false }
    let page = TinyPage(number: end / Heap.pageSize)
    end += byteCount
    fresh = end
    let words = (count + 63) / 64
    for index in 0..<words { heap.store(UInt64.max, at: page.word(index)) }
    if count % 64 != 0 { heap.store(UInt64.max >> (64 - count % 64), at: page.word(words - 1)) }
    heap.store(UInt64.max >> (64 - words), at: page.summary)
    heap.store(UInt32(0), at: page.next)
    heap.store(UInt16(TinyPage.headerBytes + 8 * words), at: page.firstBlock)
    heap.store(UInt16(count), at: page.blockCount)
    pages = page.start.offset / Heap.pageSize + 1
    return true
  }

  /// The most blocks that fit in a page of `byteCount` bytes, together with one bit for each.
  func tinyBlockCount(in byteCount: Int) -> Int {
    let room = byteCount - TinyPage.headerBytes
    guard room > 0 else { return 0 }
    let wholeWords = room / (8 + 64 * stride)
    let rest = room % (8 + 64 * stride)
    return 64 * wholeWords + max(0, rest - 8) / stride
  }
}
