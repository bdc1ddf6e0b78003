package import Examining

extension Hybrid {
  /// The usual causes of each fault in a hybrid allocator, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "A block was put into another class's list than the one it came from, or a run went back while blocks of it were live. Look at how a "
        + "block's class is found from its address, and at who counts a run's blocks."),
    .enclosure.causes(
      "A large block took pages of a run, or the other way round. Look at which pages are marked when a run begins, and when pages are joined."
    ),
    .misaligned.causes(
      "A block's size is no multiple of its alignment, or runs do not begin at a page. Look at the class that is chosen for alignments of 32 to 4096, "
        + "and at the pages of larger ones."),
    .outOfHeap.causes(
      "Pages were handed out before the heap reached so far, or a sum overflowed. Look at the heap's last page, where its limit is no multiple of "
        + "one, and at sizes near Int.max."),
    .payloadChanged.causes(
      "A link was written into a block that is live: it was freed twice on the way between a list and its run, or is in two lists. Look at what "
        + "happens when a list is full."),
    .payloadLost.causes(
      "reallocate(_:to:) copied as many bytes as the new class has, or freed the old block first. Look at each border: small to medium, medium to "
        + "large, and back."),
    .metadataOverwritten.causes(
      "Links of free blocks, or a run's record, lie in bytes that were handed out. Look at a run's last block, and at blocks of 16 bytes."
    ),
    .failedWithRoom.causes(
      "Blocks have a header each, or classes are too far apart; or free pages at the heap's end are not joined, or it was not grown up to its limit. "
        + "Fill a small heap with blocks of 16 bytes and look at the distance from one to the next; free them, and ask for one block of all."
    ),
    .blockLost.causes(
      "A block that was freed is in no list: its run was full, and was not put back among those with free blocks; or a list was cut "
        + "off. Look at a run's way from full to not full."),
    .memoryKept.causes(
      "Runs that are empty stay with their class, pages that lie side by side stay apart, or free blocks are kept in lists so that their runs never "
        + "are empty. Look at what happens before the answer is nil."),
    .movedWithoutNeed.causes(
      "reallocate(_:to:) copies though the class is the same, or the pages behind are free. Look at the block's own class first, then behind it."
    ),
    .notTrimmed.causes(
      "Only the end of the heap was given to decommit(at:byteCount:), or runs that only kept lists hold on to stayed. Look at all free pages."
    ),
    .strayAccess.causes(
      "A page was looked up that no run or large block has. Look at the first page, at the last, and at pages beside them when they are joined."
    ),
    .crash.causes("A sum overflowed, or nil was taken for a value: sizes may be absurd, and exhaustion is no error."),
    .hang.causes("A list of runs or of pages is a circle, or a search for a set bit never ends."),
    .slow.causes(
      "A list is searched where a look would do. A block's class is found by its page, a free block is the first of a list, and a run is touched "
        + "once for many blocks."),
    .wasteful.causes(
      "Classes are too far apart, runs too long for what is live in them, or each class keeps more free blocks than it needs."
    ),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let memoryKept = ViolationKind(
    "memory-kept", .mayComeOfOverwriting,
    means: "Memory in which no block is live must go back to where requests of any size can have it.")
}
