package import Examining

extension DebugAllocation {
  /// The usual causes of each fault of a debug allocator, and what to look at.
  static let kinds: [ViolationKind] = [
    .damageUntold.causes(
      "A tag begins right behind the last byte, not at the next multiple of 16, and has 16 bytes, each of which counts: look at all, and at "
        + "nothing that they add up to. Kept blocks are looked at in check and shutDown, and when they are let go; their tags too. "
        + "What was told is mended, so that later damage is seen."),
    .falseReport.causes(
      "Damage is told once: write what should be there when it was told. Tags are written anew when a chunk is used for another size, and "
        + "a block that is live still is no leak before shutDown."),
    .badFreeMissed.causes(
      "Look up what is live and begins exactly there. Kept blocks, their tags and those of live blocks are known as well; so is the family."
    ),
    .misjudged.causes(
      "Which block has this address? Its first byte if it is kept: double. Another byte, or one of its tags: inner. None: wild. Blocks that were "
        + "let go are none, and how many are kept the protocol says to the byte."),
    .wrongExtent.causes(
      "Offsets count from the block's first byte, also those before it, which are negative, and those behind it, which begin with the size. The "
        + "count goes from the first damaged byte to the last, and both count."),
    .wrongSite.causes(
      "A line has 32 bits, and a file 16. A block that was live when the operation began has not been ended anywhere; of one that is kept, "
        + "the site of its end is still to be there. What reallocate makes was made there."),
    .wrongBlock.causes(
      "The size is that which was asked for, and the block is the one that is damaged, not the one that is ended just now."
    ),
    .leakMissed.causes("shutDown tells each block that is live, one report each."),
    .markMissing.causes(
      "New blocks are filled with 0xcd and ended ones with 0xdd, all of their bytes, and nothing else is in a block as long as it is kept: no "
        + "link of a list. reallocate fills what is behind the old bytes."),
    .overlap.causes(
      "Tags are part of what a block takes: 32 bytes beside its size. A chunk that came to a free list twice is handed out twice."
    ),
    .earlyReuse.causes(
      "Blocks are kept by what they were, size and 64 bytes, from the last back; only what is too much is let go, the oldest first."
    ),
    .misaligned.causes(
      "Chunks begin at multiples of 16, and what lies in front of a block has a multiple of 16 bytes."),
    .outOfHeap.causes(
      "The heap was not grown before its bytes were handed out, or there is no room for the tag behind."),
    .payloadChanged.causes(
      "A tag or a record was written into a live block: look at sizes that are no multiple of 8 or 16. Or damage was mended where a live "
        + "block lies."),
    .payloadLost.causes("The old bytes are copied up to the smaller of both sizes, before the old block is filled."),
    .failedWithRoom.causes(
      "What was let go is not used again, or only for the same size. A block that is refused must not have taken anything."
    ),
    .recordsDestroyed.causes(
      "A record, a size or a link lies in a tag, or in a block that has ended, and was believed. Keep them where the program does not write."
    ),
    .incompleteAnswer.causes("Reports are appended with append(_:), and nothing else."),
    .answerTooLong.causes("Something is told again and again: for each byte, or each time."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Something was looked up for an address that is not in the heap: addresses may be any number."),
    .crash.causes("A sum overflowed: sizes and addresses may be any number, up to Int.max and down to Int.min."),
    .hang.causes(
      "A list was followed that leads in a circle, or each end of a block goes through all blocks: a queue needs the oldest and the youngest "
        + "alone."),
    .slow.causes(
      "Fill with fill(at:byteCount:with:), compare eight bytes at a time, and find the record of an address in a few steps."
    ),
    .wasteful.causes("A page or a large record for each block, sizes rounded up by far, or more kept than has to be."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let damageUntold = ViolationKind(
    "damage-untold",
    means: "Bytes of a tag, or of a kept block, were changed, and the operation that had to tell it did not.")
  package static let falseReport = ViolationKind(
    "false-report", means: "Something was told that is not so, or that had been told before.")
  package static let badFreeMissed = ViolationKind(
    "bad-free-missed", means: "A double, inner, wild or mismatched end of a block was not told.")
  package static let misjudged = ViolationKind(
    "misjudged", means: "Something wrong was told, but as another kind of mistake than it is.")
  package static let wrongExtent = ViolationKind(
    "wrong-extent", means: "The right mistake was told of the right block, but with another offset or count.")
  package static let wrongSite = ViolationKind(
    "wrong-site", means: "The right mistake was told, but with lines of the program that are not the right ones.")
  package static let wrongBlock = ViolationKind(
    "wrong-block", means: "The right mistake was told, but of another block, or of one of another size.")
  package static let leakMissed = ViolationKind(
    "leak-missed", means: "The program has ended, and a block that is live was not told.")
  package static let markMissing = ViolationKind(
    "mark-missing", means: "A new block, or one that has ended, does not hold the bytes that tell it from any other.")
}
