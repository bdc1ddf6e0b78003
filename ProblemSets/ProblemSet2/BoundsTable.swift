import AllocLab

/// Objects behind pointers that know their bounds.
public struct BoundsTable: BoundsChecker, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    // TODO: find memory for the object, remember where it begins and how long it is, and make a pointer.
    // What do the 64 bits of a pointer hold?
    guard let start = heap.grow(by: (byteCount + 7) & ~7) else { return nil }
    return UInt64(start.offset)
  }

  public mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64 {
    // TODO: the pointer may leave its object, and come back. And byteCount may be any number.
    pointer &+ UInt64(bitPattern: Int64(byteCount))
  }

  public mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address? {
    // TODO: refuse what is not wholly inside the pointer's object.
    Address(Int(truncatingIfNeeded: pointer))
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    // TODO: end the object, but only if the pointer is at its first byte. Its memory is used again.
    false
  }
}
