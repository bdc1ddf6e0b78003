import AllocLab

/// A buddy system with a word of shadow for every 16 bytes. A pointer is 26 bits of the object's first byte divided by 16, and 38
/// bits of position, kept with 2³⁷ added; all ones are never a position, so they mark a lost pointer.
///
/// A shadow word is the size plus one where a live object begins, 2³¹ plus the order where a free block begins, otherwise 0.
public struct BoundsTable: BoundsChecker, ~Copyable {
  private let heap: Heap
  private let shadow: Int
  private var heads = [Int](repeating: -1, count: 31)

  private static let origin = 1 << 37
  private static let mask = UInt64(1 << 38 - 1)

  public init(heap: Heap) {
    self.heap = heap
    _ = heap.grow(by: heap.limit)
    let limit = heap.end.offset
    shadow = limit / 20 * 16 & ~15
    var start = 0
    for order in stride(from: 30, through: 4, by: -1) where shadow - start >= 1 << order {
      push(start, order)
      start += 1 << order
    }
  }

  private func word(_ block: Int) -> UInt32 { heap.load(at: Address(shadow + block / 4)) }
  private func set(_ block: Int, _ value: UInt32) { heap.store(value, at: Address(shadow + block / 4)) }

  private mutating func push(_ block: Int, _ order: Int) {
    set(block, 1 << 31 | UInt32(order))
    heap.store(heads[order], at: Address(block))
    heap.store(-1, at: Address(block + 8))
    if heads[order] >= 0 { heap.store(block, at: Address(heads[order] + 8)) }
    heads[order] = block
  }

  private mutating func remove(_ block: Int, _ order: Int) {
    let next: Int = heap.load(at: Address(block))
    let previous: Int = heap.load(at: Address(block + 8))
    if next >= 0 { heap.store(previous, at: Address(next + 8)) }
    if previous >= 0 { heap.store(next, at: Address(previous)) } else { heads[order] = next }
    set(block, 0)
  }

  private func order(_ byteCount: Int) -> Int {
    byteCount <= 16 ? 4 : Int.bitWidth - (byteCount - 1).leadingZeroBitCount
  }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount >= 0, byteCount <= shadow else { return nil }
    let wanted = order(byteCount)
    guard wanted <= 30, var order = (wanted...30).first(where: { heads[$0] >= 0 }) else { return nil }
    let block = heads[order]
    remove(block, order)
    while order > wanted {
      order -= 1
      push(block + 1 << order, order)
    }
    set(block, UInt32(byteCount) + 1)
    return UInt64(block / 16) << 38 | UInt64(Self.origin)
  }

  public mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    let place = pointer & Self.mask
    guard place != Self.mask else { return pointer }
    let (sum, overflow) = Int(place).addingReportingOverflow(byteCount)
    guard !overflow, sum >= 0, sum < 1 << 38 - 1 else { return pointer | Self.mask }
    return pointer & ~Self.mask | UInt64(sum)
  }

  public mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    let block = Int(pointer >> 38) * 16
    let place = pointer & Self.mask
    let entry = word(block)
    guard place != Self.mask, entry > 0, entry < 1 << 31 else { return nil }
    let position = Int(place) - Self.origin
    guard position >= 0, position < Int(entry), byteCount <= Int(entry) - 1 - position else { return nil }
    return Address(block + position)
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    guard Int(pointer & Self.mask) == Self.origin else { return false }
    var block = Int(pointer >> 38) * 16
    let entry = word(block)
    guard entry > 0, entry < 1 << 31 else { return false }
    var order = order(Int(entry) - 1)
    set(block, 0)
    while order < 30 {
      let buddy = block ^ 1 << order
      guard buddy + 1 << order <= shadow, word(buddy) == 1 << 31 | UInt32(order) else { break }
      remove(buddy, order)
      block = min(block, buddy)
      order += 1
    }
    push(block, order)
    return true
  }
}
