/// A program that is being debugged, and what it does wrong.
///
/// The outcome of `allocate` is the block's address, or `none`. What ends blocks, and what looks for damage, is answered with reports, of
/// eight words each; what reallocates ends its answer with the new block's address, or `none`. What is about a name that holds no address
/// does nothing. Writes are the judge's: no worker is told of them.
public enum MisuseVocabulary: Vocabulary {
  public static let name = "misuse"

  /// No address, and no site.
  public static let none = UInt64.max
  /// Bytes of a tag.
  public static let tag = 16
  /// What new blocks, and blocks that have ended, are filled with.
  public static let (fresh, freed): (UInt8, UInt8) = (0xcd, 0xdd)
  /// Words of a report.
  public static let reportWords = 8

  /// What is told.
  public enum Kind: UInt64, Sendable, CaseIterable {
    case underflow = 1
    case overflow, writeAfterFree, doubleFree, innerFree, wildFree, mismatchedFree, leak

    /// As people say it.
    public var name: String {
      switch self {
      case .underflow: "underflow"
      case .overflow: "overflow"
      case .writeAfterFree: "write after free"
      case .doubleFree: "double free"
      case .innerFree: "inner free"
      case .wildFree: "wild free"
      case .mismatchedFree: "mismatched free"
      case .leak: "leak"
      }
    }
  }

  /// What a block counts with where it is asked what is kept; nil of one that no heap can hold.
  public static func charge(_ size: Int) -> Int? { size <= 1 << 40 ? size + 64 : nil }

  /// The charges of all blocks that are kept add up to at most this.
  public static func keptBytes(heapLimit: Int) -> Int { heapLimit / 16 }

  /// A site as a report has it, of a code that has file and line in its own bits.
  public static func word(_ site: SiteCode) -> UInt64 { UInt64(site.file) << 32 | UInt64(site.line) }

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = MisuseOperation(word: word)
    switch operation.kind {
    case .forge, .check, .shutDown: return 0
    case .reallocate: return 1 + operation.target
    default: return 1 + operation.name
    }
  }

  public static func isAnswered(_ word: UInt64) -> Bool {
    switch MisuseOperation(word: word).kind {
    case .allocate, .write: false
    default: true
    }
  }

  public static func describe(operation word: UInt64) -> String { describe(operation: word, SiteTable([])) }

  public static func describer(of tables: [NamedTable]) -> @Sendable (UInt64) -> String {
    let sites = SiteTable(tables)
    return { describe(operation: $0, sites) }
  }

  public static func faults(in tables: [NamedTable]) -> [TableFault] { SiteTable.faults(in: tables) }

  /// An operation as people read it, with the lines that a trace's tables have.
  public static func describe(operation word: UInt64, _ sites: SiteTable) -> String {
    let operation = MisuseOperation(word: word)
    let name = "b\(operation.name)"
    let site = "at " + sites.describe(sites.word(operation.site))
    switch operation.kind {
    case .allocate: return "\(name) = \(["malloc", "new", "new[]"][operation.family])(\(size(operation.size))) \(site)"
    case .deallocate: return "\(end(operation.family))(\(place(name, operation.number))) \(site)"
    case .forge: return "\(end(operation.family))(\(address(operation.forged))) \(site)"
    case .reallocate: return "b\(operation.target) = realloc(\(name), \(size(operation.size))) \(site)"
    case .reallocateInner: return "realloc(\(place(name, operation.number)), \(operation.count)) \(site)"
    case .write: return "write \(bytes(operation.count)) at \(place(name, operation.number))"
    case .check: return "check \(site)"
    case .shutDown: return "shut down \(site)"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    let operation = MisuseOperation(word: word)
    switch operation.kind {
    case .allocate: return outcome == none ? "nil" : hexadecimal(outcome)
    case .write: return ""
    case .reallocate, .reallocateInner: return reports(outcome == 0 ? 0 : outcome - 1)
    default: return reports(outcome)
    }
  }

  private static func reports(_ words: UInt64) -> String {
    guard words.isMultiple(of: UInt64(reportWords)) else { return "\(words) words" }
    let count = words / UInt64(reportWords)
    return count == 0 ? "no report" : count == 1 ? "1 report" : "\(count) reports"
  }

  private static func end(_ family: Int) -> String { ["free", "delete", "delete[]"][family] }

  private static func place(_ name: String, _ offset: Int) -> String {
    offset == 0 ? name : "\(name) \(offset < 0 ? "-" : "+") \(offset.magnitude)"
  }

  private static func size(_ size: Int) -> String {
    size > 1 << 40 ? size == .max ? "Int.max" : "Int.max - \(Int.max - size)" : "\(size)"
  }

  private static func address(_ address: Int) -> String {
    if address == .max { return "Int.max" }
    return address < 0 ? "-" + hexadecimal(UInt64(address.magnitude)) : hexadecimal(UInt64(address))
  }

  private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}

extension MisuseOperation {
  /// The name that a reallocated block is held in.
  @inlinable public var target: Int { family == 1 ? min(name &+ 1, Self.nameLimit &- 1) : name }
}
