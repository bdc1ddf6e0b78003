package import Examining

extension PageReplacement {
  /// The usual causes of each fault in a page replacement policy, and what to look at.
  static let kinds: [ViolationKind] = [
    .falseHit.causes(
      "A page that was evicted is still known as resident. Look at what is forgotten when a victim is chosen."),
    .missedHit.causes(
      "A page that came in was not noted, or is looked for in only one of several lists."),
    .absentVictim.causes(
      "The victim's frame or position was answered in place of its page, or the same page was evicted twice."),
    .tooManyPages.causes(
      "The comparison with the number of frames is off by one. Look at the first access after all frames are taken."),
    .wrongVictim.causes(
      "LRU: a hit makes its page the youngest. CLOCK: a hit sets the page's bit, the hand clears bits as it passes, stops at the first clear "
        + "one, and moves on behind the page that came in. Play the published string 1 2 3 4 1 2 5 1 2 3 4 5 by hand."),
    .tooGood.causes(
      "The policy knows what comes: it evicts what is not accessed again. Answer each access from those before it alone."
    ),
    .earlyExit.causes(
      "The policy ends the program. Answer every access."),
    .hang.causes(
      "The hand goes round for ever: it must clear the bits that it passes."),
  ]
}

extension ViolationKind {
  package static let falseHit = ViolationKind(
    "false-hit", means: "The policy says hit, but the page is not in memory.")
  package static let missedHit = ViolationKind("missed-hit", means: "The policy says fault, but the page is in memory.")
  package static let absentVictim = ViolationKind(
    "absent-victim", means: "The policy evicts a page that is not in memory.")
  package static let tooManyPages = ViolationKind(
    "too-many-pages", means: "The policy brings a page into a free frame, but all frames are taken.")
  package static let tooGood = ViolationKind(
    "too-good", .isAboutNoTrace,
    means: "Fewer misses than a policy can have that does not know the future, where the past says nothing about it.")
  package static let wrongVictim = ViolationKind(
    "wrong-victim", means: "The named policy evicts another page here, or none.")
}
