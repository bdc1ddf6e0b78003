package import Examining

extension NUMAPlacement {
  /// The usual causes of each fault in an allocator of frames, and what to look at.
  static let kinds: [ViolationKind] = [
    .wrongNode.causes(
      "The page was placed when its block began, or by where its thread once ran. Look at the processor on which the thread runs now, and at "
        + "the node of that processor: its number says nothing. A node that is preferred is asked first, whoever touches."
    ),
    .wrongFallback.causes(
      "Nodes are sorted by number, or by the distance of the way back: a row of distances is that of one node's processors to all memories. "
        + "preferred falls back from the node preferred, all others from the thread's. Equally near is the lower number first; nodes "
        + "without memory have nothing."),
    .spilledBinding.causes(
      "bind is the one policy that gives up: where no node of the set has a free frame, the answer is nil."),
    .unevenPages.causes(
      "The turn is not the block's own, moves on by the page's number rather than by pages placed, or forgets the node that was full. Look at "
        + "when a round ends, and at whose share it is that is left."),
    .refusedWithFreeFrames.causes(
      "Frames that came back were not put where they are looked for, the last frame of a node is never given, or the search ends too early: "
        + "all policies but bind go on to the farthest node."),
    .noSuchFrame.causes(
      "A frame's number is that of the whole machine, and not counted from its node's first one. Look at ends of ranges."
    ),
    .frameInUse.causes(
      "A frame is free before its page has left it, is in a list twice, or was handed out though it is reserved. Look at moves, and at blocks "
        + "that end with pages that were never touched."),
    .pageMoved.causes(
      "Only pages of policy local move. A page that is touched again is still where it was, whoever touches it."),
    .pageLost.causes(
      "A page that has a frame was looked for among those that need one. Look at whether two live blocks may have the same number."
    ),
    .wrongReservation.causes(
      "Bytes are rounded up to pages, and none are none. A node has as many free frames as it has, less those of pages and those reserved; "
        + "who is refused takes none; what was reserved and never touched comes back with its block."),
    .farFromMemory.causes(
      "Pages do not follow threads that have moved for good, or follow each access. Count for each page what accesses from afar have cost "
        + "more than they would have on another node; a move is worth it when that is as much as the move. A page on a far node since the near one was "
        + "full may go home."),
    .crash.causes(
      "A block of 0 bytes has no pages. Node, processor and thread numbers are places in different lists, and threads may be any up to 4095. A "
        + "node may have no memory, and a machine one node."),
    .hang.causes("A loop looks for a node with a free frame where there is none."),
    .privateMemory.causes("Keep books of live blocks alone: what belonged to one that has ended can be used again."),
  ]
}

extension ViolationKind {
  package static let wrongNode = ViolationKind(
    "wrong-node", means: "A page was placed on another node than its policy names, though that one has a free frame.")
  package static let wrongFallback = ViolationKind(
    "wrong-fallback",
    means:
      "The node that a page should lie on is full, and the page went to another than the nearest with a free frame.")
  package static let spilledBinding = ViolationKind(
    "spilled", means: "A page of policy bind was placed on a node that is not in its set.")
  package static let unevenPages = ViolationKind(
    "uneven",
    means:
      "A page of policy interleave or weighted was placed on a node whose share of the round it has had, while another has not."
  )
  package static let refusedWithFreeFrames = ViolationKind(
    "refused-with-free-frames", means: "A page got no frame, although one is free on a node that its policy allows.")
  package static let noSuchFrame = ViolationKind(
    "no-such-frame", means: "A page was placed in a frame that no node has.")
  package static let frameInUse = ViolationKind(
    "frame-in-use", means: "A page was placed in a frame in which another page lies, or which is reserved for one.")
  package static let pageMoved = ViolationKind(
    "page-moved", means: "A page changed its frame, although its policy lets it stay where it is.")
  package static let pageLost = ViolationKind(
    "page-lost", means: "A page that has a frame was said to have none.")
  package static let wrongReservation = ViolationKind(
    "wrong-reservation",
    means: "A block on one node was refused though its frames are free, or begun though they are not.")
  package static let farFromMemory = ViolationKind(
    "far-from-memory", .isAboutNoTrace,
    means:
      "Accesses to pages that may move, and their moves, cost more than is promised for this workload, over the least there can be."
  )
}
