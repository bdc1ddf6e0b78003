package import Examining

extension Slab {
  /// The usual causes of each fault in a slab allocator, and what to look at.
  static let kinds: [ViolationKind] = [
    .overlap.causes(
      "An object is handed out that is in use: its bit or its place in the free list was not cleared, or the object's number was "
        + "computed wrongly from its address. Look at the way from address to slab and number, and back."),
    .enclosure.causes(
      "Objects of two caches share a slab, or a slab was given to two caches. Look at where slabs come from."),
    .misaligned.causes(
      "The header's size or the colour moves the objects off their alignment. Look at where the first object of a slab begins."
    ),
    .outOfHeap.causes(
      "The last object of a slab reaches beyond it. Look at how many objects fit once the header is taken off."),
    .payloadChanged.causes(
      "A header or a list was written into an object in use, or a slab with live objects was given back to the system. "
        + "Look at reap(), and at the number of live objects of a slab."),
    .metadataOverwritten.causes(
      "A record lies in an object that was handed out: a free list must not run through objects, and a header must not be reached by "
        + "the last object of the slab before. Look at which bytes a slab's header takes."),
    .failedWithRoom.causes(
      "Slabs that became partial again are not looked at, or empty ones not reused. Look at which list a slab is in after each free."
    ),
    .blockLost.causes(
      "An object or a slab was forgotten: a full slab did not return to the partial ones, a magazine was dropped, or a refused "
        + "grow(by:) changed the state. Look at every move between lists."),
    .growthWithoutNeed.causes(
      "A new slab was made while others had free objects. Look for partial slabs, then for empty ones, then grow."),
    .constructedStateLost.causes(
      "Objects are handed out unconstructed, or something was written into a free object: keep links and marks outside the objects, and "
        + "construct again what was decommitted. Look at what the first words of a free object hold."),
    .constructedAgain.causes(
      "construct is called where an object is handed out instead of where its memory is set up. Look at who calls it, and when."
    ),
    .notReaped.causes(
      "Empty slabs are not recognised, or still held by a list or a magazine. Look at how a slab's count comes down to zero."
    ),
    .uncoloured.causes(
      "All slabs are laid out alike. Count slabs, and put a multiple of the alignment in front of the objects that grows with that number "
        + "and begins again at zero once it is more than the objects leave over."),
    .miscounted.causes(
      "reap() answers something else than the sum of what decommit(at:byteCount:) answered: the bytes of all slabs ever reaped, of slabs "
        + "that were reaped before, or a number of slabs."),
    .strayAccess.causes(
      "A slab's address was computed from an object of another size of slab, or a link in a reaped slab was followed."),
    .crash.causes(
      "A magazine or an array overflowed, or an empty list was taken from. Look at the bounds when both are full, and both empty."
    ),
    .hang.causes(
      "A list of slabs is a circle that does not come back to its start, or a search for a set bit never ends."),
    .slow.causes(
      "A list is searched. The slab of an object is found by its address, a free object by a bit or the head of a list."
    ),
    .wasteful.causes(
      "Slabs are too small for their objects, headers too large, or objects spread over more slabs than they need."),
    .overfitted.causes(
      "Object sizes of the public traces are treated in a way of their own. Every cache should take the same path."),
  ]
}

extension ViolationKind {
  package static let uncoloured = ViolationKind(
    "uncoloured",
    means:
      "Objects of different slabs begin at the same lines of the CPU's cache, though slabs leave bytes over: each new slab should move "
      + "its objects on by a little more of them.")
  package static let miscounted = ViolationKind(
    "miscounted", means: "reap() answers how many bytes it gave back just now, which are whole pages.")
  package static let notReaped = ViolationKind(
    "not-reaped", means: "After reap() the pages of slabs without a live object should have been decommitted.")
}
