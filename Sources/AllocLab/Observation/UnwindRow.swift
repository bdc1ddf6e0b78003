/// What is known of the frames that stand in a range of code, as `.eh_frame` has it: where the caller's registers are.
@frozen public struct UnwindRow: TableRecord, Equatable, Sendable {
  /// The first byte of the code and the one behind the last, both from the module's start.
  public let start, end: UInt64
  /// The canonical frame address, CFA, is this register's value plus an offset, modulo 2^64. On x86-64 it is the stack pointer as it was
  /// right before the call.
  public let cfaRegister: Int
  public let cfaOffset: Int64
  /// Whether this is code that a signal handler returns to, so that the next frame is one that the signal interrupted.
  public let isSignalFrame: Bool
  /// Its rules' places in `ProcessImage.rules`: at most one for each register, and always one for the return address.
  public let rules: Range<Int>

  @inlinable public static var wordCount: Int { 6 }

  @inlinable public init(_ words: WordTable, _ place: Int) {
    start = words[6 &* place]
    end = words[6 &* place &+ 1]
    cfaRegister = Int(truncatingIfNeeded: words[6 &* place &+ 2])
    cfaOffset = Int64(bitPattern: words[6 &* place &+ 3])
    isSignalFrame = words[6 &* place &+ 4] != 0
    rules = words.range(5, ofRecord: place, wordCount: 6)
  }
}

/// How the value that a register had in the caller is found.
@frozen public struct RegisterRule: TableRecord, Equatable, Sendable {
  /// From 0 to 15, or 16 for the return address.
  public let register: Int
  public let rule: Rule

  /// The return address' is `undefined`, `saved` or `register`.
  @frozen public enum Rule: Equatable, Sendable {
    /// It is lost; for a return address: there is no caller.
    case undefined
    /// It is what it was.
    case same
    /// It is the word at CFA plus this, modulo 2^64.
    case saved(Int64)
    /// It is CFA plus this, modulo 2^64.
    case value(Int64)
    /// It is in this other register, from 0 to 15.
    case register(Int)
  }

  /// The number that stands for the return address.
  @inlinable public static var returnAddress: Int { 16 }

  @inlinable public static var wordCount: Int { 3 }

  @inlinable public init(_ words: WordTable, _ place: Int) {
    register = Int(truncatingIfNeeded: words[3 &* place])
    let operand = words[3 &* place &+ 2]
    switch words[3 &* place &+ 1] {
    case 1: rule = .same
    case 2: rule = .saved(Int64(bitPattern: operand))
    case 3: rule = .value(Int64(bitPattern: operand))
    case 4: rule = .register(Int(truncatingIfNeeded: operand))
    default: rule = .undefined
    }
  }
}
