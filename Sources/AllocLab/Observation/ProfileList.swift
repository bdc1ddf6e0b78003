/// A record of a profile, of so many words.
public protocol ProfileRecord: Equatable, Sendable {
  static var wordCount: Int { get }

  /// The record's word at a place from 0 on.
  func word(_ place: Int) -> UInt64

  /// - Parameter word: gives the word at a place; nil comes back where no record has such words.
  init?(word: (Int) -> UInt64)
}

/// The records that a question is answered with, in their order.
@frozen public struct ProfileList<Record: ProfileRecord>: ~Copyable {
  @usableFromInline var list: AnswerList

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Words appended so far.
  @inlinable public var wordCount: Int { list.count }

  @inlinable public mutating func append(_ record: Record) {
    for place in 0..<Record.wordCount { list.append(record.word(place)) }
  }

  /// What is appended to an empty list, for trying things out; records beyond the room are left out.
  ///
  ///     let sites = ProfileList<SiteRecord>.collect { tracker.topSites(5, &$0) }
  public static func collect(room: Int = 1 << 12, _ append: (inout ProfileList<Record>) -> Void) -> [Record] {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: room)
    defer { unsafe words.deallocate() }
    // Safe: the list is gone when this returns.
    var list = unsafe ProfileList(AnswerList(base: words, capacity: room))
    append(&list)
    return (0..<min(list.wordCount, room) / Record.wordCount).compactMap { number in
      Record { unsafe words[Record.wordCount * number + $0] }
    }
  }
}
