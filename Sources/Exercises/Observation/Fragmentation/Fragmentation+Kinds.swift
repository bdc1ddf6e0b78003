package import Examining

extension Fragmentation {
  /// The usual causes of each fault of a meter, and what to look at.
  static let kinds: [ViolationKind] = [
    .wrongInternal.causes(
      "What a block takes, less what was asked for it; of the live ones alone, and the share is one of what they take."),
    .wrongFree.causes(
      "Free is what regions have and no live block takes. Regions that come, go, grow and shrink change it as blocks do."
    ),
    .wrongRun.causes(
      "Runs that touch are joined when a block ends between them or beside one of them, and when a region grows; but not across the "
        + "start of a region. What a block leaves over of a run may be two runs. The longest may have gone."),
    .wrongShare.causes(
      "Millionths, rounded down: multiply first, in 128 bits, then divide. Nothing free is no fragmentation. A run of exactly 2^k bytes "
        + "is usable for a request of so many."),
    .wrongHistogram.causes(
      "A run of 2^k bytes is of order k, one of a byte less of order k - 1. Only orders that have runs have a row."),
    .wrongMeasure.causes(
      "Live is what was asked for, not what is taken. Time goes by before a change is made. Peaks are looked for after each change, even "
        + "if it lasts no time; of equal ones the first counts, and the first moment counts too. A snapshot is one moment, and forgets "
        + "all others."),
    .wrongFeed.causes("Only the grader's own driver answers when it feeds."),
    .answerTooLong.causes("histogram(_:) appends one row for each order at most."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Addresses are any words: as Int, the upper half is negative. Bytes times a million, or times a time, do not fit in 64 bits. A "
        + "region may have 0 bytes, and questions may come before there is anything."),
    .hang.causes(
      "A change costs no more than a search in a tree. Going through all blocks or runs for each is too much."),
    .privateMemory.causes("Keep what lives, and nothing of blocks that have ended. What was fed need not be kept."),
    .slow.causes(
      "Sums are kept up to date, not counted for each question. The longest run can be known by a tree's nodes, each for its subtree."
    ),
    .overfitted.causes("Something in the public streams is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let wrongInternal = ViolationKind(
    "wrong-internal", means: "The bytes that blocks take beyond what was asked for, or their share, are others.")
  package static let wrongFree = ViolationKind("wrong-free", means: "Another number of bytes is free.")
  package static let wrongRun = ViolationKind("wrong-run", means: "The longest free run has another length.")
  package static let wrongShare = ViolationKind(
    "wrong-share", means: "External fragmentation, or the free bytes that a request cannot use, are others.")
  package static let wrongHistogram = ViolationKind(
    "wrong-histogram", means: "A row of the histogram is missing, one too many, or says something else than it should.")
  package static let wrongMeasure = ViolationKind(
    "wrong-measure", means: "One of the four measures has another numerator or denominator.")
  package static let wrongFeed = ViolationKind(
    "wrong-feed", means: "Feeding was answered with something, and is never.")
}
