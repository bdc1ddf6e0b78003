// Slabs of 128 slots, with two bitmaps each: which slots are free, and which live. A new block takes a random free slot of a slab that has 64
// free ones or more; slabs that have fewer rest until enough blocks have ended. What is known of blocks lies in arrays beside the heap.
// Large blocks are filled with poison when they end, and zeroed when their memory is used again; nothing is checked then.

import AllocLab

public struct HardenedHeap: HardenedAllocator, ~Copyable {
  private struct Slab {
    let base: Int
    let slot: Int
    var free: [UInt64] = [~0, ~0]
    var live: [UInt64] = [0, 0]
    /// Slots that are never used again.
    var condemned: [UInt64] = [0, 0]
    var sizes = [Int](repeating: 0, count: 128)

    var freeCount: Int { free[0].nonzeroBitCount + free[1].nonzeroBitCount }
    func has(_ bits: [UInt64], _ number: Int) -> Bool { bits[number >> 6] >> UInt64(number & 63) & 1 == 1 }
  }

  private struct Large {
    let start: Int
    let pages: Int
    var size: Int
    var state = 0  // 0 live, 1 ended, 2 condemned
  }

  private let heap: Heap
  private let key: UInt64
  private var slabs: [Slab] = []
  /// By the slots' size, the slabs of it.
  private var bySize: [Int: [Int]] = [:]
  /// By page, one more than the slab's number.
  private var owners: [Int32]
  private var large: [Int: Large] = [:]
  private var freeLarge: [Int: [Int]] = [:]
  /// Blocks that ended, and the first that is remembered.
  private var ended: [(base: Int, charge: Int)] = []
  private var first = 0
  private var remembered = 0

  public init(heap: Heap) {
    self.heap = heap
    key = heap.random()
    owners = [Int32](repeating: 0, count: heap.limit / 4096 + 1)
    _ = heap.grow(by: 4096)
  }

  private func canary(_ base: Int) -> UInt64 { ((UInt64(base) &+ key) &* 0x9e37_79b9_7f4a_7c15).byteSwapped ^ key }

  private func slot(_ layout: Layout) -> Int {
    let bytes = max(layout.size + 8, 32)
    if layout.alignment > 16 || bytes > 2048 {
      return 1 << (Int.bitWidth - (max(bytes, layout.alignment) - 1).leadingZeroBitCount)
    }
    let step = max(16, (1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount)) >> 3)
    return (bytes + step - 1) / step * step
  }

  private func pages(_ byteCount: Int) -> Int { (byteCount + 4095) / 4096 }

  public mutating func allocate(_ layout: Layout) throws(MemoryCorruption) -> Address? {
    guard layout.size < heap.limit else { return nil }
    if layout.size >= 16384 { return allocateLarge(layout.size) }
    let slot = slot(layout)
    let known = bySize[slot] ?? []
    let wanted = slot <= 2048 ? 64 : 1
    var choice = known.first { slabs[$0].freeCount >= wanted }
    if choice == nil, let base = heap.grow(by: pages(slot * (slot <= 2048 ? 128 : 8)) * 4096)?.offset {
      choice = slabs.count
      slabs.append(Slab(base: base, slot: slot))
      if slot > 2048 { slabs[slabs.count - 1].free = [0xff, 0] }
      bySize[slot, default: []].append(slabs.count - 1)
      for page in base / 4096..<heap.end.offset / 4096 { owners[page] = Int32(slabs.count) }
    }
    // Where there is no room for another slab, any free slot is good enough.
    guard let number = choice ?? known.first(where: { slabs[$0].freeCount > 0 }) else { return nil }
    var skip = Int(heap.random() % UInt64(slabs[number].freeCount))
    var bit = -1
    repeat {
      bit += 1
      if slabs[number].has(slabs[number].free, bit) { skip -= 1 }
    } while skip >= 0
    slabs[number].free[bit >> 6] &= ~(1 << UInt64(bit & 63))
    slabs[number].live[bit >> 6] |= 1 << UInt64(bit & 63)
    slabs[number].sizes[bit] = layout.size
    let base = slabs[number].base + bit * slot
    heap.fill(at: Address(base), byteCount: layout.size)
    heap.store(canary(base), at: Address(base + layout.size))
    return Address(base)
  }

  private mutating func allocateLarge(_ size: Int) -> Address? {
    let body = pages(size)
    var count = 8
    while count < body + 2 { count += max(1, count / 8) }
    var start = freeLarge[count]?.popLast()
    if start == nil { start = heap.grow(by: count * 4096)?.offset }
    guard let start else { return nil }
    let base = start + 4096
    heap.protect(.readWrite, at: Address(start), byteCount: count * 4096)
    heap.fill(at: Address(base), byteCount: body * 4096)
    for place in size..<body * 4096 { heap.store(UInt8(truncatingIfNeeded: canary(base + place)), at: Address(base + place)) }
    heap.protect(.none, at: Address(start), byteCount: 4096)
    heap.protect(.none, at: Address(base + body * 4096), byteCount: (count - body - 1) * 4096)
    large[base] = Large(start: start, pages: count, size: size)
    return Address(base)
  }

  public mutating func deallocate(_ address: Address) throws(MemoryCorruption) {
    let base = address.offset
    if let block = large[base] {
      guard block.state == 0 else { throw block.state == 1 ? .doubleFree : .invalidFree }
      for place in block.size..<pages(block.size) * 4096
      where heap.load(UInt8.self, at: Address(base + place)) != UInt8(truncatingIfNeeded: canary(base + place)) {
        large[base]?.state = 2
        throw .overflow
      }
      heap.fill(at: address, byteCount: pages(block.size) * 4096, with: Self.poison)
      heap.protect(.none, at: address, byteCount: pages(block.size) * 4096)
      large[base]?.state = 1
      remember(base, block.size)
      return
    }
    guard base >= 0, base < heap.end.offset, owners[base / 4096] > 0 else { throw .invalidFree }
    let number = Int(owners[base / 4096]) - 1
    let slab = slabs[number]
    let bit = (base - slab.base) / slab.slot
    guard (base - slab.base) % slab.slot == 0, bit < 128 else { throw .invalidFree }
    guard slab.has(slab.live, bit) else {
      throw slab.has(slab.free, bit) || slab.has(slab.condemned, bit) ? .invalidFree : .doubleFree
    }
    slabs[number].live[bit >> 6] &= ~(1 << UInt64(bit & 63))
    guard heap.load(UInt64.self, at: address + slab.sizes[bit]) == canary(base) else {
      slabs[number].condemned[bit >> 6] |= 1 << UInt64(bit & 63)
      throw .overflow
    }
    heap.fill(at: address, byteCount: slab.sizes[bit], with: Self.poison)
    remember(base, slab.sizes[bit])
  }

  private mutating func remember(_ base: Int, _ size: Int) {
    let charge = max(16, 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)) + 64
    ended.append((base, charge))
    remembered += charge
    while remembered > heap.limit / 64 {
      let (base, charge) = ended[first]
      first += 1
      remembered -= charge
      if let block = large.removeValue(forKey: base) {
        freeLarge[block.pages, default: []].append(block.start)
      } else {
        let number = Int(owners[base / 4096]) - 1
        let bit = (base - slabs[number].base) / slabs[number].slot
        slabs[number].free[bit >> 6] |= 1 << UInt64(bit & 63)
      }
    }
    if first > 4096 {
      ended.removeFirst(first)
      first = 0
    }
  }
}
