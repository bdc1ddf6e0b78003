package import Examining

extension Patterns {
  /// The usual causes of each fault of a detector, and what to look at.
  static let kinds: [ViolationKind] = [
    .missedPattern.causes(
      "A bound is missed by one: 8 intervals, 8, 50, 64 or 4 blocks are enough, and shares that are met exactly are met. An interval is full as "
        + "soon as its last event has come. Nothing happened in an interval: that is level too. Steps count, breaks between them or not."
    ),
    .falsePattern.causes(
      "Something counts twice, or for the wrong site: a reallocation is no begin and no end, and leaves site and thread as they were. An interval "
        + "in which nothing happened ends a climb. A level interval is so at its first and at all its times. A lost block has not ended."
    ),
    .wrongStrength.causes(
      "A climb goes back to where it began, not to the last 8 intervals; and so do level ones. Blocks that are gone count. What has ended is as "
        + "many as lifetimes, what has begun includes what lives."),
    .unsortedSites.causes("Sites are sorted by their words, smallest first, and each is named once."),
    .wrongQuantile.causes(
      "A rank is rounded up, and counted from 1. Lifetimes are counted in events, from where the block began, not where it was reallocated. "
        + "A sketch has errors that add up: of merges, of levels, of what was thrown away. Under 50 lifetimes it must have none."
    ),
    .answerTooLong.causes("An answer has no more records than there are sites."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Addresses and sites are words of 64 bits, and no places in an array. Sizes go to 2^40: products of two do not fit in a word. What ends may "
        + "never have begun."),
    .hang.causes(
      "A block is found by its address, not by going through all of them; and no interval's end may go through all sites."
    ),
    .privateMemory.causes(
      "Something is kept for each event, each interval or each block that is gone: sums are enough. Lifetimes are as many as blocks have ended: "
        + "keep a sketch."),
    .slow.causes(
      "A dictionary is looked into more often than is needed, or a sketch is sorted for each lifetime: wait until many have come."
    ),
    .overfitted.causes("Something in the public streams is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let missedPattern = ViolationKind(
    "missed-pattern", means: "A site shows a pattern, and is not named.")
  package static let falsePattern = ViolationKind(
    "false-pattern", means: "A site is named for a pattern that it does not show.")
  package static let wrongStrength = ViolationKind(
    "wrong-strength", means: "A site shows a pattern in more or fewer intervals or blocks than is said.")
  package static let unsortedSites = ViolationKind(
    "unsorted-sites", means: "The right sites are named in the wrong order, or one of them twice.")
  package static let wrongQuantile = ViolationKind(
    "wrong-quantile", means: "More or fewer blocks lived as long as is said than the stated error allows.")
}
