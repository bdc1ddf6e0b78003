import AllocLab

// The lock lies in front of the object, as in CETS's forerunners: 16 bytes, of which the first word is the pointer that fits, or 0, and
// the second the block's order, or the next free block. A pointer is the place / 8 in its low 24 bits, and above it a number that counts
// all objects there ever were. Blocks are never split or joined, so a lock stays one for good; and since a lock has its own place in it,
// no pointer that the program keeps in its objects is the lock of what lies behind it.

public struct TemporalTable: TemporalChecker, ~Copyable {
  private let heap: Heap
  private var key: UInt64 = 0
  private var live = 0
  /// Where the first free block of each order begins; 0 for none.
  private var free: [Int] = Array(repeating: 0, count: 32)

  public init(heap: Heap) { self.heap = heap }

  private func order(_ byteCount: Int) -> Int {
    byteCount <= 16 ? 4 : Int.bitWidth - (byteCount - 1).leadingZeroBitCount
  }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount > 0, byteCount <= heap.limit, live < 4096 else { return nil }
    let order = order(byteCount)
    var base = free[order]
    if base != 0 {
      free[order] = heap.load(Int.self, at: Address(base - 8))
    } else {
      guard let start = heap.grow(by: 16 + (1 << order)) else { return nil }
      base = start.offset + 16
    }
    key += 1
    live += 1
    let pointer = key << 24 | UInt64(base / 8)
    heap.store(pointer, at: Address(base - 16))
    heap.store(order, at: Address(base - 8))
    return pointer
  }

  public mutating func resolve(_ pointer: UInt64) -> Address? {
    let base = Int(pointer & 0xff_ffff) * 8
    guard base >= 16, base < heap.end.offset, pointer >> 24 != 0 else { return nil }
    return heap.load(UInt64.self, at: Address(base - 16)) == pointer ? Address(base) : nil
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    guard let base = resolve(pointer)?.offset else { return false }
    let order = heap.load(Int.self, at: Address(base - 8))
    heap.store(0, at: Address(base - 16))
    heap.store(free[order], at: Address(base - 8))
    free[order] = base
    live -= 1
    return true
  }
}
