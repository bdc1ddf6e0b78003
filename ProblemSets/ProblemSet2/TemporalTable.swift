import AllocLab

/// Objects behind pointers that know whether their object still lives.
public struct TemporalTable: TemporalChecker, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ byteCount: Int) -> UInt64? {
    // TODO: find memory for the object, and make a pointer that no object ever had. What do its 64 bits hold?
    guard let start = heap.grow(by: (byteCount + 7) & ~7) else { return nil }
    return UInt64(start.offset)
  }

  public mutating func resolve(_ pointer: UInt64) -> Address? {
    // TODO: refuse every word that is not a live object's.
    Address(Int(truncatingIfNeeded: pointer))
  }

  public mutating func deallocate(_ pointer: UInt64) -> Bool {
    // TODO: end the object, but only if the word is a live object's. Its memory is used again, and its pointer is not.
    false
  }
}
