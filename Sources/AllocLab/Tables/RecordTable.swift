/// Records of a few words each, in a table of words.
@frozen public struct RecordTable<Element: TableRecord>: RandomAccessCollection {
  @usableFromInline let words: WordTable

  @inlinable public init(words: WordTable) { self.words = words }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { words.count / Element.wordCount }

  /// The record at a place from 0 on.
  @inlinable public subscript(place: Int) -> Element { Element(words, place) }
}

/// What stands in a table of records.
public protocol TableRecord {
  /// Words that each takes.
  static var wordCount: Int { get }

  /// The record at a place from 0 on.
  init(_ words: WordTable, _ place: Int)
}
