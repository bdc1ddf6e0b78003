import AllocLab

/// A general-purpose allocator: serves requests of any size, in any order of lives.
///
/// Describe your design here: the idea, what is where in the heap (a drawing helps), what is always true between two
/// calls, and what each function costs.
@frozen public struct GeneralAllocator: GeneralPurposeAllocator, ~Copyable {
  /// What the blocks come from; nobody else grows it.
  public let heap: Heap
  // TODO: the allocator's state. Where does the last block end, and how is a free block found that is large enough?

  /// An allocator over an empty heap. Nothing needs to be set up before the first block is wanted.
  @inlinable public init(heap: Heap) { self.heap = heap }

  /// A free block that is large enough, cut to size; nil where there is none and the heap cannot grow.
  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    // TODO: round up, look through the lists of free blocks, split what is found. Where none fits, take the bytes behind the last block.
    nil
  }

  /// Frees a block and joins it with its neighbours.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: four cases: the block before is free or live, and so is the one behind.
  }

  /// Another size for a block, in place if that can be.
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    // TODO: shrink, grow into a free block behind, grow beyond the last block; or else a new block, a copy, and the old one freed.
    nil
  }

  /// Gives the pages behind the last block back to the system.
  @inlinable public mutating func trim() {
    // TODO
  }
}
