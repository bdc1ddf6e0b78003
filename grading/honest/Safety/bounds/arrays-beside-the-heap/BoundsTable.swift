import AllocLab

// A number of 20 bits and a position of 44, two's complement; what is farther away than 2⁴¹ bytes becomes a pointer of the one object
// that never lives. Bounds are in arrays beside the heap, and so are the stacks of memory that came back, one for each
// power of two.

public struct BoundsTable: BoundsChecker, ~Copyable {
  private let heap: Heap
  private var bases: [Int32] = [0]
  /// -1 for none.
  private var sizes: [Int32] = [-1]
  private var unused: [Int32] = []
  /// Where memory begins that came back, by the logarithm of its length.
  private var gaps: [[Int]] = Array(repeating: [], count: 40)

  public init(heap: Heap) { self.heap = heap }

  private func number(_ pointer: UInt64) -> Int { Int(pointer >> 44) }
  private func position(_ pointer: UInt64) -> Int { Int(Int64(bitPattern: pointer << 20) >> 20) }
  private func pointer(_ number: Int, _ position: Int) -> UInt64 {
    UInt64(number) << 44 | UInt64(bitPattern: Int64(position)) & (1 << 44 - 1)
  }

  private func order(_ length: Int) -> Int { Int.bitWidth - 1 - length.leadingZeroBitCount }

  private mutating func take(_ length: Int) -> Int? {
    let rounded = length <= 16 ? 16 : 1 << (order(length - 1) + 1)
    if let gap = gaps[order(rounded)].popLast() { return gap }
    return heap.grow(by: rounded)?.offset
  }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    guard byteCount <= heap.limit else { return nil }
    var base = 0
    if byteCount > 0 {
      guard let start = take(byteCount) else { return nil }
      base = start
    }
    if let number = unused.popLast() {
      bases[Int(number)] = Int32(base / 8)
      sizes[Int(number)] = Int32(byteCount)
      return pointer(Int(number), 0)
    }
    bases.append(Int32(base / 8))
    sizes.append(Int32(byteCount))
    return pointer(bases.count - 1, 0)
  }

  public mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    let number = number(pointer)
    let (position, overflows) = position(pointer).addingReportingOverflow(byteCount)
    guard number > 0, !overflows, position.magnitude <= 1 << 41 else { return 0 }
    return self.pointer(number, position)
  }

  public mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    let (number, position) = (number(pointer), position(pointer))
    let size = Int(sizes[number])
    guard position >= 0, size - position >= byteCount else { return nil }
    return Address(Int(bases[number]) * 8 + position)
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    let number = number(pointer)
    let size = Int(sizes[number])
    guard position(pointer) == 0, size >= 0 else { return false }
    if size > 0 {
      let rounded = size <= 16 ? 16 : 1 << (order(size - 1) + 1)
      gaps[order(rounded)].append(Int(bases[number]) * 8)
    }
    sizes[number] = -1
    unused.append(Int32(number))
    return true
  }
}
