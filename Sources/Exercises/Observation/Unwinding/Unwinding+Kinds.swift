package import Examining

extension Unwinding {
  /// The usual causes of each fault of an unwinder, and what to look at.
  static let kinds: [ViolationKind] = [
    .missingFrame.causes(
      "A return address belongs to the call before it: look at the byte before, or the last call of a function finds nothing. Code without "
        + "a row has a frame pointer. An unknown register ends nothing before it is needed, and no number of frames is too many."
    ),
    .inventedFrame.causes(
      "What was found was not checked: the stack pointer rises with each frame, stays in the stack and is a multiple of 8; a return address "
        + "lies in a module; registers that nobody saved are unknown."),
    .wrongFrame.causes(
      "Another row was taken than the one that covers the place (before a return address, but at an exact one), a register was restored "
        + "before another rule had looked at it, or an offset was taken for unsigned. The stack pointer becomes the CFA unless it has a rule."
    ),
    .wrongEnd.causes(
      "The order of the checks decides: first what is needed and unknown, then whether the stack pointer is sound, then the return address; "
        + "0 there, or in the frame pointer, is how a stack says that it is over."),
    .wrongSymbol.causes(
      "The nearest symbol need not reach as far as the place, and one before it may. Symbols of size 0 reach to the next. The offset is that "
        + "of the address itself, also where the byte before it was looked up."),
    .wrongLine.causes(
      "A row reaches to the start of the next, so of several with one start the last counts. Rows without a file end what is known, and "
        + "line 0 is none."),
    .inventedName.causes("Nothing covers the place: the nearest symbol before it has ended, or the module has."),
    .incompleteAnswer.causes(
      "Frames are told with append(_:), from where the thread stands outwards, and the end is returned."),
    .answerTooLong.causes("A damaged stack was followed in a circle: stack pointers must rise from frame to frame."),
    .answerUnsteady.causes("An answer is given when the function returns. Nothing may write to it later."),
    .strayAccess.causes("Nothing here needs the heap."),
    .crash.causes(
      "Words are any numbers: sums of them overflow (write &+), and 0 minus 1 does. load(_:) has nil where the memory has nothing. 100,000 "
        + "frames are too deep for recursion."),
    .hang.causes("A circle of frame pointers has no end; stack pointers that rise have."),
    .privateMemory.causes("Tables that are made of the image take 64 bytes a row, symbol or line at most."),
    .slow.causes("Rows, symbols and lines are sorted: halve. What symbols cover can be found out once for the image."),
    .overfitted.causes("Something in the public images is treated in a way of its own."),
  ]
}

extension ViolationKind {
  package static let missingFrame = ViolationKind(
    "missing-frame", means: "A backtrace ends, and there is a further frame that is sure.")
  package static let inventedFrame = ViolationKind(
    "invented-frame", means: "A backtrace goes on where nothing is sure any more.")
  package static let wrongFrame = ViolationKind(
    "wrong-frame",
    means: "A frame has another program counter or stack pointer, or takes one that is exact for a return address.")
  package static let wrongEnd = ViolationKind(
    "wrong-end", means: "All frames are right, and why there are no more is told wrong.")
  package static let wrongSymbol = ViolationKind(
    "wrong-symbol", means: "An address is said to be in another module or symbol, or at another offset, than it is.")
  package static let wrongLine = ViolationKind(
    "wrong-line", means: "An address is said to be of another line than it is.")
  package static let inventedName = ViolationKind(
    "invented-name", means: "An address is given a module, a symbol or a line, where nothing is known of it.")
}
