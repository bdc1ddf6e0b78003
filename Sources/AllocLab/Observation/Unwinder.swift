/// Tells how a program came to where it stands, and what these places are called: what a debugger does when it is asked for a backtrace.
///
/// **Frames.** A frame has a program counter and a stack pointer. The first is where the thread stands, and its program counter is *exact*.
/// Every other's is a *return address*, or exact again where a signal interrupted the program. What is known of a frame's code is looked
/// up at its *place*: at the program counter if that is exact, and at the byte before it if it is a return address, since the call may
/// have been the last instruction of its function. The return address 0 has no place.
///
/// **Values.** Registers have a value or are *unknown*: what must be loaded and is not in the image's memory, and what comes from an unknown
/// register, is unknown. That ends nothing until the value is needed. All sums are modulo 2^64.
///
/// **From one frame to the next**, or to an end, whose name is in italics:
///
/// 1. *By a row*, where one of the module's rows covers the place. If the return address' rule is `undefined`, the frame is the
///    *outermost* one. Else the CFA is found; where its register is unknown, what is needed is *missing*. Then each register is what its
///    rule says, and keeps its value where it has none; only the stack pointer, register 7, becomes the CFA if it has no rule. Rules look
///    at the values that this frame has, never at what another rule has found for the next.
/// 2. *By the frame pointer*, where a module covers the place and none of its rows does. Register 6 points to two words: the caller's frame
///    pointer, and behind it the return address. If the register is unknown, what is needed is *missing*; if it is 0, this is the
///    *outermost* frame. The image is *damaged* if the register is no multiple of 8 or below the frame's stack pointer, or if not all 16
///    bytes of the two words lie in the thread's stack. The caller's stack pointer is register 6 plus 16. All other registers become unknown: nobody knows
///    whether they were saved.
/// 3. *As after a call*, where no module covers the place: somebody called what is no code. The return address is the word at the stack
///    pointer, the caller's stack pointer is 8 more, and the other registers keep their values.
///
/// In any case the next frame is then checked, in this order:
///
/// 1. If its stack pointer is unknown, what is needed is *missing*. The image is *damaged* if that is not greater than this frame's stack
///    pointer, no multiple of 8, not greater than the stack's start, or greater than the stack's end.
/// 2. If its program counter is unknown, what is needed is *missing*.
/// 3. If the row was a signal frame's, the next program counter is exact, and may be anything. Else it is a return address: if it is 0,
///    this is the *outermost* frame; if no module covers its place, the image is *damaged*.
///
/// A frame that passes is sure, and is told; nothing that is not sure is ever told.
///
/// Source: System V ABI, AMD64 supplement, 3.2 and 3.7; DWARF 5, 6.4 (call frame information); `unwind-dw2.c` of gcc.
public protocol Unwinder: ~Copyable {
  /// An unwinder for one image.
  ///
  /// What is asked later may be found out here or there: all of it counts.
  init(image: ProcessImage)

  /// Appends a thread's frames, the one where it stands first.
  ///
  /// - Returns: why there are no more.
  /// - Complexity: O(frames × log rows).
  mutating func backtrace(of thread: Int, _ frames: inout FrameList) -> BacktraceEnd

  /// What is known of an address of code; nil where no module covers its place, which is the byte before it for a return address.
  ///
  /// - **Symbol**: one that covers the place. A symbol reaches over its size; of size 0 it reaches to the next start of a symbol of the
  ///   module that is greater than its own, or to the module's end if there is none. Of several that cover the place it is the one with the
  ///   greatest start, and of several with this start the one with the lowest number.
  /// - **Line**: a row of lines reaches to the start of the next row of the module, the last to the module's end; so of several with one
  ///   start the last counts. Where the row has no file, or the line is 0, there is no line, and before the first row there is none either.
  /// - Complexity: O(log symbols + log lines), beside what is done once for the image.
  mutating func symbolise(_ address: UInt64, isReturnAddress: Bool) -> CodeLocation?
}

/// One of the functions that a thread is in.
@frozen public struct Frame: Equatable, Sendable {
  public var programCounter: UInt64
  public var stackPointer: UInt64
  /// Whether the program counter is a return address; else it is exact.
  public var isReturnAddress: Bool

  @inlinable public init(programCounter: UInt64, stackPointer: UInt64, isReturnAddress: Bool) {
    self.programCounter = programCounter
    self.stackPointer = stackPointer
    self.isReturnAddress = isReturnAddress
  }
}

/// Why a backtrace has no further frame.
@frozen public enum BacktraceEnd: UInt64, CaseIterable, Sendable {
  /// Nobody called the last one.
  case outermost = 1
  /// The image does not have what the next step needs.
  case missing = 2
  /// What was found there is no frame.
  case damaged = 3
}

/// What is known of an address of code.
@frozen public struct CodeLocation: Equatable, Sendable {
  /// The place of the module in the image.
  public var module: Int
  /// Nil where no symbol covers it.
  public var symbol: SymbolOffset?
  /// Nil where no line is known.
  public var line: SourceLine?

  @inlinable public init(module: Int, symbol: SymbolOffset? = nil, line: SourceLine? = nil) {
    self.module = module
    self.symbol = symbol
    self.line = line
  }
}

/// So many bytes behind a symbol's start.
@frozen public struct SymbolOffset: Equatable, Sendable {
  /// The place of the symbol in the image.
  public var symbol: Int
  /// From the symbol's start to the address that was asked for: to a return address itself, not to the byte before it.
  public var offset: UInt64

  @inlinable public init(symbol: Int, offset: UInt64) {
    self.symbol = symbol
    self.offset = offset
  }
}

/// A line of a source file.
@frozen public struct SourceLine: Equatable, Sendable {
  /// The number of the file.
  public var file: Int
  /// From 1 on.
  public var line: Int

  @inlinable public init(file: Int, line: Int) {
    self.file = file
    self.line = line
  }
}

/// The frames of a backtrace.
@frozen public struct FrameList: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// How many have been appended.
  @inlinable public var count: Int { list.count / 3 }

  @inlinable public mutating func append(_ frame: Frame) {
    list.append(frame.programCounter)
    list.append(frame.stackPointer)
    list.append(frame.isReturnAddress ? 1 : 0)
  }

  /// Ends the list with why there are no more.
  ///
  /// - Returns: how many words it has.
  @inlinable public mutating func end(_ end: BacktraceEnd) -> Int {
    list.append(end.rawValue)
    return list.count
  }
}
