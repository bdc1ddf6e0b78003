/// What is fed to a fragmentation meter, and what it is asked.
///
///     word   kind in the lowest byte; above it the number of changes that are fed, or the order that is asked about
///
/// The tables: `changes` has five words for each change, `snapshots` three for each region and block of snapshots. Changes are fed in
/// their order, each once.
public enum MeterVocabulary: Vocabulary {
  public static let name = "fragmentation"

  public static let (changes, snapshots) = ("changes", "snapshots")

  /// Words of a change, of a row of a snapshot, of a row of a histogram, and of the measures.
  public static let (changeWords, snapshotWords, rowWords, measureWords) = (5, 3, 3, 16)

  /// What is asked.
  public enum Kind: UInt64, Sendable, CaseIterable {
    case feed = 0
    case internalBytes = 1
    case internalFragmentation = 2
    case freeBytes = 3
    case largestRun = 4
    case externalFragmentation = 5
    case unusableBytes = 6
    case unusableIndex = 7
    /// Rows, as a list.
    case histogram = 8
    /// Four ratios, as a list: heap and live of each, the low word first.
    case measures = 9

    public var hasOrder: Bool { self == .unusableBytes || self == .unusableIndex }
  }

  /// What a change is, by its code.
  public enum Change: UInt64, Sendable, CaseIterable {
    case begin = 0
    case end = 1
    case map = 2
    case resize = 3
    case unmap = 4
    case snapshot = 5
  }

  /// The word of an operation; `argument` is a number of changes or an order.
  public static func word(_ kind: Kind, _ argument: Int = 0) -> UInt64 {
    kind.rawValue | UInt64(truncatingIfNeeded: argument) << 8
  }

  /// What a word says; nil where it says nothing.
  public static func question(_ word: UInt64) -> (kind: Kind, argument: Int)? {
    guard let kind = Kind(rawValue: word & 0xff) else { return nil }
    let argument = Int(word >> 8)
    guard kind == .feed || argument < (kind.hasOrder ? 64 : 1) else { return nil }
    return (kind, argument)
  }

  public static func describe(operation: UInt64) -> String {
    guard let (kind, argument) = question(operation) else { return "unknown question \(operation)" }
    return switch kind {
    case .feed: argument == 1 ? "feed(1 change)" : "feed(\(argument) changes)"
    case .unusableBytes, .unusableIndex: "\(kind)(order: \(argument))"
    default: "\(kind)()"
    }
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    switch question(operation)?.kind {
    case .feed: outcome == 0 ? "fed" : "\(outcome)"
    case .histogram:
      outcome.isMultiple(of: UInt64(rowWords))
        ? outcome == 3 ? "1 row" : "\(outcome / UInt64(rowWords)) rows" : "\(outcome) words"
    case .measures: "\(outcome) words"
    default: "\(outcome)"
    }
  }

  public static func slotEnd(of operation: UInt64) -> Int? { nil }

  public static func isAnswered(_ operation: UInt64) -> Bool {
    let kind = question(operation)?.kind
    return kind == .histogram || kind == .measures
  }
}
