/// Questions about the threads and addresses of one process image, which the trace has in its tables.
///
///     word   kind in the lowest byte; the number of the thread or of the address from bit 8 on
///
/// The tables: `threads` has program counter, 16 registers, stack start and stack end of each thread; `regions` has start, byte count and
/// place in the memory of each region, whose bytes `memory` has; `modules` has start, byte count, and the ends of its rows, symbols and
/// lines; `rows` has start, end, register and offset of the CFA, 1 for a signal's frame, and the end of its rules; `rules` has register,
/// code and operand; `symbols` has start and size; `lines` has start, file and line; `addresses` has a word for each that may be asked for.
public enum UnwindVocabulary: Vocabulary {
  public static let name = "unwinding"

  public static let (threads, regions, memory, modules) = ("threads", "regions", "memory", "modules")
  public static let (rows, rules, symbols, lines) = ("rows", "rules", "symbols", "lines")
  public static let addresses = "addresses"

  /// Words of an element of each table.
  public static let (threadWords, regionWords, moduleWords, rowWords, ruleWords) = (19, 3, 5, 6, 3)
  public static let (symbolWords, lineWords) = (2, 3)
  /// Words of a frame, and of what is known of an address.
  public static let (frameWords, locationWords) = (3, 5)

  /// The number of the frame pointer, of the stack pointer, and what stands for the return address.
  public static let (framePointer, stackPointer, returnAddress) = (6, 7, 16)

  /// What stands for a symbol or a file where there is none.
  public static let none = UInt64.max

  /// What is asked.
  public enum Kind: UInt64, Sendable, CaseIterable {
    /// A thread's frames, and why there are no more, as a list.
    case backtrace = 0
    /// What is known of an address, as a list; an empty one where nothing is.
    case symbolise = 1
    /// As `symbolise`, of a return address.
    case symboliseReturn = 2
  }

  /// The codes of a rule.
  public enum RuleCode: UInt64, Sendable, CaseIterable {
    case undefined = 0
    case same = 1
    case saved = 2
    case value = 3
    case register = 4
  }

  /// The ends' names, by their codes.
  public static let ends = ["", "outermost", "missing", "damaged"]

  /// The registers' names, by their numbers.
  public static let registerNames = [
    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
    "return address",
  ]

  /// The word of a question about a thread or an address.
  public static func word(_ kind: Kind, _ number: Int) -> UInt64 { kind.rawValue | UInt64(number) << 8 }

  /// What a word asks; nil where it asks nothing.
  public static func question(_ word: UInt64) -> (kind: Kind, number: Int)? {
    guard let kind = Kind(rawValue: word & 0xff), word >> 8 < 1 << 32 else { return nil }
    return (kind, Int(word >> 8))
  }

  public static func describe(operation: UInt64) -> String {
    guard let (kind, number) = question(operation) else { return "unknown question \(operation)" }
    return switch kind {
    case .backtrace: "backtrace(of: \(number))"
    case .symbolise: "symbolise(address \(number))"
    case .symboliseReturn: "symbolise(address \(number), isReturnAddress: true)"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    switch (question(operation)?.kind, outcome) {
    case (.backtrace, 4): "1 frame"
    case (.backtrace, _) where outcome % UInt64(frameWords) == 1: "\(outcome / UInt64(frameWords)) frames"
    case (.symbolise, 0), (.symboliseReturn, 0): "nil"
    case (.symbolise, UInt64(locationWords)), (.symboliseReturn, UInt64(locationWords)): "a location"
    default: "\(outcome) words"
    }
  }

  public static func slotEnd(of operation: UInt64) -> Int? { nil }

  public static func isAnswered(_ operation: UInt64) -> Bool { question(operation) != nil }
}
