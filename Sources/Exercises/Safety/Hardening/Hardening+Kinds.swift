package import Examining

extension Hardening {
  /// The usual causes of what attacks come to, and what to look at.
  static let kinds: [ViolationKind] = [
    .overflowMissed.causes(
      "The canary does not begin right behind the last byte, not all of its eight bytes are looked at, or the block's size was rounded up. "
        + "Where a guard page begins sooner, the canary is what is left before it."),
    .canaryGuessed.causes(
      "The canary is the same for all blocks, or for all heaps, or there is none. Make it of a secret from heap.random() and the address."
    ),
    .neighbourReached.causes(
      "Blocks lie so near to each other that there is no room for a canary: a slot is the size and eight bytes, rounded up."
    ),
    .doubleFreeAccepted.causes(
      "That a block has ended must be known apart from its bytes, for as long as it is remembered and after."),
    .wrongFreeAccepted.causes(
      "A block ends by its first byte alone. Look up what begins exactly there; addresses may be any number."),
    .wrongReport.causes(
      "Which blocks are remembered decides between a double and an invalid free. Allocation can only find writes after free."
    ),
    .falseAlarm.causes(
      "The canary was written at another place than it is looked for, or lies where another block's bytes are. Poison that was looked for "
        + "may never have been written, or was given back as zeros."),
    .guardMissing.causes(
      "Guard pages lie right before the block's first page, and right behind its last one, not at the end of a size that was rounded "
        + "up. They must be set again when the memory is used for another size."),
    .predictableAddress.causes(
      "The lowest free place, the one that was freed last, or the next one in a row. Keep 64 or more free places of a size, and choose "
        + "among all of them with heap.random(): a generator with a seed of your own is the same in every process."),
    .neighbourForeseen.causes(
      "Blocks lie in the same order in every process, only elsewhere: shifted, or turned. Draw each place anew, with a number of its own from "
        + "heap.random()."),
    .secretReadable.causes(
      "Memory that is used again was not zeroed, or not to the block's end. Poison is no zero. A write after free may have changed it "
        + "since it was zeroed, so zero it when it is handed out."),
    .notPoisoned.causes(
      "The block is poisoned when it is used again, and not at once, or not all of it. The link of a free list must not lie in it."
    ),
    .earlyReuse.causes(
      "Blocks that ended last are remembered: charges count, and not sizes; the oldest is forgotten first, and only as many as must be."
    ),
    .recordsDestroyed.causes(
      "Records, or links of a free list, lie in or beside blocks, and the attack overwrote them. Keep them in a part of the heap of their "
        + "own, with room before it, and believe nothing that lies among blocks."),
    .blockUnusable.causes(
      "Protection reaches into the block, or memory was not made accessible again when it was used anew."),
    .overlap.causes(
      "Memory came to a free list twice, or a condemned block was handed out again. After an attack: look for what was "
        + "believed though an attacker can write it."),
    .misaligned.causes("Slots of a size lie at multiples of a power of two only if slot and run do."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or by less than the block needs."),
    .payloadChanged.causes(
      "A canary, poison or a record was written into a live block. Look at where the canary of a block lies whose size is not rounded up."
    ),
    .failedWithRoom.causes(
      "Memory that is no longer remembered is not used again, or the quarantine holds more than it must. Who refuses everything stops all "
        + "attacks, and all programs."),
    .strayAccess.causes("A record was looked up for an address that is not in the heap: addresses may be any number."),
    .crash.causes(
      "A sum overflowed: sizes and addresses may be any number. Or poison was written to a page that is protected still."
    ),
    .hang.causes("A list was followed that leads in a circle, or a search for a random free place finds none."),
    .slow.causes(
      "Zeroing and poisoning take time by bytes, which fill(at:byteCount:with:) does fast. Look at loops over single bytes, and at "
        + "searches for a free place."),
    .wasteful.causes(
      "Small blocks have pages or guards of their own, or the quarantine holds far more than it must."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let overflowMissed = ViolationKind(
    "overflow-missed", means: "A block was ended although its canary had changed: an overflow went through unseen.")
  package static let canaryGuessed = ViolationKind(
    "canary-guessed", means: "An attacker who has seen one canary can write another one: it is the same.")
  package static let neighbourReached = ViolationKind(
    "neighbour-reached", means: "An overflow by a few bytes, which a canary should catch, changed another live block.")
  package static let doubleFreeAccepted = ViolationKind(
    "double-free-accepted", means: "A block that has ended was ended once more.")
  package static let wrongReport = ViolationKind(
    "wrong-report", means: "The attack was detected, but what it is was told wrongly.")
  package static let guardMissing = ViolationKind(
    "guard-missing", means: "An access that a guard page should have stopped was let through.")
  package static let predictableAddress = ViolationKind(
    "predictable-address", means: "Who knows the addresses so far can foresee too often where the next block will lie.")
  package static let neighbourForeseen = ViolationKind(
    "neighbour-foreseen", .isAboutNoTrace,
    means:
      "How far blocks lie from each other is the same in several processes: a write from one hits another as was planned."
  )
  package static let secretReadable = ViolationKind(
    "secret-readable", means: "A new block is not empty: it may hold what a block before it held.")
  package static let notPoisoned = ViolationKind(
    "not-poisoned", means: "A block has ended, and its bytes are neither poison nor 0: they can still be read.")
  package static let recordsDestroyed = ViolationKind(
    "records-destroyed", .endsWorker,
    means: "Bytes that any attacker can reach were overwritten, and the allocator went wrong itself.")
  package static let blockUnusable = ViolationKind(
    "block-unusable", means: "A byte of a live block may not be accessed.")
}
