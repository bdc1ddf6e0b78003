package import Examining

extension Compaction {
  /// The usual causes of each fault in an allocator that moves blocks, and what to look at.
  static let kinds: [ViolationKind] = [
    .contentsLost.causes(
      "Blocks slide onto bytes that were not copied yet: from which end is a block copied, and in which order do blocks move? Or the old place was "
        + "cut up, or given back, before the copy."),
    .staleReference.causes(
      "The pass over the fields leaves some out: of pinned blocks, of those that do not move, of those that have moved already; or it reads where the "
        + "target lies from bytes that were overwritten. A new block's fields hold `noReference`, not what was there."),
    .pinnedMoved.causes(
      "Pins are a flag and not a count, the offline pass knows of them and the step does not, or a block behind the pinned one counts as pinned instead."
    ),
    .movedUnasked.causes(
      "Blocks move where room is needed, or the handle table was written before the block was moved."),
    .overBudget.causes(
      "The budget is asked before a block is chosen and not after, or what slides along is not counted. A block larger than what is left stays."
    ),
    .miscountedMoves.causes(
      "Headers, rounding or blocks that stay were counted. The sum is of sizes as they were asked for, of blocks whose address has changed."
    ),
    .wrongPlace.causes("What was returned is where the block lay when it was made, or the header's place."),
    .spaceKept.causes(
      "Pages behind the last block, or in large holes beside pinned blocks, are not given back; records are kept of moves or of handles that have "
        + "ended; or steps come to an end while there are holes: nothing fits them, and nobody slides."),
    .movesTooMuch.causes(
      "Does a step look whether anything is to be gained? Or each step begins at the bottom, and moves the whole heap for one small hole. A block from "
        + "the top that fits the hole does as well."),
    .overlap.causes(
      "Blocks slide over a pinned one, a hole was used twice, or a size is read from a header that has been overwritten."
    ),
    .misaligned.causes("Blocks were put one behind the other by their size, and not by that rounded up to 16."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or the handle table lies in it too."),
    .payloadChanged.causes(
      "Headers, links of holes or the handle table reach into live blocks; or pages of a live block were given back."),
    .failedWithRoom.causes(
      "What compaction has freed is not used again, a handle is never used twice, or the table is full though there is room."
    ),
    .privateMemory.causes("Records lie in arrays or dictionaries, or moves are kept. They belong in the heap."),
    .strayAccess.causes(
      "A reference field that holds none was followed, or a header was read behind the last block."),
    .crash.causes(
      "A sum overflowed: sizes and budgets may be any number. Or a field was taken for an address that is none."),
    .hang.causes("A walk over the heap meets a size of 0: the header there has been overwritten."),
  ]
}

extension ViolationKind {
  package static let contentsLost = ViolationKind(
    "contents-lost", means: "A block has moved, and not all of its bytes came with it.")
  package static let staleReference = ViolationKind(
    "stale-reference", .isNoticedLater,
    means: "A reference field does not hold the address at which its block lies now.")
  package static let pinnedMoved = ViolationKind(
    "pinned-moved", means: "A pinned block has moved: whoever pinned it still uses its address.")
  package static let movedUnasked = ViolationKind(
    "moved-unasked", .isNoticedLater,
    means: "A block has moved outside `compact()` and `step(budget:)`, where a program relies on addresses.")
  package static let overBudget = ViolationKind(
    "over-budget", means: "A step has moved more bytes than it was allowed: the program waits for that long.")
  package static let miscountedMoves = ViolationKind(
    "moves-miscounted", means: "A step tells another number of bytes than have moved.")
  package static let wrongPlace = ViolationKind(
    "wrong-place", means: "An address was told at which the block does not lie.")
  package static let spaceKept = ViolationKind(
    "space-kept", means: "Blocks have moved together, and more is still used than live blocks and handles need.")
  package static let movesTooMuch = ViolationKind(
    "moves-too-much", .isAboutNoTrace,
    means: "Far more bytes move than is of use: more than a small multiple of what ended.")
}
