package import Examining

extension Reporting {
  /// The usual causes of each fault of a reporter, and what to look at.
  static let kinds: [ViolationKind] = [
    .malformedLine.causes(
      "Each line ends with a newline, the last one too, and none has two. Names are written with escapes: a `;`, a space, a `%` or a newline "
        + "in one would end it too early. Digits are upper case, bytes from 0x80 on are not escaped."),
    .wrongFolded.causes(
      "Symbols of the same name are one function, and stacks of the same functions one line. Compare bytes: strings that look alike are equal "
        + "in Swift, and need not have the same bytes. Stacks of which nothing lives have no line."),
    .wrongTop.causes(
      "A function that calls itself is counted once a stack. Sort by the bytes of the order, then by the other, then by the bytes of the name "
        + "before it is written. Functions that are only called through have self bytes of 0, and are there."),
    .wrongShareOfTotal.causes(
      "Bytes × 10,000 do not fit in 64 bits, and floating-point numbers round what should not be: divide whole numbers of 128 bits, after "
        + "adding half of the divisor. Halves go up, also from 0.005 %."),
    .inventedPoint.causes(
      "Points are those that are there: no means of several, and no times of slices. The total is the one right after the event."
    ),
    .lostPoint.causes(
      "Whatever is chosen by taking every m-th point misses what happens between. Slices are counted in points, not in time, and their "
        + "borders are i × N / k, rounded down. The first and the last point are there as well."),
    .wrongTimeline.causes(
      "A point may be its slice's first, its last, its greatest and its least at once: tell it once, in the order of times."
    ),
    .malformedJSON.causes(
      "In a string, `\"`, `\\` and everything below 0x20 is escaped; all else may stand as it is, if it is UTF-8. No comma comes before ] and }."
    ),
    .offSchema.causes(
      "The comments of `json(_:)` have each member's name and kind: none is missing, none is added. Numbers are written out, with all digits."
    ),
    .wrongJSON.causes(
      "`functions` has what the reported stacks need, each once, and nothing else. The peak is the first of the greatest totals. Ill-formed "
        + "UTF-8 becomes one U+FFFD for each maximal subpart, not for each byte or for each name."),
    .wrongRecording.causes("Only the grader's own driver answers when it tells of events."),
    .answerTooLong.causes(
      "A report has a line for each stack, function or point at most; something is told again and again."),
    .answerUnsteady.causes("A report is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Sums reach 2^64 - 1: `Int` does not. A stack may have no frame, or thousands, which is too deep for recursion; a table may be asked for "
        + "without a line, or with more lines than fit in memory; and a report may be asked for before anything happened."
    ),
    .hang.causes(
      "An event costs a few additions. Nothing that grows with the number of stacks or events is done for each of them."
    ),
    .privateMemory.causes("Keep one point for each event, and sums for each stack: no report that was written."),
    .slow.causes(
      "Find out once, when the reporter begins, which stacks are one, which functions they have, and how names are written. Append bytes to "
        + "the text itself: strings that are built first are copied, and checked, each time."),
    .overfitted.causes("Something in the public profiles is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let malformedLine = ViolationKind(
    "malformed-line", means: "A line of a report is not as it should be, so that no program can read it.")
  package static let wrongFolded = ViolationKind(
    "wrong-folded", means: "A folded stack is missing, is there twice or should not be there, or has another number.")
  package static let wrongTop = ViolationKind(
    "wrong-top", means: "The functions that need most are others, or have another order or other bytes.")
  package static let wrongShareOfTotal = ViolationKind(
    "wrong-share-of-total", means: "A percentage of the table is not what it should be, to two digits.")
  package static let inventedPoint = ViolationKind(
    "invented-point", means: "The timeline has a point that is not there.")
  package static let lostPoint = ViolationKind(
    "lost-point", means: "The timeline leaves out a point without which its plot is wrong: a peak, a valley or an end.")
  package static let wrongTimeline = ViolationKind(
    "wrong-timeline", means: "The timeline has more points than were asked for, or not in the order of their times.")
  package static let malformedJSON = ViolationKind(
    "malformed-json", means: "What should be JSON is not: programs that read it stop there.")
  package static let offSchema = ViolationKind(
    "off-schema", means: "The JSON has not the members, or not the kinds of values, that the schema says.")
  package static let wrongJSON = ViolationKind(
    "wrong-json", means: "The JSON says something of the profile that is not so.")
  package static let wrongRecording = ViolationKind(
    "wrong-recording", means: "Telling of events was answered with something, and is never.")
}
