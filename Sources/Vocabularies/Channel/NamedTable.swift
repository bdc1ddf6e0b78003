/// A read-only table that a trace carries and its subject is shown: words or bytes, under a name.
public struct NamedTable: Hashable, Sendable {
  /// What stands in it.
  public enum Contents: Hashable, Sendable {
    case words([UInt64])
    case bytes([UInt8])
  }

  /// Short, and unique within a trace; for example `blocks`.
  public var name: String
  public var contents: Contents

  public init(_ name: String, words: [UInt64]) { (self.name, contents) = (name, .words(words)) }

  public init(_ name: String, bytes: [UInt8]) { (self.name, contents) = (name, .bytes(bytes)) }

  /// Bytes of an element: 8 or 1.
  public var elementBytes: Int {
    switch contents {
    case .words: 8
    case .bytes: 1
    }
  }

  /// How many elements there are.
  public var count: Int {
    switch contents {
    case .words(let words): words.count
    case .bytes(let bytes): bytes.count
    }
  }

  /// Bytes in all.
  public var byteCount: Int { count * elementBytes }

  /// The words, or nil where it has bytes.
  public var words: [UInt64]? { if case .words(let words) = contents { words } else { nil } }

  /// The bytes, or nil where it has words.
  public var bytes: [UInt8]? { if case .bytes(let bytes) = contents { bytes } else { nil } }
}

extension [NamedTable] {
  /// The words of the table of that name; nil where there is none, or one of bytes.
  public func words(_ name: String) -> [UInt64]? { first { $0.name == name }?.words }

  /// The bytes of the table of that name; nil where there is none, or one of words.
  public func bytes(_ name: String) -> [UInt8]? { first { $0.name == name }?.bytes }
}

/// What a vocabulary finds wrong with a trace's tables.
public struct TableFault: Hashable, Sendable {
  /// The table's name.
  public let table: String
  /// The element that contradicts what was promised; nil where it is about the table as a whole.
  public let element: Int?
  public let reason: String

  public init(_ table: String, element: Int? = nil, _ reason: String) {
    self.table = table
    self.element = element
    self.reason = reason
  }
}
