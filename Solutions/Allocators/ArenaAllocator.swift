// An arena: blocks one behind the other, ended all at once.
//
// THE IDEA (Hanson, "Fast allocation and deallocation of memory based on object lifetimes", 1990; GNU obstacks). Objects that die
// together need no records of their own. A block is the next bytes of a chunk, and to end all of them is to go back to the start.
//
// THE STRUCTURE
//
//     chunk                                top                         end
//     +------+------+---------+-----+------+-----------------+---------+
//     | next | end  | block   | pad | last | free                      |
//     +--|---+------+---------+-----+------+---------------------------+
//        |                          ^ last
//        +--> the chunk made after this one, or 0: no chunk lies at 0, as seen from here, since links are offset + 1
//
// Chunks are in a list, in the order in which they were made. Blocks come from one of them, the *current* one; those before it are
// used or were too small, those after it are free. Their order never changes, so a mark is a chunk, and a top in it: what is behind
// is what was handed out since, and going back leaves it for later.
//
// Nobody else may have grown the heap since the last chunk was made. Then it grows with the heap, in place; where one arena has a heap
// to itself there is but one chunk, and nothing is ever left over.
//
// INVARIANTS
//     for each chunk c: c + 16 ≤ end(c) ≤ heap.end, and chunks do not overlap
//     current = 0 iff there is no chunk;  current + 16 ≤ top ≤ end = end(current)
//     last = -1, or before ≤ last ≤ top
//     grown: a new chunk is as large as all before it together, so there are O(log bytes) of them
//
// COSTS. `allocate` is an addition and a comparison; over all, O(chunks) for each that does not fit. `mark`, `release` and `reset` are O(1).
// Space: 16 bytes a chunk, padding, and of each chunk that was left what was too small for the next block.

import AllocLab

/// Blocks from chunks of growing size; marks are places in the list of chunks.
@frozen public struct ArenaAllocator: Arena, ~Copyable {
  public let heap: Heap
  /// Where the next block begins, before it is aligned.
  @usableFromInline var top = 0
  /// Where the current chunk ends; 0 where there is none.
  @usableFromInline var end = 0
  /// The block that was handed out last, or -1 where it has ended.
  @usableFromInline var last = -1
  /// What the top was before it.
  @usableFromInline var before = 0
  /// 1 + the offset of the chunk that blocks come from, of the first one, and of the last one; 0 where there is none.
  @usableFromInline var current = 0
  @usableFromInline var first = 0
  @usableFromInline var final = 0
  /// The bytes of all chunks together.
  @usableFromInline var byteCount = 0

  /// A place in the list of chunks.
  @frozen public struct Mark {
    @usableFromInline let chunk: Int
    @usableFromInline let top: Int
    @inlinable init(chunk: Int, top: Int) {
      self.chunk = chunk
      self.top = top
    }
  }

  /// Bytes of a chunk's record.
  @usableFromInline static var headerBytes: Int { 16 }
  /// The least that a chunk has.
  @usableFromInline static var leastBytes: Int { 4096 }

  @inlinable public init(heap: Heap) { self.heap = heap }

  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    let start = (top &+ layout.alignment &- 1) & ~(layout.alignment &- 1)
    let size = max(layout.size, 1)
    // Neither side can overflow: the first is below 2³² + the heap's end.
    guard size <= end &- start else { return allocateElsewhere(layout) }
    before = top
    last = start
    top = start &+ size
    return Address(start)
  }

  /// Takes the last block back, with the padding before it.
  @inlinable public mutating func deallocate(_ address: Address) {
    guard address.offset == last else { return }
    top = before
    last = -1
  }

  /// Where it is, if it is the last and there is room; else a new block, and a copy.
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    let size = max(layout.size, 1)
    if address.offset == last, last & (layout.alignment &- 1) == 0, size <= end &- last {
      top = last &+ size
      return address
    }
    guard let new = allocate(layout) else { return nil }
    // Past the old block's end there may be other bytes, which mean nothing.
    heap.copy(from: address, to: new, byteCount: min(layout.size, heap.end - address))
    return new
  }

  @inlinable public mutating func mark() -> Mark { Mark(chunk: current, top: top) }

  @inlinable public mutating func release(to mark: Mark) {
    last = -1
    if mark.chunk == current {
      top = mark.chunk == 0 ? 0 : mark.top
    } else if mark.chunk == 0 {
      reset()
    } else {
      enter(mark.chunk, top: mark.top)
    }
  }

  @inlinable public mutating func reset() {
    last = -1
    if first != 0 { enter(first, top: first &- 1 &+ Self.headerBytes) }
  }

  /// Makes a chunk the current one.
  @usableFromInline mutating func enter(_ chunk: Int, top: Int) {
    current = chunk
    end = heap.load(Int.self, at: Address(chunk &+ 7))
    self.top = top
  }

  // MARK: - Chunks

  /// Whether a block fits in the current chunk.
  private func fits(_ layout: Layout) -> Bool {
    let start = (top + layout.alignment - 1) & ~(layout.alignment - 1)
    return max(layout.size, 1) <= end - start
  }

  /// Serves a block from a later chunk, or from new memory; nil, with nothing changed, where there is none.
  @usableFromInline @inline(never) mutating func allocateElsewhere(_ layout: Layout) -> Address? {
    let old = (current, top)
    guard layout.size <= heap.limit else { return nil }
    while current != final {
      let next = heap.load(Int.self, at: Address(current - 1))
      enter(next, top: next - 1 + Self.headerBytes)
      if fits(layout) { return allocate(layout) }
    }
    if extend(for: layout) || add(for: layout) { return allocate(layout) }
    if old.0 != 0 { enter(old.0, top: old.1) }
    return nil
  }

  /// Lets the last chunk, which is the current one, grow in place.
  private mutating func extend(for layout: Layout) -> Bool {
    guard final != 0, end == heap.end.offset else { return false }
    let start = (top + layout.alignment - 1) & ~(layout.alignment - 1)
    guard grow(by: start + max(layout.size, 1) - end) else { return false }
    heap.store(heap.end.offset, at: Address(current + 7))
    end = heap.end.offset
    return true
  }

  /// Makes a chunk behind all others.
  private mutating func add(for layout: Layout) -> Bool {
    let chunk = (heap.end.offset + 7) & ~7
    let start = (chunk + Self.headerBytes + layout.alignment - 1) & ~(layout.alignment - 1)
    guard grow(by: start + max(layout.size, 1) - heap.end.offset) else { return false }
    heap.store(0, at: Address(chunk))
    heap.store(heap.end.offset, at: Address(chunk + 8))
    if final == 0 { first = chunk + 1 } else { heap.store(chunk + 1, at: Address(final - 1)) }
    final = chunk + 1
    enter(final, top: chunk + Self.headerBytes)
    return true
  }

  /// Lets the heap grow by as much as there is already, or by what is needed where it refuses that.
  private mutating func grow(by needed: Int) -> Bool {
    let room = heap.limit - heap.end.offset
    guard needed <= room else { return false }
    let wanted = min(max(needed, byteCount, Self.leastBytes), room)
    if heap.grow(by: wanted) != nil {
      byteCount += wanted
    } else if wanted > needed, heap.grow(by: needed) != nil {
      byteCount += needed
    } else {
      return false
    }
    return true
  }
}
