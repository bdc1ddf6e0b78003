/// Tallies: keys are added, and counted.
///
///      63           1     0
///     +--------------+---------+
///     |     key      |  asks?  |
///     +--------------+---------+
///
/// The outcome of a question is the key's count, and that of an addition 0.
public enum TallyVocabulary: Vocabulary {
  public static let name = "tally"

  /// The operation that adds a key.
  public static func add(_ key: UInt64) -> UInt64 { key << 1 }
  /// The operation that asks how often a key was added.
  public static func count(of key: UInt64) -> UInt64 { key << 1 | 1 }

  /// Whether an operation is a question.
  @inlinable public static func asks(_ operation: UInt64) -> Bool { operation & 1 == 1 }
  /// The key that an operation is about.
  @inlinable public static func key(of operation: UInt64) -> UInt64 { operation &>> 1 }

  public static func describe(operation: UInt64) -> String {
    asks(operation) ? "count(of: \(key(of: operation)))" : "add(\(key(of: operation)))"
  }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String { asks(operation) ? "\(outcome)" : "" }
}
