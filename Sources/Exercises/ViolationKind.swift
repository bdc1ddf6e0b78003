/// The ways in which a submission can be wrong: a closed set, by the names that reports carry.
package enum ViolationKind: String, Sendable, Codable, CaseIterable {
  // Blocks.
  case overlap
  case enclosure
  case misaligned
  case outOfHeap = "out-of-heap"
  case payloadChanged = "payload-changed"
  case payloadLost = "payload-lost"
  case metadataOverwritten = "metadata-overwritten"
  case failedWithRoom = "failed-with-room"
  case blockLost = "block-lost"
  case growthWithoutNeed = "growth-without-need"
  // Subjects that check their callers, or themselves.
  case invalidFreeAccepted = "invalid-free-accepted"
  case validFreeRejected = "valid-free-rejected"
  case invariantBroken = "invariant-broken"
  case damageMissed = "damage-missed"
  case falseAlarm = "false-alarm"
  case recordsOffHeap = "records-off-heap"
  // Caches of constructed objects.
  case constructedStateLost = "constructed-state-lost"
  case constructedAgain = "constructed-again"
  case notReaped = "not-reaped"
  // Buddy systems.
  case notNaturallyAligned = "not-naturally-aligned"
  case notCoalesced = "not-coalesced"
  // Page replacement.
  case falseHit = "false-hit"
  case missedHit = "missed-hit"
  case absentVictim = "absent-victim"
  case tooManyPages = "too-many-pages"
  case wrongVictim = "wrong-victim"
  // Advice.
  case wrongRecommendation = "wrong-recommendation"
  // How a worker may end.
  case missing
  case doesNotCompile = "does-not-compile"
  case strayAccess = "stray-access"
  case crash
  case hang
  case flood
  case outOfMemory = "out-of-memory"
  case earlyExit = "early-exit"
  // Right, but at a price.
  case slow
  case wasteful
  case overfitted

  /// What it means, for the student.
  package var explanation: String {
    switch self {
    case .overlap: "Two live blocks share bytes, so each would destroy what the other holds."
    case .enclosure: "A block lies wholly inside another live block, or around it."
    case .metadataOverwritten:
      "Writing into a live block, which its owner may do, broke the allocator: it keeps records or links in bytes that it "
        + "has handed out."
    case .blockLost:
      "The request was refused although more blocks than this were live at once before: memory that was given back is lost."
    case .growthWithoutNeed: "The heap grew for a request that blocks given back before would have served."
    case .invalidFreeAccepted: "An address that is no live block's start was freed, and the allocator did not notice."
    case .validFreeRejected: "A live block was freed, and the allocator called that an error."
    case .invariantBroken: "The allocator's own invariantViolations() found something wrong."
    case .damageMissed:
      "A record of the allocator's was damaged. Its own invariantViolations() did not notice, and then it went wrong."
    case .falseAlarm: "Nothing was wrong, but invariantViolations() found something."
    case .recordsOffHeap:
      "The allocator keeps its records outside the heap: in arrays, globals or memory of its own. They are charged as space; "
        + "keep them in the heap."
    case .misaligned: "The block's address is not a multiple of the alignment that was asked for."
    case .outOfHeap: "The block does not lie wholly inside the heap. Grow the heap before handing out its bytes."
    case .payloadChanged:
      "Bytes of a live block changed although nobody wrote to it. The allocator's own records, or its links in free "
        + "blocks, reach into blocks that are in use."
    case .payloadLost: "Reallocation must keep the block's bytes, up to the smaller of the two sizes."
    case .failedWithRoom:
      "The request was refused although there is room for it. Blocks that were given back must be used again, and the "
        + "heap used up to its limit."
    case .constructedStateLost:
      "An object was handed out that is not in its constructed state. Links and records must not lie inside objects, "
        + "and memory that was given back to the system must be constructed anew."
    case .constructedAgain:
      "The constructor ran again for an object that was still constructed. That cost is what a slab allocator saves."
    case .notReaped: "After reap() the pages of slabs without a live object should have been decommitted."
    case .notNaturallyAligned: "A buddy system's block of 2^k bytes begins at a multiple of 2^k."
    case .notCoalesced:
      "Two free buddies must become the block that they came from, again and again, up to the whole."
    case .falseHit: "The policy says hit, but the page is not in memory."
    case .missedHit: "The policy says fault, but the page is in memory."
    case .absentVictim: "The policy evicts a page that is not in memory."
    case .tooManyPages: "The policy brings a page into a free frame, but all frames are taken."
    case .wrongVictim: "The named policy evicts another page here, or none."
    case .wrongRecommendation: "Another allocator was measured to be better by more than a tenth."
    case .missing: "The exercise's file was not handed in, so there is nothing to judge."
    case .doesNotCompile: "The compiler refuses the submission; its messages stand below."
    case .strayAccess: "An access strayed outside the heap, which stops the program."
    case .crash: "The program crashed: a failed precondition, a bad access to memory, or an abort stopped it."
    case .hang: "The program did not finish in the time that it is given."
    case .flood: "The program printed far more than it should. Remove debugging output."
    case .outOfMemory: "The program needed more memory than it is given."
    case .earlyExit: "The program ended before it was told to."
    case .slow: "The answers are right, but they take far longer than the reference solution's."
    case .overfitted:
      "What is right on the traces that everybody has is wrong, or costs far more, on slight changes of them."
    case .wasteful: "The answers are right, but they touch far more memory than the reference solution does."
    }
  }
}

/// What an oracle found to be wrong, and where.
package struct Violation: Sendable, Equatable, Codable {
  /// In which way it is wrong.
  package let kind: ViolationKind
  /// The index of the operation at which it showed, or nil where it belongs to none.
  package let operation: Int?
  /// What was expected and what came back, in one line.
  package let message: String
  /// What else helps to see it, a line each.
  package var evidence: [String]

  package init(_ kind: ViolationKind, at operation: Int?, _ message: String, evidence: [String] = []) {
    self.kind = kind
    self.operation = operation
    self.message = message
    self.evidence = evidence
  }
}
