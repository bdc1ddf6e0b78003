// A general-purpose allocator with boundary tags and an explicit free list. It is complete, and works; the two functions at the
// end are yours to write.
//
// THE IDEA (Knuth, TAOCP vol. 1, §2.5, algorithms A and C). A block says its size and whether it is live at both of its ends, so
// both of its neighbours can be found and asked when it is freed, and free neighbours become one block at once. The free
// blocks are in a list, of which the first that is large enough serves a request.
//
// THE STRUCTURE. All of it is in the heap, in words of 8 bytes.
//
//     0            8                                                                   end − 8    end
//     +------------+---------------+------------------------+- - - - - - - - - - - - - -+----------+
//     | first free | block         | block                  | block …                   | end tag  |
//     +------------+---------------+------------------------+- - - - - - - - - - - - - -+----------+
//
//     a live block   | tag |            payload            | tag |      payload at a multiple of 16
//     a free block   | tag | next | previous |      …      | tag |      a block's number is where it begins; 0 is none
//
//     a tag          | size: a multiple of 16, at least 32 | 0 | 0 | 0 | live |      the end tag has size 0, and is live
//
// The heap is empty until the first request.
//
// INVARIANTS
//     TODO: what is always true between two calls? Write each down as a sentence or an equation, and number them.

import AllocLab

/// Blocks with their size at both ends, joined with their neighbours when they are freed.
public struct TaggedAllocator: CheckedAllocator, ~Copyable {
  public let heap: Heap

  private static var firstBlock: Int { 8 }
  private static var leastSize: Int { 32 }
  private static var endTag: Int { 1 }
  /// The heap grows by this much, or by more for larger requests.
  private static var chunk: Int { 4096 }

  public init(heap: Heap) { self.heap = heap }

  // MARK: Records

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }

  private func size(_ block: Int) -> Int { word(block) & ~15 }
  private func isLive(_ block: Int) -> Bool { word(block) & 1 == 1 }

  private func setTags(_ block: Int, size: Int, live: Bool) {
    let tag = size | (live ? 1 : 0)
    set(block, tag)
    set(block + size - 8, tag)
  }

  /// Puts a block in front of the list.
  private func push(_ block: Int, size: Int) {
    let first = word(0)
    setTags(block, size: size, live: false)
    set(block + 8, first)
    set(block + 16, 0)
    if first != 0 { set(first + 16, block) }
    set(0, block)
  }

  private func unlink(_ block: Int) {
    let (next, previous) = (word(block + 8), word(block + 16))
    if previous == 0 { set(0, next) } else { set(previous + 8, next) }
    if next != 0 { set(next + 16, previous) }
  }

  /// The size of a block with room for that many bytes, or nil where no block can have it.
  private func blockSize(for layout: Layout) -> Int? {
    guard layout.alignment <= 16, layout.size <= heap.limit else { return nil }
    return max(Self.leastSize, (layout.size + 16 + 15) & ~15)
  }

  // MARK: Blocks

  /// A block of `layout.size` bytes; nil also where the alignment is above 16.
  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout) else { return nil }
    guard let block = firstFit(wanted) ?? extend(by: wanted) else { return nil }
    unlink(block)
    keep(block, size: size(block), wanted)
    return Address(block + 8)
  }

  public mutating func deallocate(_ address: Address) { release(address.offset - 8, size: size(address.offset - 8)) }

  /// In place where the block shrinks, or where the one behind it is free and large enough.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout) else { return nil }
    let block = address.offset - 8
    let size = size(block)
    if wanted <= size {
      keep(block, size: size, wanted)
      return address
    }
    let next = block + size
    if !isLive(next), size + self.size(next) >= wanted {
      let joined = size + self.size(next)
      unlink(next)
      keep(block, size: joined, wanted)
      return address
    }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: size - 16)
    deallocate(address)
    return new
  }

  private func firstFit(_ wanted: Int) -> Int? {
    guard heap.end.offset > 0 else { return nil }
    var block = word(0)
    while block != 0 {
      if size(block) >= wanted { return block }
      block = word(block + 8)
    }
    return nil
  }

  /// Makes a block live with the first `wanted` of its bytes, and frees the rest if that makes a block.
  private func keep(_ block: Int, size: Int, _ wanted: Int) {
    let rest = size - wanted
    guard rest >= Self.leastSize else { return setTags(block, size: size, live: true) }
    setTags(block, size: wanted, live: true)
    release(block + wanted, size: rest)
  }

  /// Frees a block and joins it with its neighbours.
  private func release(_ block: Int, size: Int) {
    var (start, joined) = (block, size)
    let next = block + size
    if !isLive(next) {
      joined += self.size(next)
      unlink(next)
    }
    if block > Self.firstBlock, word(block - 8) & 1 == 0 {
      start = block - word(block - 8)
      joined += block - start
      unlink(start)
    }
    push(start, size: joined)
  }

  /// Grows the heap until its last block is free and of `wanted` bytes or more, and returns that block.
  private func extend(by wanted: Int) -> Int? {
    if heap.end.offset == 0 {
      guard heap.grow(by: 16) != nil else { return nil }
      set(Self.firstBlock, Self.endTag)
    }
    // The end tag becomes the first tag of a block.
    let block = heap.end.offset - 8
    let last = block > Self.firstBlock && word(block - 8) & 1 == 0 ? word(block - 8) : 0
    var added = max(wanted, Self.chunk)
    if heap.grow(by: added) == nil {
      added = wanted - last
      guard heap.grow(by: added) != nil else { return nil }
    }
    set(heap.end.offset - 8, Self.endTag)
    release(block, size: added)
    return word(0)
  }

  // MARK: Checking

  public mutating func deallocate(checking address: Address) -> Bool {
    // TODO: the address may be any number. Find out whether a live block begins there, and if none does, change nothing and
    // answer false. What a payload holds is up to its owner, who may write there what looks like a tag.
    deallocate(address)
    return true
  }

  public func invariantViolations() -> [String] {
    // TODO: look at all that the records say, and answer with a sentence for each thing that is wrong. Any word may have been
    // overwritten, so do not use one as a place before you know that it is one: no access may stray, no loop go on for ever.
    []
  }
}
