/// What can be wrong with anything that hands out blocks.
extension ViolationKind {
  package static let allocation = [
    overlap, enclosure, misaligned, outOfHeap, payloadChanged, payloadLost, metadataOverwritten, failedWithRoom,
    blockLost, growthWithoutNeed, constructedStateLost, constructedAgain, recordsOffHeap,
  ]

  package static let overlap = ViolationKind(
    "overlap", .mayComeOfOverwriting,
    means: "Two live blocks share bytes, so each would destroy what the other holds.")
  package static let enclosure = ViolationKind(
    "enclosure", .mayComeOfOverwriting, means: "A block lies wholly inside another live block, or around it.")
  package static let misaligned = ViolationKind(
    "misaligned", .mayComeOfOverwriting,
    means: "The block's address is not a multiple of the alignment that was asked for.")
  package static let outOfHeap = ViolationKind(
    "out-of-heap", .mayComeOfOverwriting,
    means: "The block does not lie wholly inside the heap. Grow the heap before handing out its bytes.")
  package static let payloadChanged = ViolationKind(
    "payload-changed", .isNoticedLater,
    means:
      "Bytes of a live block changed although nobody wrote to it. The allocator's own records, or its links in free "
      + "blocks, reach into blocks that are in use.")
  package static let payloadLost = ViolationKind(
    "payload-lost", means: "Reallocation must keep the block's bytes, up to the smaller of the two sizes.")
  package static let metadataOverwritten = ViolationKind(
    "metadata-overwritten",
    means:
      "Writing into a live block, which its owner may do, broke the allocator: it keeps records or links in bytes that it "
      + "has handed out.")
  package static let failedWithRoom = ViolationKind(
    "failed-with-room", .mayComeOfOverwriting,
    means:
      "The request was refused although there is room for it. Blocks that were given back must be used again, and the "
      + "heap used up to its limit.")
  package static let blockLost = ViolationKind(
    "block-lost", .mayComeOfOverwriting,
    means:
      "The request was refused although more blocks than this were live at once before: memory that was given back is lost."
  )
  package static let growthWithoutNeed = ViolationKind(
    "growth-without-need", .mayComeOfOverwriting,
    means: "The heap grew for a request that blocks given back before would have served.")
  package static let constructedStateLost = ViolationKind(
    "constructed-state-lost", .isNoticedLater,
    means:
      "An object was handed out that is not in its constructed state. Links and records must not lie inside objects, "
      + "and memory that was given back to the system must be constructed anew.")
  package static let recordsOffHeap = ViolationKind(
    "records-off-heap", .isAboutNoTrace,
    means:
      "The allocator keeps its records outside the heap: in arrays, globals or memory of its own. They are charged as space; "
      + "keep them in the heap.")
  package static let constructedAgain = ViolationKind(
    "constructed-again",
    means:
      "The constructor ran again for an object that was still constructed. That cost is what a slab allocator saves.")
}
