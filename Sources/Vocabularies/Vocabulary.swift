/// The language of one kind of subject: how its operations and outcomes, each one 64-bit word, are read by people.
///
/// The channel, the trace format, the sandbox and the judge's loop carry words and never look inside them; what a word
/// means is known to a vocabulary's driver, its oracle and this description alone.
public protocol Vocabulary: Sendable {
  /// The name written into every trace of this vocabulary, for example `allocation`.
  static var name: String { get }

  /// An operation in one line, for example `a12 = allocate(48)`.
  static func describe(operation: UInt64) -> String

  /// Describes operations of a trace with these tables, where what they are about stands there.
  static func describer(of tables: [NamedTable]) -> @Sendable (UInt64) -> String

  /// An operation's outcome in one line, for example `0x0040`.
  static func describe(outcome: UInt64, of operation: UInt64) -> String

  /// A trace's parameter in words, for example `3 frames`; empty where it is nothing to people, nil where its name says it all.
  static func describe(parameter name: String, _ value: Int) -> String?

  /// Whether subjects hand out blocks, whose payloads the worker writes and checks.
  static var hasPayloads: Bool { get }

  /// One more than the highest slot that an operation is about; nil where no operation of this vocabulary is about slots. Allocation has
  /// statistics of its own that look at them.
  static func slotEnd(of operation: UInt64) -> Int?

  /// Whether an operation is answered with a list, whose length is its outcome.
  static func isAnswered(_ operation: UInt64) -> Bool

  /// What is wrong with a trace's tables: one that must be there and is not, elements out of their order, places outside.
  static func faults(in tables: [NamedTable]) -> [TableFault]
}

extension Vocabulary {
  public static func describer(of tables: [NamedTable]) -> @Sendable (UInt64) -> String {
    { describe(operation: $0) }
  }
  public static func describe(parameter name: String, _ value: Int) -> String? { nil }
  public static func slotEnd(of operation: UInt64) -> Int? { nil }
  public static var hasPayloads: Bool { false }
  public static func isAnswered(_ operation: UInt64) -> Bool { false }
  public static func faults(in tables: [NamedTable]) -> [TableFault] {
    tables.map { TableFault($0.name, "a table that this vocabulary has no use for") }
  }
}
