package import Examining

extension Leaks {
  /// The usual causes of each fault of a leak detector, and what to look at.
  static let kinds: [ViolationKind] = [
    .missedLeak.causes(
      "Something was taken for a pointer, or looked through, that must not be: a word at an address that is no multiple of 8, one that "
        + "reaches past the block's end, old words in free memory, one past the end, or the words of a block that nothing reaches."
    ),
    .falseLeak.causes(
      "A root was left out (registers, every stack, all globals, to the last word), blocks of 0 bytes cover nothing, inner pointers lead "
        + "nowhere, or what was reached was not looked through in its turn."),
    .wrongCategory.causes(
      "A block that was possible must be looked through once more when start pointers turn out to lead there. Among lost blocks any "
        + "pointer counts, inner ones as well; a head that is led to later is no head any more; and no head makes itself indirect."
    ),
    .wrongTotal.causes("Blocks are counted one by one, each once; bytes are their sizes, 0 for a block of 0 bytes."),
    .wrongRecord.causes(
      "Records are sorted by category and site, as unsigned numbers, and only there where blocks are. A head's indirect bytes are those "
        + "of all that became indirect by it, and what another head had before it became indirect goes along."),
    .incompleteAnswer.causes("Each block has a category, each record five words, and none is left out."),
    .answerTooLong.causes(
      "classify(_:) appends one category for each block, report(_:) one record for each category and site."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Words are any numbers: sums of them overflow, and they are no places of a table. A chain of 100,000 blocks is too deep for "
        + "recursion: keep the blocks that are still to be looked through in an array."),
    .hang.causes(
      "Each block is looked through at most twice before the heads are found, and once for each time it becomes indirect; the block of an "
        + "address is found by halving, not by going through all of them."),
    .privateMemory.causes("Edges may be kept, but not for each word of the memory."),
    .slow.causes(
      "Most words are no pointers: a comparison with the lowest and the highest address of all blocks spares the search for them."
    ),
    .overfitted.causes("Something in the public images is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let missedLeak = ViolationKind(
    "missed-leak", means: "A block is lost, and was said to be reachable, or possibly so.")
  package static let falseLeak = ViolationKind(
    "false-leak", means: "A block can still be reached, if only by an inner pointer, and was said to be lost.")
  package static let wrongCategory = ViolationKind(
    "wrong-category",
    means:
      "A lost block was taken for a head and is none, or the other way round; or possible and reachable were mixed up.")
  package static let wrongTotal = ViolationKind(
    "wrong-total", means: "The number of a category's blocks, or of their bytes, is another one.")
  package static let wrongRecord = ViolationKind(
    "wrong-record", means: "A record of the report has another category, site or number than it should.")
  package static let incompleteAnswer = ViolationKind(
    "incomplete-answer", means: "An answer has fewer or more elements than there are things to tell of.")
}
