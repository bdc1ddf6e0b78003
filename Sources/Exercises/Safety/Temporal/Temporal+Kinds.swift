package import Examining

extension Temporal {
  /// The usual causes of each fault of a temporal checker, and what to look at.
  static let kinds: [ViolationKind] = [
    .endedGranted.causes(
      "The key came round, since it has too few bits or is no part of the pointer, or deallocate(_:) left the lock as it was. The object "
        + "that lies in the same place now is another one."),
    .forgedGranted.causes(
      "Not all of the pointer's bits are compared, a number beyond the table is taken for one inside, or a slot that is free has a lock "
        + "that some key fits."),
    .liveRefused.causes(
      "The lock was changed though the object lives: by another object that ended, or by a free that was to be refused."
    ),
    .movedObject.causes("An object stays where it is. Look at whether the record is another object's."),
    .wrongFreeAccepted.causes(
      "deallocate(_:) ends an object only by the word that allocate(_:) returned for it, and only once: it asks what resolve(_:) asks."
    ),
    .freeRefused.causes("The pointer of a live object ends it, whichever copy it is."),
    .overlap.causes(
      "Memory was handed out twice: a slot came to the free list twice, blocks of several sizes share a list, or the table grew into "
        + "objects."),
    .misaligned.causes("Sizes must be rounded up to multiples of 8, and what lies in front of an object too."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or by less than the object needs."),
    .payloadChanged.causes(
      "A lock or a link was written into an object that lives. Locks inside objects are overwritten by the program."),
    .failedWithRoom.causes(
      "Memory or slots of objects that ended were not used again. A quarantine only puts off the day on which they must be."
    ),
    .strayAccess.causes("A number was taken out of a forged word, and the table has no such record."),
    .crash.causes("A forged word is any number. Sums of it overflow, and conversions trap."),
    .hang.causes("A search goes on for ever. Nothing here needs more than a few steps."),
    .slow.causes("resolve(_:) should take a few instructions and one look into the table: no search, no dictionary."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let forgedGranted = ViolationKind(
    "forged-granted", means: "An access was granted to a word that is no live object's pointer, but was made up.")
  package static let liveRefused = ViolationKind(
    "live-refused", means: "An access was refused, but the pointer's object lives.")
}
