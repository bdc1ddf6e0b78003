import AllocLab

// A pointer says where its object begins, in units of eight bytes, and how far from there it is. The object's size stands in the eight
// bytes in front of it. Memory is powers of two, each with a list of its own, and the heap grows when there is need.
//
//     63            37 36                          0          base − 8     base
//     +---------------+-----------------------------+         +------------+----------------+
//     |   base / 8    |  position + 2³⁶, 0 is lost  |         |  size + 1  |  object …      |
//     +---------------+-----------------------------+         +------------+----------------+
//
// Of a free block the first word is 0, so that it grants nothing, and the second leads to the next free block.

public struct BoundsTable: BoundsChecker, ~Copyable {
  private let heap: Heap
  private var lists: [Int] = Array(repeating: 0, count: 40)

  public init(heap: Heap) {
    self.heap = heap
    // A block at 0 would be none. Objects begin at multiples of 8 however the heap begins.
    _ = heap.grow(by: 8)
  }

  private static var mask: UInt64 { 1 << 37 - 1 }
  private static var home: Int { 1 << 36 }

  private func base(_ pointer: UInt64) -> Int { Int(pointer >> 37) * 8 }
  private func position(_ pointer: UInt64) -> Int { Int(pointer & Self.mask) - Self.home }
  private func size(_ base: Int) -> Int { heap.load(Int.self, at: Address(base - 8)) - 1 }

  private func order(_ byteCount: Int) -> Int { max(4, Int.bitWidth - (byteCount + 7).leadingZeroBitCount) }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount <= heap.limit else { return nil }
    let order = order(byteCount)
    var block = lists[order]
    if block != 0 {
      lists[order] = heap.load(Int.self, at: Address(block + 8))
    } else {
      guard let new = heap.grow(by: 1 << order) else { return nil }
      block = new.offset
    }
    heap.store(byteCount + 1, at: Address(block))
    return UInt64((block + 8) / 8) << 37 | UInt64(Self.home)
  }

  public mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    let lost = pointer & ~Self.mask
    guard pointer != lost else { return lost }
    let (new, overflows) = Int(pointer & Self.mask).addingReportingOverflow(byteCount)
    return overflows || new < 1 || new > Int(Self.mask) ? lost : lost | UInt64(new)
  }

  public mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    let (base, position) = (base(pointer), position(pointer))
    let size = size(base)
    guard position >= 0, position < size, byteCount <= size - position else { return nil }
    return Address(base + position)
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    let base = base(pointer)
    let size = size(base)
    guard position(pointer) == 0, size >= 0 else { return false }
    let order = order(size)
    heap.store(0, at: Address(base - 8))
    heap.store(lists[order], at: Address(base))
    lists[order] = base - 8
    return true
  }
}
