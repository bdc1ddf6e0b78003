package import Examining

extension CachePlacement {
  /// The usual causes of misses and worse, and what to look at.
  static let kinds: [ViolationKind] = [
    .straddlesLine.causes(
      "Sizes were rounded up to 8 or 16, and blocks put one behind the other. Look at what is left of the line before a block goes into it."
    ),
    .lineShared.causes(
      "The hint was of another owner's block and was followed, or both owners take from the same page or line. A thread may end a block of "
        + "the other one: its line stays the owner's."),
    .poorLocality.causes(
      "Blocks lie in the order in which they were asked for, and not near their hints; or their hint's line was full and the next block of "
        + "another chain took the one beside it. After frees: look whether a hole near the hint is found."),
    .conflictMisses.causes(
      "Large blocks all begin at the start of a page, so that the same element of each falls into the same set. Let each begin some lines later "
        + "than the one before."),
    .hotAmongCold.causes("Blocks without a hint went into the lines of blocks that have one, or the other way round."),
    .metadataMisses.causes(
      "Records lie in front of blocks or at the start of each page, free lists run through blocks that nobody has touched for long, or a "
        + "search looks at many places. Keep what a request needs in few lines, and together."),
    .overlap.causes("A place was marked as free twice, or by fewer bytes than the block has."),
    .misaligned.causes(
      "Blocks of more than 64 bytes begin at multiples of 16, and of their alignment where that is larger."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or by less than the block needs."),
    .payloadChanged.causes("A record or a link was written into a live block."),
    .failedWithRoom.causes(
      "Lines or pages that became free are not used again, or only for the same size, owner or hint."),
    .privateMemory.causes("Records lie in arrays or dictionaries. They belong in the heap, where their misses count."),
    .strayAccess.causes(
      "A record was looked up for a hint that is no block of this heap any more, or past the last page."),
    .crash.causes("A sum overflowed: sizes may be any number. Or a hint was taken for the address of a live block."),
    .hang.causes("A search for a free place has no end where there is none."),
  ]
}

extension ViolationKind {
  package static let straddlesLine = ViolationKind(
    "straddles-line", means: "A block of at most 64 bytes lies in two lines, so each use of it may miss twice.")
  package static let lineShared = ViolationKind(
    "line-shared",
    means: "Two threads have blocks in one line of 64 bytes: each write by one throws it out of the other's caches.")
  package static let poorLocality = ViolationKind(
    "poor-locality", .isAboutNoTrace,
    means: "What is used together does not lie together: far more lines and pages miss than must.")
  package static let conflictMisses = ViolationKind(
    "conflict-misses", .isAboutNoTrace,
    means: "What is used together falls into the same set of the cache, and throws itself out.")
  package static let hotAmongCold = ViolationKind(
    "hot-among-cold", .isAboutNoTrace,
    means: "What is used often shares lines with what is hardly used, so that the cache is full of the latter.")
  package static let metadataMisses = ViolationKind(
    "metadata-misses", .isAboutNoTrace, means: "The allocator's own loads and stores miss far too often.")
}
