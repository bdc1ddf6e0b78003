// Boundary tags and nothing else: no list of free blocks. A request goes through the blocks, live ones too, from where the last search
// ended, and takes the first free one that will do (next fit). There is little that could be damaged.
//
//     0   8                                            end − 8
//     | – | block | block | …                         | end tag |
//
//     a block   | tag |  payload, at a multiple of 16  | tag |
//     a tag     | size, a multiple of 16 and at least 32 | live |     the end tag has size 0 and is live
//
// INVARIANTS
//     1  blocks follow each other from 8 to the end tag, each with the same tag at both ends
//     2  no two free blocks are neighbours

import AllocLab

public struct TaggedAllocator: CheckedAllocator, ~Copyable {
  public let heap: Heap

  private static var firstBlock: Int { 8 }
  private static var leastSize: Int { 32 }
  private static var chunk: Int { 64 << 10 }

  /// The block at which the next search begins.
  private var rover = 8

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout), let block = nextFit(wanted) ?? extend(by: wanted) else { return nil }
    rover = block
    divide(block, size: size(block), wanted)
    return Address(block + 8)
  }

  public mutating func deallocate(_ address: Address) {
    let block = address.offset - 8
    free(block, size: size(block))
  }

  /// In place where the block, with a free one behind it, is large enough.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = blockSize(for: layout) else { return nil }
    let block = address.offset - 8
    let old = size(block)
    let next = block + old
    let room = isLive(next) ? old : old + size(next)
    if wanted <= room {
      divide(block, size: wanted <= old ? old : room, wanted)
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

  /// The next free block that will do, from where the last search ended, once round.
  private func nextFit(_ wanted: Int) -> Int? {
    guard heap.end.offset > 0 else { return nil }
    var block = rover
    while size(block) > 0 {
      if !isLive(block), size(block) >= wanted { return block }
      block += size(block)
    }
    block = Self.firstBlock
    while block < rover {
      if !isLive(block), size(block) >= wanted { return block }
      block += size(block)
    }
    return nil
  }

  /// Makes a block of `size` bytes live with `wanted` of them, and the rest, where that makes a block, a free one.
  private mutating func divide(_ block: Int, size: Int, _ wanted: Int) {
    guard size - wanted >= Self.leastSize else { return setTags(block, size: size, live: true) }
    setTags(block, size: wanted, live: true)
    free(block + wanted, size: size - wanted)
  }

  private mutating func free(_ block: Int, size: Int) {
    var (start, size) = (block, size)
    if !isLive(block + size) { size += self.size(block + size) }
    if start > Self.firstBlock, word(start - 8) & 1 == 0 {
      size += word(start - 8)
      start -= word(start - 8)
    }
    setTags(start, size: size, live: false)
  }

  /// Grows the heap until its last block is free and has `wanted` bytes or more, and returns it.
  private mutating func extend(by wanted: Int) -> Int? {
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
    free(block, size: added)
    return block - last
  }

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }
  private func size(_ block: Int) -> Int { word(block) & ~15 }
  private func isLive(_ block: Int) -> Bool { word(block) & 1 == 1 }

  private mutating func setTags(_ block: Int, size: Int, live: Bool) {
    let tag = size | (live ? 1 : 0)
    set(block, tag)
    set(block + size - 8, tag)
    // A block that was joined with this one is no place to begin at any more.
    if rover > block, rover < block + size { rover = block }
  }

  // MARK: Checking

  public mutating func deallocate(checking address: Address) -> Bool {
    guard heap.end.offset > 0 else { return false }
    var block = Self.firstBlock
    while size(block) > 0, block + 8 < address.offset { block += size(block) }
    guard size(block) > 0, block + 8 == address.offset, isLive(block) else { return false }
    deallocate(address)
    return true
  }

  public func invariantViolations() -> [String] {
    guard heap.end.offset > 0 else { return [] }
    let endTag = heap.end.offset - 8
    var block = Self.firstBlock
    var isAfterFree = false
    while block < endTag {
      let tag = word(block)
      let size = tag & ~15
      guard tag & 14 == 0, size >= Self.leastSize, size <= endTag - block else { return ["\(block): no tag: \(tag)"] }
      guard word(block + size - 8) == tag else {
        return ["\(block): its tags differ: \(tag), \(word(block + size - 8))"]
      }
      if tag & 1 == 0, isAfterFree { return ["\(block): it and the block before it are free"] }
      isAfterFree = tag & 1 == 0
      block += size
    }
    return word(endTag) == 1 ? [] : ["the end tag is \(word(endTag))"]
  }
}
