/// Hands out blocks one behind the other, and ends many at once: the interface of an *arena* (Hanson 1990).
///
/// Several arenas may share a heap, so the memory that `Heap.grow(by:)` gives an arena is not always next to what it has.
///
/// **What an arena may take.** A block *weighs* its size rounded up to a multiple of 16, at least 16, and where its alignment is above 16,
/// the alignment as well. The blocks handed out since the last `reset()`, whether they live or not, make the arena's *load*; blocks ended by
/// `release(to:)` are off it, and so is a block that is deallocated while it is the last that was handed out of those on the load.
/// At any time all arenas of a heap together hold no more than eight times the sum of their largest loads so far, and 64 KiB for each. And where
/// one arena has the heap to itself, it refuses no request as long as four times the load, with that request, and 64 KiB are within the
/// heap's limit; where several share it, none does as long as eight times the sum of their largest loads, with that request, and 64 KiB for
/// each are. The first request of all is never refused if it weighs no more than half of the limit. All this as long as the heap has never
/// refused to grow before its limit.
public protocol Arena: Allocator, Resettable, ~Copyable {
  /// A moment in an arena's life.
  associatedtype Mark

  /// An arena over a heap that other arenas may also grow.
  init(heap: Heap)

  /// A new block of at least `layout.size` bytes, behind those before it where it fits. Its alignment is any power of two.
  ///
  /// - Returns: nil, with nothing changed, where there is no room. Smaller requests may still be served.
  mutating func allocate(_ layout: Layout) -> Address?

  /// Ends the block at `address`, which is live. Where it is the last one handed out, its bytes serve the next request; elsewhere they
  /// stay until `release(to:)` or `reset()`.
  mutating func deallocate(_ address: Address)

  /// This moment, to which `release(to:)` returns. Marks nest, to any depth.
  mutating func mark() -> Mark

  /// Ends every block that `allocate` or `reallocate` has returned since `mark` was taken, and lets their memory serve what comes next.
  ///
  /// Blocks from before live on. Marks taken after `mark` mean nothing any more; `mark` itself may be returned to again. It has been taken
  /// since the last `reset()`, of this arena.
  mutating func release(to mark: Mark)

  /// Ends every live block, and voids every mark. No memory goes back to the heap: what has been served once is served again without growth.
  ///
  /// - Complexity: O(chunks), however many blocks there are.
  mutating func reset()
}
