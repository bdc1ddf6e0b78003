// Boundary tags with a list of free blocks for each power of two. The smallest list that can serve a request is looked through
// first, so small requests leave large blocks whole.
//
//     0                    256 264                                                            end − 8
//     | first of 32 bins … | – | block | block | …                                           | end tag |
//
//     a live block   | tag |            payload            | tag |      payload at a multiple of 16
//     a free block   | tag | next | previous |      …      | tag |      0 is none
//     a tag          | size, a multiple of 16 and at least 32 | live |  the end tag has size 0 and is live
//
// INVARIANTS
//     1  blocks follow each other from 264 to the end tag, each with the same tag at both ends
//     2  no two free blocks are neighbours
//     3  a free block is in exactly one bin, that of its size, and its `previous` is the block whose `next` it is

import AllocLab

public struct TaggedAllocator: CheckedAllocator, ~Copyable {
  public let heap: Heap

  private static var binCount: Int { 32 }
  private static var firstBlock: Int { 264 }
  private static var leastSize: Int { 32 }
  private static var chunk: Int { 8192 }

  public init(heap: Heap) { self.heap = heap }

  // MARK: Blocks

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout), let block = find(wanted) ?? extend(by: wanted) else { return nil }
    unlink(block)
    keep(block, size: size(block), wanted)
    return Address(block + 8)
  }

  public mutating func deallocate(_ address: Address) {
    let block = address.offset - 8
    release(block, size: size(block))
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout) else { return nil }
    let block = address.offset - 8
    let old = size(block)
    if wanted <= old {
      keep(block, size: old, wanted)
      return address
    }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: old - 16)
    deallocate(address)
    return new
  }

  private func blockSize(for layout: Layout) -> Int? {
    guard layout.alignment <= 16, layout.size <= heap.limit else { return nil }
    return max(Self.leastSize, (layout.size + 31) & ~15)
  }

  private func find(_ wanted: Int) -> Int? {
    guard heap.end.offset > 0 else { return nil }
    for bin in bin(wanted)..<Self.binCount {
      var block = word(8 * bin)
      while block != 0 {
        if size(block) >= wanted { return block }
        block = word(block + 8)
      }
    }
    return nil
  }

  /// Makes a block that is in no list live with its first `wanted` bytes, and frees the rest if that makes a block.
  private func keep(_ block: Int, size: Int, _ wanted: Int) {
    let isDivided = size - wanted >= Self.leastSize
    setTags(block, size: isDivided ? wanted : size, live: true)
    if isDivided { release(block + wanted, size: size - wanted) }
  }

  /// Frees a block, joined with its neighbours.
  private func release(_ block: Int, size: Int) {
    var (start, end) = (block, block + size)
    if !isLive(end) {
      let next = end
      end += self.size(next)
      unlink(next)
    }
    if start > Self.firstBlock, word(start - 8) & 1 == 0 {
      start -= word(start - 8)
      unlink(start)
    }
    setTags(start, size: end - start, live: false)
    let head = 8 * bin(end - start)
    let first = word(head)
    set(start + 8, first)
    set(start + 16, 0)
    if first != 0 { set(first + 16, start) }
    set(head, start)
  }

  private func unlink(_ block: Int) {
    let (next, previous) = (word(block + 8), word(block + 16))
    set(previous == 0 ? 8 * bin(size(block)) : previous + 8, next)
    if next != 0 { set(next + 16, previous) }
  }

  /// Grows the heap until its last block is free and has `wanted` bytes or more, and returns it.
  private func extend(by wanted: Int) -> Int? {
    if heap.end.offset == 0 {
      guard heap.grow(by: Self.firstBlock + 8) != nil else { return nil }
      set(Self.firstBlock, 1)
    }
    let block = heap.end.offset - 8
    let last = block > Self.firstBlock && word(block - 8) & 1 == 0 ? word(block - 8) : 0
    var added = max(wanted, Self.chunk)
    if heap.grow(by: added) == nil {
      added = wanted - last
      guard heap.grow(by: added) != nil else { return nil }
    }
    set(block + added, 1)
    release(block, size: added)
    return block - last
  }

  // MARK: Records

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }
  private func size(_ block: Int) -> Int { word(block) & ~15 }
  private func isLive(_ block: Int) -> Bool { word(block) & 1 == 1 }
  private func bin(_ size: Int) -> Int { min(Self.binCount - 1, 58 - size.leadingZeroBitCount) }

  private func setTags(_ block: Int, size: Int, live: Bool) {
    let tag = size | (live ? 1 : 0)
    set(block, tag)
    set(block + size - 8, tag)
  }

  // MARK: Checking

  public mutating func deallocate(checking address: Address) -> Bool {
    guard heap.end.offset > 0 else { return false }
    var block = Self.firstBlock
    while block < heap.end.offset - 8, block + 8 <= address.offset {
      if block + 8 == address.offset {
        guard isLive(block) else { return false }
        deallocate(address)
        return true
      }
      block += size(block)
    }
    return false
  }

  public func invariantViolations() -> [String] {
    let endTag = heap.end.offset - 8
    guard heap.end.offset > 0 else { return [] }
    var free: Set<Int> = []
    var block = Self.firstBlock
    var isAfterFree = false
    while block < endTag {
      let tag = word(block)
      let size = tag & ~15
      guard tag & 14 == 0, size >= Self.leastSize, size <= endTag - block else { return ["\(block): no tag: \(tag)"] }
      guard word(block + size - 8) == tag else {
        return ["\(block): its tags differ: \(tag), \(word(block + size - 8))"]
      }
      if tag & 1 == 0 {
        if isAfterFree { return ["\(block): it and the block before it are free"] }
        free.insert(block)
      }
      isAfterFree = tag & 1 == 0
      block += size
    }
    guard word(endTag) == 1 else { return ["the end tag is \(word(endTag))"] }
    for bin in 0..<Self.binCount {
      var previous = 0
      var block = word(8 * bin)
      while block != 0 {
        guard free.remove(block) != nil else { return ["bin \(bin): \(block) is no free block, or in a bin already"] }
        guard self.bin(size(block)) == bin else { return ["\(block): is in bin \(bin), but has \(size(block)) bytes"] }
        guard word(block + 16) == previous else { return ["\(block): its previous is \(word(block + 16))"] }
        previous = block
        block = word(block + 8)
      }
    }
    return free.isEmpty ? [] : ["in no bin: \(free.sorted())"]
  }
}
