import AllocLab

// A slot in the high 12 bits, and below it a key of 52 that no other object ever had, as in CETS. Locks are in an array beside the heap;
// slots that came back wait in a queue, so that the one which ended last is used last.

public struct TemporalTable: TemporalChecker, ~Copyable {
  private let heap: Heap
  private var locks: [UInt64] = []
  private var bases: [Int32] = []
  private var orders: [UInt8] = []
  private var nextKey: UInt64 = 1
  /// Slots that are free, in a ring.
  private var ring: [Int16] = Array(repeating: 0, count: 4096)
  private var first = 0
  private var waiting = 0
  /// Where memory begins that came back, by the logarithm of its length.
  private var gaps: [[Int32]] = Array(repeating: [], count: 40)

  public init(heap: Heap) { self.heap = heap }

  private func slot(_ pointer: UInt64) -> Int? {
    let slot = Int(pointer >> 52)
    guard slot < locks.count, locks[slot] != 0, locks[slot] == pointer & (1 << 52 - 1) else { return nil }
    return slot
  }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount > 0, byteCount <= heap.limit, waiting > 0 || locks.count < 4096 else { return nil }
    var order = 4
    while 1 << order < byteCount { order += 1 }
    let base: Int32
    if let gap = gaps[order].popLast() {
      base = gap
    } else {
      guard let start = heap.grow(by: 1 << order) else { return nil }
      base = Int32(start.offset)
    }
    let slot: Int
    if waiting > 0 {
      slot = Int(ring[first])
      first = (first + 1) % 4096
      waiting -= 1
    } else {
      slot = locks.count
      locks.append(0)
      bases.append(0)
      orders.append(0)
    }
    locks[slot] = nextKey
    bases[slot] = base
    orders[slot] = UInt8(order)
    nextKey += 1
    return UInt64(slot) << 52 | locks[slot]
  }

  public mutating func resolve(_ pointer: UInt64) -> Address? {
    slot(pointer).map { Address(Int(bases[$0])) }
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    guard let slot = slot(pointer) else { return false }
    locks[slot] = 0
    gaps[Int(orders[slot])].append(bases[slot])
    ring[(first + waiting) % 4096] = Int16(slot)
    waiting += 1
    return true
  }
}
