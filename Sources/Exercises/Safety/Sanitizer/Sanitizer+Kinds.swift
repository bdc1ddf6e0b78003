package import Examining

extension Sanitizer {
  /// The usual causes of each fault of a sanitizer, and what to look at.
  static let kinds: [ViolationKind] = [
    .missedOutside.causes(
      "The size was rounded up to whole granules, only the granule of the first byte was looked at, or memory that nobody has is taken "
        + "for live. An access of two bytes may reach into the next granule, and a long one may begin and end well."),
    .missedUseAfterFree.causes(
      "The end of an object changed nothing in shadow memory, it was forgotten before it might be, or an object that was allocated since "
        + "lies there too early."),
    .missedUse.causes(
      "Memory that is used again counts as written still, a write made more bytes initialised than it wrote, or a copy did not carry "
        + "along what is not initialised. Look at the bytes at either end of a copy, at copies between places of different alignment, "
        + "and at those that overlap."),
    .missedFree.causes(
      "An object ends once, and by its first byte alone. Inner addresses, those around it and those of objects that ended are refused, "
        + "and change nothing."),
    .faultInvented.causes(
      "The last bytes of an object that is no multiple of 8 long were taken for outside, a write or a copy did not initialise all of its "
        + "bytes, a read was treated as a use, or shadow memory still knows what lay there before. An access of no bytes is never wrong."
    ),
    .wrongByte.causes(
      "The first bad byte is the lowest one, not the beginning of the access, of its granule, or of its word of shadow memory. Of a use it "
        + "may be one that is not initialised, in front of one that is not live."),
    .wrongFault.causes(
      "The byte in question decides, not the address where the access began. Of two neighbours the nearer object counts; with equal "
        + "distances it is an overflow of the lower one."),
    .wrongObject.causes(
      "The object of a fault is told by its first byte. Look at how it is found from a byte in it, behind it and before it, and at objects "
        + "that have ended."),
    .thinRedzone.causes(
      "The 16 bytes before an object and the 16 behind it are no other's, also where sizes are multiples of 8, and at either end of the heap."
    ),
    .earlyReuse.causes(
      "Objects that ended last are remembered: charges count, and not sizes; the oldest is forgotten first, and only as many as must be."
    ),
    .overlap.causes(
      "Memory was handed out twice: a block came to the free list twice, or blocks of several sizes share a list."),
    .misaligned.causes("Sizes must be rounded up to multiples of 8, and what lies in front of an object too."),
    .outOfHeap.causes("The heap was not grown before its bytes were handed out, or by less than the object needs."),
    .payloadChanged.causes(
      "A record, a link or shadow memory was written into an object that lives. Look at where shadow memory begins, and at the ends of "
        + "what is filled."),
    .failedWithRoom.causes(
      "Memory of objects that were forgotten was not used again, or objects are remembered without end."),
    .strayAccess.causes(
      "Shadow memory was looked up for an address outside the heap: addresses may be any number, and a long access may reach anywhere."
    ),
    .crash.causes(
      "A sum overflowed: sizes, addresses and byte counts may be any number. Compare differences instead."),
    .hang.causes("A long access was looked at byte by byte, as far as it says it goes. It ends at the first bad byte."),
    .slow.causes(
      "A small access should take one look into shadow memory, and a long one a look for every 64 bytes. Look at loops over single bytes."
    ),
    .wasteful.causes(
      "Shadow memory of a byte for each byte, or redzones that grow with the object. An eighth says which bytes are live, another one "
        + "which are initialised."),
    .overfitted.causes("Sizes of the public traces are treated in a way of their own."),
  ]
}

extension ViolationKind {
  package static let missedOutside = ViolationKind(
    "missed-outside", means: "An access was let through, but not all of its bytes are in objects.")
  package static let missedUseAfterFree = ViolationKind(
    "missed-use-after-free", means: "An access was let through, but its object has ended.")
  package static let missedUse = ViolationKind(
    "missed-use", means: "A use was let through, but not all of its bytes were ever written.")
  package static let missedFree = ViolationKind(
    "missed-free", means: "A free was let through, but it was of no object's first byte, or the second one.")
  package static let faultInvented = ViolationKind(
    "fault-invented", means: "A fault was told where the program does nothing wrong.")
  package static let wrongByte = ViolationKind(
    "wrong-byte", means: "A fault was told rightly, but another byte is the first bad one.")
  package static let wrongFault = ViolationKind(
    "wrong-fault", means: "The first bad byte was told rightly, but what is wrong with it is something else.")
  package static let wrongObject = ViolationKind(
    "wrong-object", means: "Kind and place of a fault were told rightly, but it is about another object.")
  package static let thinRedzone = ViolationKind(
    "thin-redzone",
    means: "An object lies so near to another one, or to an end of the heap, that an overflow would be missed.")
  package static let earlyReuse = ViolationKind(
    "early-reuse", means: "Memory of an object that ended was given to another one, but is to be remembered still.")
}
