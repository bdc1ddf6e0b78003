package import Examining

extension HeapChecker {
  /// The usual causes of each fault in a heap checker, and what to look at.
  static let kinds: [ViolationKind] = [
    .damageMissed.causes(
      "A record was changed and the checker looked elsewhere. Walk all blocks by their sizes, to the end exactly; compare each header "
        + "with its footer; walk the free list both ways; and compare what the list holds with what the blocks say. List each field of a "
        + "record, and ask which check would notice if it were anything else."),
    .falseAlarm.causes(
      "The checker calls a state wrong that is right: an empty heap, a full one, a single block, or what reallocation leaves behind. "
        + "Look at the message, and at the first and the last block."),
    .recordsOffHeap.causes(
      "What is kept in arrays or properties cannot be damaged, and cannot be checked. Keep headers, footers and links in the heap."
    ),
    .invalidFreeAccepted.causes(
      "An address is a block's start only if a walk from the heap's start reaches it, or its header, footer and neighbours all agree; and "
        + "the block must be in use. Look at double frees first: the header still looks like one."),
    .validFreeRejected.causes(
      "A block in use was taken for none. Look at the first and the last block of the heap, and at the largest."),
    .overlap.causes(
      "A block was given away twice: a wrong free was accepted, or a free block's neighbours were joined wrongly."),
    .enclosure.causes(
      "A block was cut from one that is in use: a wrong free was accepted, or a size was taken from the wrong record."),
    .misaligned.causes(
      "Payloads begin at multiples of 16: a header before one must be placed accordingly."),
    .outOfHeap.causes(
      "The last block's size reaches beyond the heap's end."),
    .payloadChanged.causes(
      "A header, a footer or a link was written into a block in use. Look at where blocks are split and joined."),
    .payloadLost.causes(
      "A block that moves must take its bytes along, as many as the smaller size has."),
    .metadataOverwritten.causes(
      "A record lies in bytes that were handed out. Look at how a request's size becomes a block's."),
    .failedWithRoom.causes(
      "Free neighbours were not joined, or the search of the free list ends too early."),
    .strayAccess.causes(
      "A size or a link was followed without a look at where it leads. The checker must check before it follows."),
    .crash.causes(
      "The checker trusted a damaged number: a sum overflowed, or an index was out of range. Check before you follow."),
    .hang.causes(
      "A damaged list may be a circle: count the steps, there are no more blocks than fit into the heap."),
  ]
}

extension ViolationKind {
  package static let invalidFreeAccepted = ViolationKind(
    "invalid-free-accepted",
    means: "An address that is no live block's start was freed, and the allocator did not notice.")
  package static let validFreeRejected = ViolationKind(
    "valid-free-rejected", means: "A live block was freed, and the allocator called that an error.")
  package static let damageMissed = ViolationKind(
    "damage-missed",
    means:
      "A record of the allocator's was damaged, its own invariantViolations() did not notice, and then it went wrong.")
  package static let falseAlarm = ViolationKind(
    "false-alarm", means: "Nothing was wrong, but invariantViolations() found something.")
}
