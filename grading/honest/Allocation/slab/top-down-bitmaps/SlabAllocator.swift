// Slabs from 4 to 32 KiB, the smallest of which an eighth or less is lost. Objects begin at the slab's start or, where it can spare
// them, up to seven lines of the CPU's cache behind it; records are at its end.
// Objects are constructed as they are needed, from the last to the first, and a bitmap says which are free.
//
//     slab, at a multiple of its size                          slab + size − 16 − bitmap
//     | colour | object 0 | object 1 | …          | constructed from `fresh` on | bits … | next, free, fresh |
//
// Slabs with a free object stand in a list; slabs without a live one in another, which is looked at last.

import AllocLab

public struct SlabAllocator: ObjectCache, ~Copyable {
  private let heap: Heap
  private let objects: ObjectDescription
  private let stride: Int
  private let slabBytes: Int
  private let count: Int
  private let words: Int
  /// Bytes from one colour to the next, and how many there are.
  private let step: Int
  private let colours: Int
  /// Lists of slabs by their number plus one: with live and free objects, and with free ones alone.
  private var partial: UInt32 = 0
  private var empty: UInt32 = 0
  /// Slabs that were reaped.
  private var bare: [Int] = []

  public init(heap: Heap, objects: ObjectDescription) {
    self.heap = heap
    self.objects = objects
    stride = objects.layout.stride ?? 1 << 40
    var bytes = 4096
    while bytes < 32 << 10, Self.fit(bytes, stride) * stride < bytes / 8 * 7 { bytes *= 2 }
    slabBytes = bytes
    count = Self.fit(bytes, stride)
    words = (count + 63) / 64
    step = max(64, objects.layout.alignment)
    colours = count > 0 ? min(8, (bytes - count * stride - 16 - words * 8) / step + 1) : 1
  }

  /// How many objects fit beside the records.
  private static func fit(_ bytes: Int, _ stride: Int) -> Int {
    var count = bytes / stride
    while count > 0, count * stride + 16 + (count + 63) / 64 * 8 > bytes { count -= 1 }
    return count
  }

  public mutating func allocate() -> Address? {
    if partial == 0 {
      if empty != 0 {
        let slab = place(empty)
        empty = next(slab)
        push(slab)
      } else if !addSlab() {
        return nil
      }
    }
    let slab = place(partial)
    let free = free(slab) - 1
    setFree(slab, free)
    if free == 0 { partial = next(slab) }
    for word in 0..<words {
      let place = bitmap(slab, word)
      let bits = heap.load(UInt64.self, at: place)
      guard bits != 0 else { continue }
      let top = 63 - bits.leadingZeroBitCount
      heap.store(bits & ~(1 << UInt64(top)), at: place)
      return Address(firstObject(slab) + (word * 64 + top) * stride)
    }
    // All that are constructed are in use.
    let fresh = Int(heap.load(UInt32.self, at: Address(slab + slabBytes - 4))) - 1
    heap.store(UInt32(fresh), at: Address(slab + slabBytes - 4))
    let address = Address(firstObject(slab) + fresh * stride)
    objects.construct(address)
    return address
  }

  public mutating func deallocate(_ address: Address) {
    let slab = address.alignedDown(to: slabBytes).offset
    let number = (address.offset - firstObject(slab)) / stride
    let place = bitmap(slab, number / 64)
    heap.store(heap.load(UInt64.self, at: place) | 1 << UInt64(number % 64), at: place)
    let free = free(slab)
    setFree(slab, free + 1)
    if free == 0 { push(slab) }
  }

  public mutating func reap() -> Int {
    // Which slabs are empty is not looked at before.
    sort()
    var given = 0
    while empty != 0 {
      let slab = place(empty)
      empty = next(slab)
      given += heap.decommit(at: Address(slab), byteCount: slabBytes)
      bare.append(slab)
    }
    return given
  }

  /// Moves slabs without a live object to their own list.
  private mutating func sort() {
    var link = partial
    partial = 0
    while link != 0 {
      let slab = place(link)
      link = next(slab)
      if free(slab) == count {
        setNext(slab, empty)
        empty = number(slab)
      } else {
        push(slab)
      }
    }
  }

  private func firstObject(_ slab: Int) -> Int { slab + slab / slabBytes % colours * step }
  private func bitmap(_ slab: Int, _ word: Int) -> Address { Address(slab + slabBytes - 16 - 8 * (words - word)) }
  private func next(_ slab: Int) -> UInt32 { heap.load(UInt32.self, at: Address(slab + slabBytes - 16)) }
  private func setNext(_ slab: Int, _ link: UInt32) { heap.store(link, at: Address(slab + slabBytes - 16)) }
  private func free(_ slab: Int) -> Int { Int(heap.load(UInt32.self, at: Address(slab + slabBytes - 8))) }
  private func setFree(_ slab: Int, _ free: Int) { heap.store(UInt32(free), at: Address(slab + slabBytes - 8)) }
  private func place(_ link: UInt32) -> Int { Int(link - 1) * slabBytes }
  private func number(_ slab: Int) -> UInt32 { UInt32(slab / slabBytes + 1) }

  private mutating func push(_ slab: Int) {
    setNext(slab, partial)
    partial = number(slab)
  }

  private mutating func addSlab() -> Bool {
    guard count > 0, let slab = bare.popLast() ?? grow() else { return false }
    setFree(slab, count)
    heap.store(UInt32(count), at: Address(slab + slabBytes - 4))
    push(slab)
    return true
  }

  private func grow() -> Int? {
    let slab = heap.end.alignedUp(to: slabBytes).offset
    return heap.grow(by: slab + slabBytes - heap.end.offset) == nil ? nil : slab
  }
}
