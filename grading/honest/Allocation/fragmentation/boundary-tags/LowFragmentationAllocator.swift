// Free blocks in the order of their addresses, each with a tag at both ends, in a list for each power of two; of a list the
// smallest that is large enough is taken, and of those the lowest. The end of the heap is a free block like any other.
//
//     0              512  520                                                       end − 8
//     | heads, tails | –  | block | block | …                                       | fence |
//
//     a live block   | size, flags | payload …                      |     flags: 1 live, 2 the block before is live
//     a free block   | size, flags | next | previous |  …   | size  |     0 is none
//     the fence      | 0, flags    |  live
//
// INVARIANT: a list's blocks have sizes from 2^k to 2^(k+1) − 1 and ascend; no two free blocks are neighbours.

import AllocLab

public struct LowFragmentationAllocator: FragmentationResistantAllocator, ~Copyable {
  public let heap: Heap

  private static var first: Int { 520 }
  /// Which lists have blocks.
  private var occupied: UInt64 = 0
  private var hasBegun = false
  /// Bytes that were freed since pages went back.
  private var freed = 0

  public init(heap: Heap) { self.heap = heap }

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }
  private func size(_ block: Int) -> Int { word(block) & ~15 }
  private var fence: Int { heap.end.offset - 8 }
  private static func list(_ size: Int) -> Int { 63 - size.leadingZeroBitCount }

  private func bytes(_ layout: Layout) -> Int? {
    guard layout.size <= heap.limit, layout.alignment <= heap.limit else { return nil }
    return max(32, (layout.size + 23) & ~15)
  }

  // MARK: Lists

  private mutating func insert(_ block: Int, _ size: Int) {
    let list = Self.list(size)
    set(block, size | 2)
    set(block + size - 8, size)
    set(block + size, word(block + size) & ~2)
    occupied |= 1 << UInt64(list)
    var next = word(8 * list)
    var previous = 0
    let last = word(8 * list + 256)
    if next != 0, last < block {
      (previous, next) = (last, 0)
    } else {
      while next != 0, next < block { (previous, next) = (next, word(next + 8)) }
    }
    set(block + 8, next)
    set(block + 16, previous)
    set(previous == 0 ? 8 * list : previous + 8, block)
    set(next == 0 ? 8 * list + 256 : next + 16, block)
  }

  private mutating func remove(_ block: Int) {
    let list = Self.list(size(block))
    let (next, previous) = (word(block + 8), word(block + 16))
    set(previous == 0 ? 8 * list : previous + 8, next)
    set(next == 0 ? 8 * list + 256 : next + 16, previous)
    if word(8 * list) == 0 { occupied &= ~(1 << UInt64(list)) }
  }

  private func search(_ wanted: Int) -> Int? {
    var lists = occupied & (~0 << UInt64(Self.list(wanted)))
    while lists != 0 {
      var block = word(8 * lists.trailingZeroBitCount)
      var (best, bestSize) = (0, Int.max)
      while block != 0 {
        let size = size(block)
        if size >= wanted, size < bestSize { (best, bestSize) = (block, size) }
        block = word(block + 8)
      }
      if best != 0 { return best }
      lists &= lists - 1
    }
    return nil
  }

  // MARK: Blocks

  /// The free block in front of the fence, or the fence.
  private var lastFree: Int { word(fence) & 2 == 0 ? fence - word(fence - 8) : fence }

  /// Makes the free block at the heap's end at least so large.
  private mutating func extend(to wanted: Int) -> Bool {
    if !hasBegun {
      guard heap.grow(by: Self.first + 8) != nil else { return false }
      hasBegun = true
      set(fence, 3)
    }
    let (old, start) = (fence, lastFree)
    let missing = wanted - (old - start)
    let room = (heap.limit - heap.end.offset) & ~15
    guard missing > 0 else { return true }
    guard missing <= room, heap.grow(by: min(room, max(missing, 32 << 10))) ?? heap.grow(by: missing) != nil else {
      return false
    }
    set(fence, 1)
    if start != old { remove(start) }
    insert(start, fence - start)
    return true
  }

  private mutating func take(_ wanted: Int) -> Int? {
    if let block = hasBegun ? search(wanted) : nil {
      remove(block)
      finish(block, size(block), wanted, 2)
      return block
    }
    guard extend(to: wanted) else { return nil }
    return take(wanted)
  }

  /// A block has so many bytes, and needs fewer.
  private mutating func finish(_ block: Int, _ size: Int, _ wanted: Int, _ flag: Int) {
    let kept = size - wanted >= 32 ? wanted : size
    set(block, kept | flag | 1)
    set(block + kept, kept == size ? word(block + kept) | 2 : size - kept | 3)
    if kept < size { free(block + kept) }
  }

  private mutating func free(_ block: Int) {
    var (start, end) = (block, block + size(block))
    freed += end - start
    if word(end) & 1 == 0 {
      let behind = end
      end += size(behind)
      remove(behind)
    }
    if word(start) & 2 == 0 {
      start -= word(start - 8)
      remove(start)
    }
    insert(start, end - start)
    if freed >= 128 << 10 { giveBack() }
  }

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard let wanted = bytes(layout) else { return nil }
    guard layout.alignment > 16 else { return take(wanted).map { Address($0 + 8) } }
    guard let block = take(wanted + layout.alignment + 32) else { return nil }
    let whole = size(block)
    var payload = Address(block + 8).alignedUp(to: layout.alignment).offset
    if payload > block + 8, payload - block - 8 < 32 { payload += layout.alignment }
    let front = payload - 8 - block
    if front > 0 {
      set(block, front | word(block) & 2 | 1)
      set(payload - 8, whole - front | 3)
    }
    finish(payload - 8, whole - front, wanted, word(payload - 8) & 2)
    if front > 0 { free(block) }
    return Address(payload)
  }

  public mutating func deallocate(_ address: Address) { free(address.offset - 8) }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard let wanted = bytes(layout) else { return nil }
    let block = address.offset - 8
    let old = size(block)
    if address.offset & (layout.alignment - 1) == 0 {
      let flag = word(block) & 2
      if wanted > old, block + old == lastFree { _ = extend(to: max(wanted - old, 32)) }
      let behind = block + old
      let total = old + (word(behind) & 1 == 0 ? size(behind) : 0)
      if wanted <= total {
        if wanted > old { remove(behind) }
        finish(block, wanted > old ? total : old, wanted, flag)
        return address
      }
    }
    guard let new = allocate(layout) else { return nil }
    heap.copy(from: address, to: new, byteCount: min(old - 8, layout.size))
    deallocate(address)
    return new
  }

  /// Gives back the whole pages of large free blocks, but for the links at the start and the size at the end.
  private mutating func giveBack() {
    freed = 0
    var lists = occupied & (~0 << 14)
    while lists != 0 {
      var block = word(8 * lists.trailingZeroBitCount)
      while block != 0 {
        heap.decommit(at: Address(block + 24), byteCount: size(block) - 32)
        block = word(block + 8)
      }
      lists &= lists - 1
    }
  }
}
