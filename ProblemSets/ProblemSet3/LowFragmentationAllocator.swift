import AllocLab

/// An allocator for blocks of any size that takes little more memory than its blocks have.
///
/// Describe your design here: the idea, what is where in the heap (a drawing helps), what is always true between two
/// calls, and what each function costs.
@frozen public struct LowFragmentationAllocator: FragmentationResistantAllocator, ~Copyable {
  /// What the blocks come from; nobody else grows it.
  public let heap: Heap
  // TODO: the allocator's state. How is the free block found that fits best, and where does the untouched rest of the heap begin?

  /// An allocator over an empty heap. Nothing needs to be set up before the first block is wanted.
  @inlinable public init(heap: Heap) { self.heap = heap }

  /// The free block that fits best, or nearly so, cut to size; nil where there is none and the heap cannot grow.
  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    // TODO: the smallest free block that is large enough, and only where there is none, bytes that were never used.
    nil
  }

  /// Frees a block and joins it with its neighbours.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: join first. Then ask whether what is free in a row is worth giving its pages back.
  }

  /// Another size for a block, in place if that can be.
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    // TODO: shrink, grow into what is free behind; or else a new block, a copy, and the old one freed.
    nil
  }
}
