/// Serves requests of any size, in any order of lives, from one heap that it has to itself: the interface of a *general-purpose allocator*
/// (Knuth, TAOCP vol. 1, §2.5; Lea, "A Memory Allocator", 1996).
///
/// Its blocks begin at multiples of 16, and of their alignment where that is larger. Free bytes are joined at once with those beside them, so
/// what was given back in small pieces serves large requests. The heap's first 4 KiB may hold records; elsewhere a live block may take up
/// to 128 bytes more than was asked for.
///
/// **What must be served.** No request is refused while its size, its alignment where that is above 16, and 128 bytes lie in a row between
/// two live blocks, or between the last one and the heap's limit. All this as long as the heap does not refuse to grow before its limit.
public protocol GeneralPurposeAllocator: Allocator, Trimmable, ~Copyable {
  /// A new block of at least `layout.size` bytes. Sizes may be 0, and two such blocks have different addresses; sizes and alignments may
  /// also be larger than any heap.
  ///
  /// - Returns: nil, with nothing changed, where there is no room.
  /// - Complexity: O(1) but for a search among free blocks of nearly the same size.
  mutating func allocate(_ layout: Layout) -> Address?

  /// Ends the block at `address`, which is live, and joins its bytes with the free ones on both sides.
  ///
  /// - Complexity: O(1).
  mutating func deallocate(_ address: Address)

  /// Changes the size of the block at `address`, keeping its bytes up to the smaller of the two sizes.
  ///
  /// Where its address is a multiple of the alignment, the block stays where it is if it does not grow, and gives back what it does not need any
  /// more. It also stays if the bytes that it needs behind it, and 128 more, are free, or are no part of the heap yet and within its limit.
  /// - Returns: where the block is now, or nil, with the old block as it was, where there is no room.
  mutating func reallocate(_ address: Address, to layout: Layout) -> Address?

  /// Gives the memory behind the last live block back to the system, with `Heap.decommit`.
  ///
  /// Afterwards the heap has no touched pages beyond those up to the end of the last live block, and 64 KiB. The addresses stay, and serve
  /// what comes next.
  /// - Complexity: O(1), and one call of `decommit`.
  mutating func trim()
}
