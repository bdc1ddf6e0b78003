import AllocLab

/// An allocator that moves blocks together.
public struct SlidingAllocator: CompactingAllocator, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ size: Int, references: Int) -> Handle? {
    // TODO: a block behind the last one, and a handle by which its address is found wherever the block goes.
    nil
  }

  public mutating func deallocate(_ handle: Handle) {
    // TODO: a hole. Whoever walks over the heap must know how long it is.
  }

  public borrowing func address(of handle: Handle) -> Address {
    // TODO
    Address(0)
  }

  public mutating func setReference(_ field: Int, of source: Handle, to target: Handle?) {
    // TODO: the field holds the target's address, or `Self.noReference`.
  }

  public mutating func pin(_ handle: Handle) -> Address {
    // TODO: count.
    address(of: handle)
  }

  public mutating func unpin(_ handle: Handle) {
    // TODO
  }

  public mutating func compact() {
    // TODO: where does each block go? Then what do fields hold? Then move, and give back the pages behind the last block.
  }

  public mutating func step(budget: Int) -> Int {
    // TODO: the same for blocks of at most `budget` bytes in all.
    0
  }
}
