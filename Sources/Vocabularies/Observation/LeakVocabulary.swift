/// Questions about the leaks of one heap image, which the trace has in its tables.
///
///     word   kind in the lowest byte; of a total, the category in the next
///
/// The tables: `blocks` has address, size and site of each block; `regions` has start, byte count, kind and place in the memory of each
/// region; `registers` has a word each; `memory` has the regions' bytes.
public enum LeakVocabulary: Vocabulary {
  public static let name = "leaks"

  public static let (blocks, regions, registers, memory) = ("blocks", "regions", "registers", "memory")

  /// Words of a block, a region and a record.
  public static let (blockWords, regionWords, recordWords) = (3, 4, 5)

  /// What is asked.
  public enum Kind: UInt64, Sendable, CaseIterable {
    /// A category for each block, as a list.
    case classify = 0
    /// The blocks of a category: the outcome is their number.
    case blockCount = 1
    /// The bytes of a category's blocks.
    case byteCount = 2
    /// Records by category and site, as a list.
    case report = 3
  }

  /// The categories' names, by their codes.
  public static let categories = ["", "definite", "indirect", "possible", "reachable"]

  /// The word of a question; `category` is that of a total.
  public static func word(_ kind: Kind, category: Int = 0) -> UInt64 { kind.rawValue | UInt64(category & 0xff) << 8 }

  /// What a word asks; nil where it asks nothing.
  public static func question(_ word: UInt64) -> (kind: Kind, category: Int)? {
    guard let kind = Kind(rawValue: word & 0xff) else { return nil }
    let category = Int(word >> 8)
    let isTotal = kind == .blockCount || kind == .byteCount
    guard isTotal ? (1..<categories.count).contains(category) : category == 0 else { return nil }
    return (kind, category)
  }

  public static func describe(operation: UInt64) -> String {
    guard let (kind, category) = question(operation) else { return "unknown question \(operation)" }
    switch kind {
    case .classify: return "classify()"
    case .blockCount: return "total(.\(categories[category])).blocks"
    case .byteCount: return "total(.\(categories[category])).bytes"
    case .report: return "report()"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    switch question(operation)?.kind {
    case .classify: outcome == 1 ? "1 category" : "\(outcome) categories"
    case .blockCount, .byteCount: "\(Int64(bitPattern: outcome))"
    case .report:
      outcome.isMultiple(of: UInt64(recordWords))
        ? outcome == 5 ? "1 record" : "\(outcome / UInt64(recordWords)) records" : "\(outcome) words"
    case nil: "\(outcome)"
    }
  }

  public static func slotEnd(of operation: UInt64) -> Int? { nil }

  public static func isAnswered(_ operation: UInt64) -> Bool {
    let kind = question(operation)?.kind
    return kind == .classify || kind == .report
  }
}
