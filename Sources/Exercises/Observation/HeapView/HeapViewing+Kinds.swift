package import Examining

extension HeapViewing {
  /// The usual causes of each fault of a heap viewer, and what to look at.
  static let kinds: [ViolationKind] = [
    .wronglyTaken.causes(
      "Only one neighbour was looked at, or none: what a block claims are its metadata too, and one byte of a block without any. A free of "
        + "an address inside a block is none of that block; pages come and go only as wholes; a move asks what an allocation asks."
    ),
    .wronglyRefused.causes(
      "Blocks may touch, and so may ranges of pages, over whose borders blocks and accesses reach. A block may move onto its own old bytes. "
        + "Of no bytes nothing is in the way."),
    .wrongLive.causes(
      "A block's share of a cell was counted as one of whole cells, a block that begins before the grid or ends behind it was left out or "
        + "counted whole, or an event that was not taken changed something."),
    .wrongMetadata.causes(
      "Metadata lie before a block's address, so they may be in a grid that the address is not in. They go when the block goes, and with "
        + "it when it moves."),
    .wrongFreeBytes.causes(
      "Free is what is mapped, less what is live, less metadata: cell by cell, the last and shorter cell too. A byte that a block claims "
        + "without having any is free."),
    .wrongTouched.causes(
      "An access touches every page that it has a byte in, the last one too; whole pages count, as far as they are in the cell. Pages that "
        + "are unmapped forget it."),
    .wrongHeat.causes(
      "Heat is a page's, not a byte's: an access adds to it once. A cell has the greatest one, not a sum. Halving rounds down each time; "
        + "after 64 ticks and more nothing is left, but `&>>` thinks otherwise. Pages that are unmapped grow cold."),
    .wrongHistory.causes(
      "An interval begins with what the one before ended with. A peak that is gone before the tick is one; a move makes none. Points grow "
        + "coarser when a 65th is begun, not when the 64th is, and keep the peaks of both halves."),
    .incompleteAnswer.causes("A number for each cell, the shorter one at the end too; three words a point."),
    .answerTooLong.causes("cells(of:in:_:) appends one number for each cell, history(_:) at most 64 points."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "A grid may have no cells, begin in the middle of a block and end in another. An overhead may be larger than the address, a block "
        + "larger than 4 GiB: take care of the order in which unsigned numbers are subtracted, and of narrow types."),
    .hang.causes(
      "A picture of a few cells goes through all blocks, all pages or all bytes; or each block is put into its place among all others by "
        + "moving them."),
    .privateMemory.causes(
      "The history has at most 64 points, however many ticks there are; nothing is kept by byte or by cell."),
    .slow.causes(
      "Find the first block of the grid by halving, and go on from there. What is sorted anew for each picture costs most."
    ),
    .overfitted.causes("Something in the public traces is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let wronglyTaken = ViolationKind(
    "wrongly-taken", means: "An event was taken that cannot be: memory was not there, or something was in its way.")
  package static let wronglyRefused = ViolationKind(
    "wrongly-refused", means: "An event was not taken, although nothing was in its way.")
  package static let wrongLive = ViolationKind("wrong-live", means: "A cell has another number of live bytes.")
  package static let wrongMetadata = ViolationKind(
    "wrong-metadata", means: "A cell has another number of bytes that are metadata.")
  package static let wrongFreeBytes = ViolationKind(
    "wrong-free-bytes", means: "A cell has another number of free bytes.")
  package static let wrongTouched = ViolationKind(
    "wrong-touched", means: "A cell has another number of bytes in touched pages.")
  package static let wrongHeat = ViolationKind("wrong-heat", means: "A cell is hotter or colder than that.")
  package static let wrongHistory = ViolationKind(
    "wrong-history", means: "A point of the history has another least, greatest or last number of live bytes.")
}
