import AllocLab

/// An allocator that stands in the way of attackers.
public struct HardenedHeap: HardenedAllocator, ~Copyable {
  private let heap: Heap

  public init(heap: Heap) { self.heap = heap }

  public mutating func allocate(_ layout: Layout) throws(MemoryCorruption) -> Address? {
    // TODO: one of many free places, chosen at random, with a canary behind the block, and guard pages around a large one.
    nil
  }

  public mutating func deallocate(_ address: Address) throws(MemoryCorruption) {
    // TODO: is it a live block, and is its canary as it was? Then poison it; it is used again, but not at once.
  }
}
