package import Examining

extension Bounds {
  /// The usual causes of each fault of a bounds checker, and what to look at.
  static let kinds: [ViolationKind] = [
    .outOfBoundsGranted.causes(
      "The size was rounded up, the end is compared with ≤ where < is meant, position + byteCount overflowed, a position that left its "
        + "bits came round, or bounds of an earlier object in the same memory still stand. And an address alone does not say whose "
        + "pointer it is: one past the end is the next object's first byte."),
    .inBoundsRefused.causes(
      "A pointer that was outside did not come back as what it was, the last byte is left out, or the bounds in the table are another "
        + "object's. advance(_:by:) accesses nothing, so it has nothing to refuse."),
    .movedObject.causes(
      "An object stays where it is: base + position. Look at how the position is taken out of the pointer, its sign above all."
    ),
    .endedGranted.causes(
      "deallocate(_:) must leave a record behind that grants nothing."),
    .wrongFreeAccepted.causes(
      "deallocate(_:) ends an object only if it lives and the pointer's position is 0. One past the end of the object in front is no "
        + "first byte."),
    .freeRefused.causes(
      "A pointer to the first byte ends its object, however it came there; an object of no bytes as well."),
    .overlap.causes(
      "Memory was handed out twice: a block came to the free list twice, blocks of several sizes share a list, or the table grew into "
        + "objects. Look at which size a block has when it comes back."),
    .misaligned.causes("Sizes must be rounded up to multiples of 8, and what lies in front of an object too."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or by less than the object needs."),
    .payloadChanged.causes(
      "A record or a link was written into an object that lives. Look at whether the table has room, and at links in memory that is "
        + "in use."),
    .failedWithRoom.causes(
      "Memory that ended objects had was not used again, or numbers of objects were used up. Look at what deallocate(_:) keeps, and at the "
        + "table's limit: 131,072 objects may live at once, and far more one after the other."),
    .strayAccess.causes(
      "A number of an object was taken out of a pointer that had none left: a borrow or a carry of the position ran into it. Or a huge "
        + "size was added to an address."),
    .crash.causes(
      "A sum overflowed: sizes, distances and byte counts may be any number. Compare differences instead, or use "
        + "addingReportingOverflow."),
    .hang.causes("A search goes on for ever. Nothing here needs more than a few steps."),
    .slow.causes(
      "advance(_:by:) and resolve(_:byteCount:) should each take a few instructions and one look into the table: no search, no "
        + "dictionary."),
    .wasteful.causes(
      "Records are large, or each object is rounded up by far. Eight bytes in a table say where an object begins and how long it is."
    ),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let outOfBoundsGranted = ViolationKind(
    "out-of-bounds-granted", means: "An access was granted, but not all of its bytes are the pointer's object's.")
  package static let inBoundsRefused = ViolationKind(
    "in-bounds-refused", means: "An access was refused, but all of its bytes are the pointer's object's.")
  package static let movedObject = ViolationKind(
    "moved-object",
    means: "An access was granted at a place that is not the object's first byte and the pointer's position.")
  package static let endedGranted = ViolationKind(
    "ended-granted", means: "An access was granted to an object that has ended.")
  package static let wrongFreeAccepted = ViolationKind(
    "wrong-free-accepted",
    means: "An object was ended by a pointer that is not at its first byte, or a second time.")
  package static let freeRefused = ViolationKind(
    "free-refused", means: "A live object's end was refused, though the pointer is at its first byte.")
}
