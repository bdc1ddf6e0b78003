/// An allocator that stands in the way of whoever has found a mistake in a program: the mistake is there, but little can be made of it.
///
/// The program may overflow its blocks, write to blocks that have ended, and end anything. What it does with bytes that are not its own, you
/// do not see; what it asks of you, you answer so that no attack *succeeds*:
///
///     detected    you throw, and say what it is
///     stopped     the access is to a page that may not be accessed
///     harmless    no block of the program has changed, and whatever you answer later is right
///     succeeded   blocks overlap, or a block holds what it should not, or is where the attacker wants it
///
/// **Blocks.** All that the judge asks of any allocator holds: a block lies in the heap at a multiple of its alignment (1 to 4096), and shares
/// no byte with other blocks. Sizes are any number of 1 or more. You never touch a live block's bytes. All bytes of a new block are zero.
///
/// **Canaries.** The eight bytes behind a block's end are yours: you keep a *canary* there, which nobody can know who has seen others.
/// Where a page that may not be accessed begins sooner, the canary is that much shorter.
///
///     - - +================+--------+- - - - - - - - +- -
///         | block          | canary | no block's     |
///     - - +================+--------+- - - - - - - - +- -
///
/// **Guard pages.** A block of 16 KiB or more is *guarded*, as long as it lives: the page in which the byte 4096 bytes before its first one
/// lies may not be accessed, and the page in which the byte 4096 bytes behind its last one lies. `Heap.protect` does that.
///
/// **Poison.** As soon as a block has ended, each of its bytes is `poison` or 0, also where nobody may access it.
///
/// **Delayed reuse.** A *charge* is the smallest power of two that is a block's size or more, and at least 16, and 64 bytes. Blocks that ended
/// are *remembered* from the last back, for as long as the sum of their charges is at most a 64th of the heap's limit. No byte of
/// these is given to another block.
///
/// **Random addresses.** A block of up to 1024 bytes, and of an alignment of up to 16, begins at any of 64 or more places, each as likely as the others, whatever blocks
/// there were before, in this heap and in others. Draw from `heap.random()`. Where there is hardly room, it may be fewer.
///
/// **Records apart.** Whatever a program writes into blocks that have ended and are remembered, and into the 256 bytes on either side of
/// any block, it comes to nothing worse than this:
///
///   - A block whose canary has changed *must* be told when it is ended, by `overflow`. Where other bytes near it have changed, up to
///     its size and 320 bytes away, it *may* be told.
///   - After bytes of blocks that ended, or of none, were written, `allocate(_:)` may throw `writeAfterFree`, once for every
///     16 bytes or part of them, and serve the next request.
///
/// A block that was told is *condemned*: it is nobody's, and none of its bytes is given to a block again. The program does not use it.
///
/// A heap's limit is 4 MiB to 256 MiB.
public protocol HardenedAllocator: ~Copyable {
  /// An allocator over an empty heap.
  init(heap: Heap)

  /// The first byte of a new block.
  ///
  /// - Returns: nil, and nothing changes, where the heap has no room. It has, for as long as the following sum is at most an eighth of the
  ///   heap's limit: for each block that lives, is remembered or condemned, the smallest power of two that is its size and 8 bytes, or
  ///   its alignment, or 32, and 64 bytes; of guarded blocks 12 KiB are added to the size. Of every such power there
  ///   count as many blocks as there ever were at once.
  /// - Throws: `writeAfterFree`, where memory that was to be handed out turns out to have been written meanwhile. It is condemned.
  /// - Complexity: O(size), since all bytes are zeroed.
  mutating func allocate(_ layout: Layout) throws(MemoryCorruption) -> Address?

  /// Ends the block at `address`.
  ///
  /// The address may be any number. Whatever it is, if it is no live block's first byte, nothing changes.
  ///
  /// - Throws: `overflow`, where the block's canary has changed: the block is condemned. `doubleFree` where the address is the first byte of
  ///   a block that is remembered. Of all other addresses `invalidFree`; the first byte of a block that is neither live nor remembered,
  ///   but once was, may be told as either, and that of a condemned one as an overflow again.
  /// - Complexity: O(size), since all bytes are poisoned.
  mutating func deallocate(_ address: Address) throws(MemoryCorruption)
}

extension HardenedAllocator where Self: ~Copyable {
  /// What blocks that have ended are filled with: no small number, no likely address, and it catches the eye.
  @inlinable public static var poison: UInt8 { 0xdb }
}
