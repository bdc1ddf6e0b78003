import AllocLab

/// Watches over a program's memory.
public struct ShadowMemory: ShadowSanitizer, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ byteCount: Int) -> Address? {
    // TODO: find memory with room around it that is nobody's, and remember that its bytes are live, and not initialised.
    guard byteCount <= heap.limit, let start = heap.grow(by: 16 + (byteCount + 7) & ~7 + 16) else { return nil }
    return start + 16
  }

  public mutating func deallocate(_ address: Address) -> MemoryFault? {
    // TODO: end the object, if one begins there. Its memory is used again, but not at once.
    nil
  }

  public mutating func read(_ address: Address, byteCount: Int) -> MemoryFault? {
    // TODO: is every byte live? If not: which is the first that is not, and what is it?
    nil
  }

  public mutating func write(_ address: Address, byteCount: Int) -> MemoryFault? {
    // TODO: as read. From now on the bytes are initialised.
    nil
  }

  public mutating func use(_ address: Address, byteCount: Int) -> MemoryFault? {
    // TODO: is every byte live, and initialised?
    nil
  }

  public mutating func copy(from source: Address, to destination: Address, byteCount: Int) -> MemoryFault? {
    // TODO: is every byte of both live? Then the destination is initialised as the source was.
    nil
  }
}
