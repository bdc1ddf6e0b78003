/// Serves requests of any size, in any order of lives, from as little memory as it can: an allocator that resists *fragmentation*
/// (Wilson, Johnstone, Neely, Boles 1995; Johnstone and Wilson, "The Memory Fragmentation Problem: Solved?", 1998).
///
/// Its blocks begin at multiples of 16, and of their alignment where that is larger. So a block needs at least its size, rounded up to a
/// multiple of 16, and at least 16: the sum over the live blocks is the *least* that any such allocator can do with.
///
/// **Memory used** is the bytes of the heap's pages that were touched, by you or by those who own blocks, and not given back since with
/// `Heap.decommit`. You may give pages back whenever you like; they read as zero when they are next touched. Records belong into the heap:
/// outside it you may keep 192 KiB.
///
/// **What must be served.** The heap's first 4 KiB, and 1/32 of its limit behind them, may hold records; elsewhere a live block may take up to
/// 128 bytes more than was asked for. No request is refused while its size, its alignment where that is above 16, and 128 bytes lie in a row
/// between two live blocks, or between the last one and the heap's limit. All this as long as the heap does not refuse to grow before its limit.
/// So free bytes are joined at once with those beside them.
///
/// What no rule can promise for all programs (Robson 1971), the problem set promises for some: its page says how much memory may be used for
/// each of them, and which large requests must be served.
public protocol FragmentationResistantAllocator: Allocator, ~Copyable {
  /// A new block of at least `layout.size` bytes. Sizes may be 0, and two such blocks have different addresses; sizes and alignments may
  /// also be larger than any heap.
  ///
  /// - Returns: nil, with nothing changed, where there is no room.
  /// - Complexity: O(1) but for a search among free blocks of nearly the same size.
  mutating func allocate(_ layout: Layout) -> Address?

  /// Ends the block at `address`, which is live, and joins its bytes with the free ones on both sides.
  ///
  /// - Complexity: O(1) but for what is small beside writing the block once, and for giving pages back now and then.
  mutating func deallocate(_ address: Address)

  /// Changes the size of the block at `address`, keeping its bytes up to the smaller of the two sizes.
  ///
  /// Where its address is a multiple of the alignment, the block stays where it is if it does not grow, and gives back what it does not need any
  /// more. It also stays if the bytes that it needs behind it, and 128 more, are free, or are no part of the heap yet and within its limit.
  /// - Returns: where the block is now, or nil, with the old block as it was, where there is no room.
  mutating func reallocate(_ address: Address, to layout: Layout) -> Address?
}
