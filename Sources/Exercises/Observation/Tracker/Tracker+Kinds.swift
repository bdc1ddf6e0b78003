package import Examining

extension Tracker {
  /// The usual causes of each fault of a tracker, and what to look at.
  static let kinds: [ViolationKind] = [
    .wrongLiveTotal.causes(
      "An event was applied too early, too late, twice, or out of the order of stamps; a reallocation left its old block; or a block that "
        + "is overwritten was still counted."),
    .wrongPeak.causes(
      "The peak is looked at after an event, not in the midst of a reallocation; its stamp is that of the first event that reached it; and "
        + "the most blocks need not be live when the most bytes are."),
    .wrongReuse.causes(
      "64 ends are remembered, whether their addresses were used again or not. A reallocation that moves is an end and a begin, one in "
        + "place is neither, and a block that is overwritten has no end. Of an address that ended twice the latest end counts."
    ),
    .wrongSizeClass.causes(
      "2ᵏ bytes are the last of class k, not the first of the next; 0 and 1 are of class 0. A reallocation is a request, in the class of its "
        + "new size. A class stays in the list when nothing of it is live any more."),
    .wrongLifetime.causes(
      "A reallocation keeps the block's birth, and is no end of its life. Blocks that are overwritten have no lifetime. Stamps are the "
        + "events' own, not counts of events."),
    .wrongTopSites.causes(
      "Sites are sorted by bytes, the most first, and then by their words as unsigned numbers. A reallocation takes its block to another site. "
        + "Sites whose blocks have 0 bytes are there, sites without blocks are not."),
    .wrongAnomaly.causes(
      "Numbers are counted by each thread from 1 on. Lost and doubled events are noticed when one arrives, unknown and overwritten blocks "
        + "when one is applied. What was taken is not told again."),
    .answerTooLong.causes("An answer has no more records than there are sites, classes, lifetimes or new anomalies."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Addresses, sites and stamps are words of 64 bits: sums of them overflow, and none is a place in an array. What ends may never have "
        + "begun."),
    .hang.causes(
      "An event is found by its address, not by going through all live blocks; and what is held is not sorted anew for each event."
    ),
    .privateMemory.causes(
      "Something is kept for each event, each address or each site that ever was: forget a block when it ends, a site with its last block."
    ),
    .slow.causes(
      "A dictionary is looked into more often than is needed, or held events are moved each time one is applied: a heap, or a ring, is not."
    ),
    .overfitted.causes("Something in the public streams is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let wrongLiveTotal = ViolationKind(
    "wrong-live-total", means: "More or fewer blocks or bytes are said to be live than are.")
  package static let wrongPeak = ViolationKind(
    "wrong-peak", means: "The most that was live at once is another number, or was reached at another time.")
  package static let wrongReuse = ViolationKind(
    "wrong-reuse", means: "Blocks began where one had just ended more or less often than is said.")
  package static let wrongSizeClass = ViolationKind(
    "wrong-size-class", means: "A record of a size class is missing, is one too many, or has another number.")
  package static let wrongLifetime = ViolationKind(
    "wrong-lifetime", means: "More or fewer blocks are said to have lived about so long than have.")
  package static let wrongTopSites = ViolationKind(
    "wrong-top-sites", means: "The sites with the most live bytes are others, or have another order or other numbers.")
  package static let wrongAnomaly = ViolationKind(
    "wrong-anomaly", means: "An anomaly of the stream was not told, was told twice, or is none.")
}
