package import Examining

extension General {
  /// The usual causes of each fault in a general-purpose allocator, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "A free block is in a list twice, or was joined with one that is live. Look at the bit that says whether the block before is live: it "
        + "changes whenever that block is freed, handed out, split or joined."),
    .enclosure.causes(
      "A block was joined with a live neighbour, or split where it was not free. Look at what a freed block takes for the size of the one before."
    ),
    .misaligned.causes(
      "Payloads lie 8 bytes behind their header, so headers do not begin at multiples of 16, and larger alignments need a block that is cut at "
        + "its front. Look at where the first block begins."),
    .outOfHeap.causes(
      "The last block was taken for longer than the heap is, or a sum overflowed. Look at what is behind the last block, and at sizes near "
        + "Int.max."),
    .payloadChanged.causes(
      "A tag was written into a live block: only free blocks have one at their end. Or links were. Look at what is written when a neighbour "
        + "is freed or split."),
    .payloadLost.causes(
      "reallocate(_:to:) moved a block without all of its bytes, or freed the old block before they were copied. Look at how many it copies."
    ),
    .metadataOverwritten.causes(
      "A tag lies in bytes that were handed out: the word in front of a block's header belongs to the block before while that is live. Look at "
        + "where it is read."),
    .failedWithRoom.causes(
      "The heap was not grown up to its limit: by a fixed amount where less was left, or without the free bytes at its end. Look at how the heap "
        + "grows for a request that nearly fits."),
    .notJoined.causes(
      "Free neighbours stay apart, a split's rest or what a shrinking block gives back is lost, or not all of a list is searched. Look at each of "
        + "the four cases of freeing, and at the request's own list before the answer is nil."),
    .movedWithoutNeed.causes(
      "reallocate(_:to:) copies whatever it is asked for. Look at the block behind, at the heap's end, and at the rest when a block shrinks."
    ),
    .notTrimmed.causes(
      "Nothing was given to decommit(at:byteCount:), or the free block at the heap's end was not joined with those before it."
    ),
    .strayAccess.causes(
      "A size was read where there is none: in front of the first block, or behind the last one. Look at both ends of the heap."
    ),
    .crash.causes("A sum overflowed, or nil was taken for a value: sizes may be absurd, and exhaustion is no error."),
    .hang.causes("A list is a circle, or a block of size 0 was walked over."),
    .slow.causes(
      "All free blocks are looked at for each request. Lists by size, and a bitmap of those that have any, find one in a few steps."
    ),
    .wasteful.causes(
      "Live blocks have a tag at both ends, large blocks are handed out whole, or the largest free block is cut first. Look at a block of 24 bytes: "
        + "it should take 32."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let notJoined = ViolationKind(
    "not-joined", .mayComeOfOverwriting,
    means: "Free bytes that lie side by side must be one block at once, and serve what fits in there.")
  package static let movedWithoutNeed = ViolationKind(
    "moved-without-need", .mayComeOfOverwriting,
    means: "A block that shrinks, or that has free bytes enough behind it, changes its size where it is.")
  package static let notTrimmed = ViolationKind(
    "not-trimmed",
    means: "A trim gives the pages behind the last live block back to the system.")
}
