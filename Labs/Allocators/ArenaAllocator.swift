import AllocLab

/// An arena: hands out blocks one behind the other, and ends many at once.
///
/// Describe your design here: the idea, what is where in the heap (a drawing helps), what is always true between two
/// calls, and what each function costs.
@frozen public struct ArenaAllocator: Arena, ~Copyable {
  /// Where the chunks come from. Other arenas may grow the same heap.
  public let heap: Heap
  // TODO: the arena's state. Where does the next block begin, where does this chunk end, and which chunks are there?

  /// What has to be known to return to a moment.
  public struct Mark {
    // TODO: which chunk was the last in use, and how far?
    @inlinable init() {}
  }

  /// An arena without a chunk. Nothing needs to be set up before the first block is wanted.
  @inlinable public init(heap: Heap) { self.heap = heap }

  /// The next bytes of the chunk, at a multiple of the alignment; nil where there is no room.
  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    // TODO: round up, compare with the chunk's end, move on. Where the block does not fit, go to the next chunk that is there
    // already, or let the heap grow by a new one. A block of no bytes needs an address of its own.
    nil
  }

  /// Takes the last block back; leaves any other where it is.
  @inlinable public mutating func deallocate(_ address: Address) {
    // TODO: how does an arena know which block was the last?
  }

  /// This moment.
  @inlinable public mutating func mark() -> Mark {
    // TODO
    Mark()
  }

  /// Back to a moment: every block since is gone.
  @inlinable public mutating func release(to mark: Mark) {
    // TODO: the chunks that were begun since stay, for later.
  }

  /// Back to the beginning.
  @inlinable public mutating func reset() {
    // TODO
  }
}
