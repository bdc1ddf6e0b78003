package import Examining

extension Buddy {
  /// The usual causes of each fault in a buddy system, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "A block was joined with a buddy that is in use, or that is split and only partly free; or a split left a half in no list and the "
        + "other in two. Look at how you know that a buddy is free, and of which order it is."),
    .enclosure.causes(
      "A block of one order was handed out while a part of it is in use as a block of a lower order. Look at the orders that are "
        + "recorded when blocks are split and joined, and at alignments: a block is as large as the larger of size and alignment."
    ),
    .misaligned.causes(
      "An alignment larger than the size needs a block as large as the alignment. Look at how the order is chosen."),
    .notNaturallyAligned.causes(
      "Blocks are counted from an address that is no multiple of the whole, or a block of the wrong order was handed out. Look at the "
        + "arithmetic of splitting, both halves of a block at a are a and a + half, and of joining: the buddy of a block of n bytes at a "
        + "is at a ^ n."),
    .outOfHeap.causes(
      "A record says that memory is there which grow(by:) has not given. Look at the whole's size, and at the heap's limit."
    ),
    .payloadChanged.causes(
      "Links or records were written into a block in use: most likely a buddy thought free was not. Look at what is written when a "
        + "block is freed, and where."),
    .payloadLost.causes(
      "A block that moves must take its bytes along, as many as the smaller size has. Look at reallocate's slow path."),
    .metadataOverwritten.causes(
      "A header or link lies in bytes that were handed out. Keep what must survive outside the blocks, and links in free ones only."
    ),
    .failedWithRoom.causes(
      "Memory that was never used is not reached. Look at how the whole is set up, and at the largest order."),
    .notCoalesced.causes(
      "Freed buddies were not joined, or not all the way up; a half was lost when a block was split; or blocks wait in a cache that is "
        + "not emptied before a request fails. Look at a free that should join three times in a row."),
    .blockLost.causes(
      "A block is in no list. Look at the halves that splitting leaves."),
    .strayAccess.causes(
      "A link was followed in a block that is in use, or a buddy looked for beyond the whole. Check the bounds first."),
    .crash.causes(
      "Rounding up to a power of two overflowed, or an order was larger than the table. Look at sizes near Int.max."),
    .hang.causes(
      "A list is a circle, or splitting never reaches the order wanted. Both take at most log₂ of the whole's size steps."
    ),
    .slow.causes(
      "A list is searched for a buddy. Doubly linked lists take one out in O(1), and a bit per order finds the first that fits."
    ),
    .wasteful.causes(
      "Orders are chosen too high, records take too much, or pages are touched that nobody asked for."),
    .overfitted.causes(
      "Requests of the public traces are recognised. Every request should take the same path."),
  ]
}

extension ViolationKind {
  package static let notNaturallyAligned = ViolationKind(
    "not-naturally-aligned", .mayComeOfOverwriting,
    means: "A buddy system's block of 2^k bytes begins at a multiple of 2^k.")
  package static let notCoalesced = ViolationKind(
    "not-coalesced", .mayComeOfOverwriting,
    means: "Two free buddies must become the block that they came from, again and again, up to the whole.")
}
