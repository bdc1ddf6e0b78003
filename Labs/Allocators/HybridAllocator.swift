import AllocLab

/// A hybrid allocator: small blocks from pools, medium ones from runs, large ones as whole pages, all from one heap.
///
/// Describe your design here: where the borders are and why there, what is where in the heap (a drawing helps), whose a block is and how
/// its address says so, and how memory gets from one class to another.
@frozen public struct HybridAllocator: SegregatedAllocator, ~Copyable {
  /// What the blocks come from; nobody else grows it.
  public let heap: Heap
  // TODO: the allocator's state. For each class of sizes, where is a free block? For each page, whose is it?

  /// An allocator over an empty heap. Nothing needs to be set up before the first block is wanted.
  @inlinable public init(heap: Heap) { self.heap = heap }

  /// A block of the request's class, or as many pages as it needs; nil where not even what all classes together could spare is enough.
  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    // TODO: the class for the size and the alignment, and a free block of it: the common case, in a few instructions. Else a new run of pages;
    // for large ones the pages themselves.
    nil
  }

  /// Gives a block back to whoever it is from.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: look up the page. Is this the last block of its run? Then the pages are free, and join with those beside them.
  }

  /// Another size for a block, in place if that can be.
  @inlinable public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    // TODO: the same class; pages behind that are free; or else a new block, a copy of the smaller of both sizes, and the old one freed.
    nil
  }

  /// Gives all free pages back to the system.
  @inlinable public mutating func trim() {
    // TODO
  }
}
