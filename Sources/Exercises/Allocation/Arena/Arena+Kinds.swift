import Examining

extension Arena {
  /// The usual causes of each fault in an arena, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "The top was not moved on, or went back too far: release(to:) must not go below a block from before the mark, and deallocate(_:) "
        + "only where the block is the last. A block of no bytes needs a byte. Look at what a mark remembers."),
    .enclosure.causes(
      "The top went back into a block that lives. Look at release(to:), at deallocate(_:) of a block that is not the last, and at "
        + "what reallocate(_:to:) does to the top."),
    .misaligned.causes(
      "The top was not rounded up, or an offset in the chunk was instead of the address: a chunk may begin anywhere. Look at where the next "
        + "block begins."),
    .outOfHeap.causes(
      "A block was cut beyond its chunk's end: the alignment's padding was left out of the comparison, or a sum overflowed. Look at the "
        + "test whether a block fits, and at the size of a new chunk."),
    .payloadChanged.causes(
      "A record was written into a live block: the header of a new chunk, or memory that reset() cleared. Or a mark led to another chunk "
        + "than the one it was taken in. Look at what is written where."),
    .payloadLost.causes(
      "reallocate(_:to:) answered a block without the old bytes. Look at what it copies, and whether it knows the old block's size."
    ),
    .metadataOverwritten.causes(
      "A chunk's record lies in bytes that were handed out. Look at where the first block of a chunk begins."),
    .failedWithRoom.causes(
      "A chunk as large as wanted did not fit below the heap's limit any more, and a smaller one was not tried; or chunks that were "
        + "released are never used again. Look at what allocate(_:) does once grow(by:) has answered nil."),
    .growthWithoutNeed.causes(
      "Chunks are lost: release(to:) or reset() forgets those behind, oversized ones are made anew each time, or each chunk is far larger "
        + "than what was asked for. Look at which chunks are tried before the heap grows."),
    .strayAccess.causes("A chunk's record was read where there is none. Look at the list's ends."),
    .crash.causes("A sum overflowed, or nil was taken for a value: sizes may be absurd, and exhaustion is no error."),
    .hang.causes("The list of chunks is a circle, or each reset walks over all blocks or all memory."),
    .slow.causes(
      "Something grows with the number of blocks or of bytes: reset() and release(to:) go over chunks at most, and allocate(_:) is an "
        + "addition and a comparison."),
    .wasteful.causes("The first chunk is large, each block has a header, or memory is touched that nobody asked for."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}
