import Examining

extension Pool {
  /// The usual causes of each fault in a pool, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "A block is handed out while it is in use: it was not taken off the free list, a list that ran empty still holds a stale link, "
        + "or two chunks share bytes. Look at what allocate() does with the head of the list, and at the first block of a new chunk."
    ),
    .enclosure.causes(
      "Blocks of a pool are alike, so one inside another means that the distance between blocks is not the stride. Look at how "
        + "the next fresh block is computed."),
    .misaligned.causes(
      "The distance between blocks is the size instead of the size rounded up to the alignment, or a chunk begins at an address that "
        + "is no multiple of it. Look at the stride, and at what grow(by:) returned."),
    .outOfHeap.causes(
      "A chunk was thought larger than what grow(by:) gave, or its last block is not all there. Look at how many blocks a chunk holds."
    ),
    .payloadChanged.causes(
      "A link was written into a block in use: blocks smaller than a link need another way to be remembered, and a link must lie "
        + "inside its own block. Look at where deallocate writes, and how many bytes."),
    .metadataOverwritten.causes(
      "A record is kept in bytes that were handed out: a link that reaches beyond a small block, a header inside a block, or a block "
        + "that is in use and in the free list as well. Look at which bytes belong to whom while a block is live."),
    .failedWithRoom.causes(
      "What is left of the heap when a whole chunk no longer fits must be used too, and every block given back must come round again. "
        + "Look at what allocate() does once grow(by:) has answered nil."),
    .blockLost.causes(
      "A block that was given back never came round: the list was cut, its head was overwritten, address 0 was taken for no address, "
        + "or a refused grow(by:) changed the state. Look at every place that writes the head of the list."),
    .growthWithoutNeed.causes(
      "allocate() took new memory while blocks that were given back lay free. Look at the list first, and grow only when it is empty."
    ),
    .strayAccess.causes(
      "A link was followed that is no block's address: it was overwritten by the block's user, or never written. Look at the last "
        + "link of a list, and at blocks that are handed out twice."),
    .crash.causes(
      "An index or a sum went wrong, or nil was taken for a value. Exhaustion is no error: allocate() answers nil."),
    .hang.causes(
      "The free list is a circle, or is walked from end to end. Both operations take O(1): neither needs a loop."),
    .slow.causes(
      "Something grows with the number of blocks. allocate() and deallocate(_:) should each touch one or two words."),
    .wasteful.causes(
      "Blocks have headers or padding that they do not need, or every chunk is far larger than what is asked for."),
    .overfitted.causes(
      "Sizes of the public traces are treated in a way of their own. Every block size should take the same path."),
  ]
}
