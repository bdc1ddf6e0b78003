/// Serves requests of any size from one heap that it has to itself, and treats small, medium and large ones differently: the interface of a
/// *hybrid allocator* (segregated storage: Wilson, Johnstone, Neely, Boles 1995; Berger, Zorn, McKinley 2001).
///
/// Blocks that are not large come from *runs*, pieces of at most 32 KiB whose blocks are all of one class of sizes, without a record in front of
/// each. A run in which no block is live goes back, and its bytes serve any class and any size. Blocks begin at multiples of 16, and of their
/// alignment where that is larger. Records may take the heap's first 16 KiB and a 32nd of its limit.
///
/// **What must be served**, as long as the heap does not refuse to grow before its limit:
///
/// 1. No request is refused while its size, its alignment where that is above 16, and 100 KiB lie free in a row between two live blocks, or
///    between the last one and the heap's limit: three runs and a page.
/// 2. While all that is asked for is of one size of at most 1 KiB, with alignments up to 16, as many such blocks can be live as were at any time
///    in that while.
/// 3. As long as no block has ended or changed its size, no request is refused while all blocks, with it, *weigh* no more than the limit without
///    records. A block of at most 128 bytes weighs its size rounded up to a multiple of 16, and an eighth of that; a larger one half
///    as much again as its size. An alignment above 16 counts as a part of the size, and each different size and alignment that was
///    asked for weighs 32 KiB.
public protocol SegregatedAllocator: Allocator, Trimmable, ~Copyable {
  /// A new block of at least `layout.size` bytes. Sizes may be 0, and two such blocks have different addresses; sizes and alignments may
  /// also be larger than any heap.
  ///
  /// - Returns: nil, with nothing changed, where there is no room.
  /// - Complexity: O(1) for what is not large, but for a run that begins or goes back once in many calls.
  mutating func allocate(_ layout: Layout) -> Address?

  /// Ends the block at `address`, which is live. Whose it is follows from the address.
  ///
  /// - Complexity: O(1).
  mutating func deallocate(_ address: Address)

  /// Changes the size of the block at `address`, keeping its bytes up to the smaller of the two sizes, from whichever part to whichever.
  ///
  /// Where its address is a multiple of the alignment, the block stays where it is
  /// - if it does not grow, or grows to at most 256 bytes and is the same, rounded up to a multiple of 16; as long as no alignment above 16 was
  ///   asked for at that address, and it is at least half as large as it ever was there;
  /// - if it grows, was larger than 32 KiB, and the bytes that it needs behind it, and 100 KiB more, are free, or are no part of the heap yet
  ///   and within its limit.
  /// - Returns: where the block is now, or nil, with the old block as it was, where there is no room.
  mutating func reallocate(_ address: Address, to layout: Layout) -> Address?

  /// Gives memory in which no block is live back to the system, with `Heap.decommit`: not only that behind the last one.
  ///
  /// Afterwards the heap's touched pages are those of records and of live blocks, and of each row of free bytes beside them at most 100 KiB. The
  /// addresses stay, and serve what comes next.
  mutating func trim()
}
