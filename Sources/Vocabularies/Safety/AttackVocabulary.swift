/// A program that uses an allocator, and attacks on it.
///
/// The outcome of `allocate` is the block's address, `none`, or a report; of `deallocate` and `forge` 0 where it went through, or a report; of
/// `scribble` the number of bytes that were changed; of `touch` 1 where it was let through; of `learn` and `replay` the eight
/// bytes that were there. What is about a name that holds no address does nothing, and answers 0.
public enum AttackVocabulary: Vocabulary {
  public static let name = "attacks"

  /// The table with the addresses of blocks that are put where others were, one for each `allocate`.
  public static let addresses = "addresses"

  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    tables.filter { $0.name != addresses || $0.words == nil }.map {
      TableFault($0.name, "a table that this vocabulary has no use for")
    }
  }

  /// No address.
  public static let none = UInt64.max
  /// What is added to a `MemoryCorruption`'s raw value in an outcome.
  public static let report: UInt64 = 1 << 62

  /// Bytes of a canary.
  public static let canary = 8
  /// Blocks of so many bytes and more are guarded.
  public static let guarded = 16 << 10
  /// Bytes of a page, and how far from a guarded block's ends lie bytes that may not be accessed.
  public static let page = 4096
  /// Blocks of up to so many bytes lie at random addresses.
  public static let scattered = 1024
  /// What blocks that ended are filled with, if not with zeros.
  public static let poison: UInt8 = 0xdb

  /// What a block counts with where it is asked what is remembered; nil of one that no heap can hold.
  public static func charge(_ size: Int) -> Int? {
    guard size <= 1 << 30 else { return nil }
    return max(16, 1 << (Int.bitWidth - max(size - 1, 0).leadingZeroBitCount)) + 64
  }

  /// The charges of all blocks that are remembered add up to at most this.
  public static func quarantine(heapLimit: Int) -> Int { heapLimit / 64 }

  /// What a block takes at most, but for powers of two.
  public static func extent(_ size: Int, alignment: Int) -> Int {
    let bytes = size <= 1 << 40 ? size + canary + (size >= guarded ? 3 * page : 0) : size
    return max(bytes, alignment, 32)
  }

  /// What an allocator reports, as `MemoryCorruption` has it.
  public enum Report: UInt8, Sendable, CaseIterable {
    case overflow = 1
    case writeAfterFree, doubleFree, invalidFree

    /// As people say it.
    public var name: String {
      switch self {
      case .overflow: "overflow"
      case .writeAfterFree: "write after free"
      case .doubleFree: "double free"
      case .invalidFree: "invalid free"
      }
    }
  }

  /// What an outcome reports; nil where it reports nothing.
  public static func report(of outcome: UInt64) -> Report? {
    outcome & ~7 == report ? Report(rawValue: UInt8(truncatingIfNeeded: outcome & 7)) : nil
  }

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = AttackOperation(word: word)
    switch operation.kind {
    case .forge, .restart, nil: return 0
    default: return 1 + operation.name
    }
  }

  public static func describe(operation word: UInt64) -> String {
    let operation = AttackOperation(word: word)
    let name = "p\(operation.name)"
    switch operation.kind {
    case .allocate:
      let alignment = operation.alignment == 1 ? "" : ", alignment \(operation.alignment)"
      return "\(name) = allocate(\(number(operation.size))\(alignment))"
    case .deallocate: return "deallocate(\(place(name, operation.number)))"
    case .forge: return "deallocate(\(address(operation.number)))"
    case .scribble: return "overwrite \(bytes(operation.count)) at \(place(name, operation.offset))"
    case .touch: return "touch \(place(name, operation.number))"
    case .learn: return "learn the canary behind \(name)"
    case .replay: return "write the learnt canary behind \(name)"
    case .restart: return "restart"
    case nil: return "nothing"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    if let report = report(of: outcome) { return "detected: \(report.name)" }
    let operation = AttackOperation(word: word)
    switch operation.kind {
    case .allocate: return outcome == none ? "nil" : hexadecimal(outcome)
    case .deallocate, .forge: return outcome == 0 ? "accepted" : "no answer"
    case .scribble:
      return outcome >= UInt64(operation.count) ? "let through" : "stopped after \(bytes(Int(clamping: outcome)))"
    case .touch: return outcome == 0 ? "stopped" : "let through"
    case .learn, .replay: return hexadecimal(outcome)
    case .restart, nil: return ""
    }
  }

  private static func place(_ name: String, _ offset: Int) -> String {
    offset == 0 ? name : "\(name) \(offset < 0 ? "-" : "+") \(magnitude(offset.magnitude))"
  }

  private static func address(_ number: Int) -> String {
    number < 0
      ? "-\(magnitude(number.magnitude))" : number > 1 << 42 ? magnitude(number.magnitude) : hexadecimal(UInt64(number))
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }

  private static func number(_ value: Int) -> String { value == .max ? "Int.max" : "\(value)" }

  private static func magnitude(_ value: UInt) -> String {
    if value == UInt(Int.max) { return "Int.max" }
    return value >= 1 << 40 && value.nonzeroBitCount == 1 ? "2^\(value.trailingZeroBitCount)" : "\(value)"
  }
}
