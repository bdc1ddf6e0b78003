package import Examining

extension FragmentationResistance {
  /// The usual causes of each fault in an allocator that resists fragmentation, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "A free block is in a list twice, or was joined with one that is live. Look at what says that a neighbour is free, and at who changes "
        + "that when a block is split, joined, handed out or freed."),
    .enclosure.causes(
      "A block was joined with a live neighbour, or split where it was not free. Look at how the size of the block before is found."
    ),
    .misaligned.causes(
      "A header pushes the payload off its multiple of 16, or a block for a larger alignment was not cut at its front."),
    .outOfHeap.causes("The last block was taken for longer than the heap is, or a sum overflowed."),
    .payloadChanged.causes(
      "Links or tags were written into a live block, or its pages were given back. Look at which bytes a free block has, and at the whole pages "
        + "inside it."),
    .payloadLost.causes(
      "reallocate(_:to:) moved a block without all of its bytes, or freed the old block before they were copied."),
    .metadataOverwritten.causes(
      "Records lie in bytes that were handed out, or a size is read from in front of a live block."),
    .failedWithRoom.causes(
      "The heap was not grown up to its limit: by a fixed amount where less was left, or without what is free at its end."
    ),
    .notJoined.causes(
      "Free neighbours stay apart, a split's rest or what a shrinking block gives back is lost, or not all of a list is searched before the "
        + "answer is nil."),
    .movedWithoutNeed.causes(
      "reallocate(_:to:) copies whatever it is asked for. Look at the block behind, at the heap's end, and at the rest when a block shrinks."
    ),
    .scattered.causes(
      "Small blocks were cut from large free ones, or from what was never used, though smaller ones would have done. Look at "
        + "which free block is taken first, and whether the fresh end of the heap is taken last."),
    .usesTooMuch.causes(
      "Sizes are rounded up far, headers are large, or fresh memory is taken while what is free would do: blocks that fit are passed over, or "
        + "are not joined in time."),
    .keepsTooMuch.causes(
      "Pages without a live block are kept. Look at large free blocks, at free bytes behind the last block, and at what small frees add up to."
    ),
    .strayAccess.causes("A size was read where there is none: in front of the first block, or behind the last one."),
    .crash.causes("A sum overflowed, or nil was taken for a value: sizes may be absurd, and exhaustion is no error."),
    .hang.causes("A list is a circle, or a block of size 0 was walked over."),
    .slow.causes(
      "All free blocks are looked at for each request, or a system call is made for each free. Lists by size find a good fit in a few steps."
    ),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let scattered = ViolationKind(
    "scattered", .mayComeOfOverwriting,
    means:
      "A request was refused that this problem set promises to serve: what is free would have room for it, had it been kept in one piece."
  )
  package static let usesTooMuch = ViolationKind(
    "uses-too-much", .isAboutNoTrace,
    means:
      "The most memory that was used, over the most that live blocks needed at least, is above what is promised for this workload."
  )
  package static let keepsTooMuch = ViolationKind(
    "keeps-too-much", .isAboutNoTrace,
    means:
      "The memory used, over what live blocks needed at least, is above what is promised for this workload on average over time."
  )
}
