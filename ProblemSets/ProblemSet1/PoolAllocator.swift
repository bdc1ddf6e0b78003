import AllocLab

/// A pool: hands out blocks of one layout, in O(1), without a header in any block.
///
/// Describe your design here: the idea, what is where in the heap (a drawing helps), what is always true between two
/// calls, and what `allocate` and `deallocate` cost.
@frozen public struct PoolAllocator: BlockPool, ~Copyable {
  /// Where the blocks come from. A copy of a `Heap` is the same heap, so keep it.
  @usableFromInline let heap: Heap
  /// What every block looks like.
  @usableFromInline let block: Layout
  // TODO: the pool's state. Which blocks are free, and where does the memory begin that was never used?

  /// A pool over an empty heap. Nothing needs to be set up before the first block is wanted.
  @inlinable public init(heap: Heap, block: Layout) {
    self.heap = heap
    self.block = block
    // TODO: compute once what you will need at every call, such as the distance from one block to the next.
  }

  /// The block freed last, or a new one; nil where there is no room for another.
  @inlinable public mutating func allocate() -> Address? {
    // TODO: take a block off the free list. Where it is empty, cut one from memory that was never used, and where that
    // is at its end, let the heap grow by a chunk. Do not forget the blocks that fit into the last, shorter chunk.
    nil
  }

  /// Makes the block at `address` the next one to be handed out.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: put the block on the free list. The link can be in the block itself, if it is large enough for one.
  }
}
