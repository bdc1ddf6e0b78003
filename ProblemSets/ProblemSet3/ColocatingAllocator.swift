import AllocLab

/// An allocator that puts together what is used together.
public struct ColocatingAllocator: CacheFriendlyAllocator, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ layout: Layout, near hint: Address?, owner: Int) -> Address? {
    // TODO: in the line of the hint, if it is the owner's and has room; else in a line of the same page that is empty. How large a
    // block is should be written somewhere else than in front of it.
    nil
  }

  public mutating func deallocate(_ address: Address, by thread: Int) {
    // TODO: whose line was it, and how much of it is free now?
  }
}
