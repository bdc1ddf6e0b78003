// Slabs of 32 KiB that are constructed whole when they are set up, and remember their free objects on a stack of numbers.
//
//     slab, at a multiple of 32 KiB
//     | next | free | stack of 16-bit numbers … | colour | object | object | …
//
// One slab's objects begin a multiple of the alignment behind those of the slab before, until nothing is left over of it.
//
// Slabs with a free object are in a list, of which the first serves; one that becomes full is taken off its front, and put there
// again when an object comes back. Slabs without a live object stay in the list until reap(), which decommits them and keeps their
// addresses in an array.

import AllocLab

public struct SlabAllocator: ObjectCache, ~Copyable {
  private let heap: Heap
  private let objects: ObjectDescription
  private let stride: Int
  private let count: Int
  /// Where, in a slab without colour, the first object begins.
  private let first: Int
  private let step: Int
  private let colours: Int
  /// The first slab with a free object, or -1.
  private var open = -1
  private var bare: [Int] = []

  private static var slabBytes: Int { 32 << 10 }
  private static var header: Int { 16 }

  public init(heap: Heap, objects: ObjectDescription) {
    self.heap = heap
    self.objects = objects
    let alignment = objects.layout.alignment
    stride = objects.layout.stride ?? Self.slabBytes
    var count = (Self.slabBytes - Self.header) / (stride + 2)
    func start(_ count: Int) -> Int { Address(Self.header + 2 * count).alignedUp(to: alignment).offset }
    while count > 0, start(count) + count * stride > Self.slabBytes { count -= 1 }
    self.count = count
    first = start(count)
    step = max(alignment, 8)
    colours = count > 0 ? (Self.slabBytes - first - count * stride) / step + 1 : 1
  }

  public mutating func allocate() -> Address? {
    guard open >= 0 || addSlab() else { return nil }
    let slab = open
    let free = free(slab) - 1
    let number = Int(heap.load(UInt16.self, at: Address(slab + Self.header + 2 * free)))
    setFree(slab, free)
    if free == 0 { open = heap.load(Int.self, at: Address(slab)) }
    return Address(firstObject(slab) + number * stride)
  }

  public mutating func deallocate(_ address: Address) {
    let slab = address.alignedDown(to: Self.slabBytes).offset
    let free = free(slab)
    let number = (address.offset - firstObject(slab)) / stride
    heap.store(UInt16(number), at: Address(slab + Self.header + 2 * free))
    setFree(slab, free + 1)
    if free == 0 { push(slab) }
  }

  public mutating func reap() -> Int {
    var given = 0
    var slab = open
    open = -1
    while slab >= 0 {
      let next = heap.load(Int.self, at: Address(slab))
      if free(slab) == count {
        given += heap.decommit(at: Address(slab), byteCount: Self.slabBytes)
        bare.append(slab)
      } else {
        push(slab)
      }
      slab = next
    }
    return given
  }

  private func firstObject(_ slab: Int) -> Int { slab + first + slab / Self.slabBytes % colours * step }

  private func free(_ slab: Int) -> Int { Int(heap.load(UInt32.self, at: Address(slab + 8))) }
  private func setFree(_ slab: Int, _ free: Int) { heap.store(UInt32(free), at: Address(slab + 8)) }

  private mutating func push(_ slab: Int) {
    heap.store(open, at: Address(slab))
    open = slab
  }

  private mutating func addSlab() -> Bool {
    guard count > 0, let slab = bare.popLast() ?? grow() else { return false }
    for number in 0..<count {
      objects.construct(Address(firstObject(slab) + number * stride))
      // The lowest is on top.
      heap.store(UInt16(count - 1 - number), at: Address(slab + Self.header + 2 * number))
    }
    setFree(slab, count)
    push(slab)
    return true
  }

  /// A new slab; other caches may have left the heap's end anywhere.
  private func grow() -> Int? {
    let slab = heap.end.alignedUp(to: Self.slabBytes).offset
    return heap.grow(by: slab + Self.slabBytes - heap.end.offset) == nil ? nil : slab
  }
}
