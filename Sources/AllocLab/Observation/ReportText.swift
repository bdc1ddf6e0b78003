/// The bytes of a report, in memory that is shared with whoever asked for it.
///
///     words   8 bytes each, the first in the lowest, the last word filled up with zeros | how many bytes there are
///
/// There is room for more than any right report has. What is appended beyond is counted, and lost.
@frozen public struct ReportText: ~Copyable {
  @usableFromInline var list: AnswerList
  /// Bytes that do not fill a word yet, from the lowest on.
  @usableFromInline var pending: UInt64 = 0
  @usableFromInline var appended = 0

  @inlinable public init(_ list: consuming AnswerList) { self.list = list }

  /// Bytes appended so far.
  @inlinable public var byteCount: Int { appended }

  @inlinable public mutating func append(_ byte: UInt8) {
    pending |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* (appended & 7))
    appended &+= 1
    if appended & 7 == 0 {
      list.append(pending)
      pending = 0
    }
  }

  @inlinable public mutating func append(contentsOf bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Appends a string's UTF-8.
  @inlinable public mutating func append(_ string: String) { append(contentsOf: string.utf8) }

  /// Ends the text; nothing is appended after that.
  ///
  /// - Returns: how many words its list has.
  @inlinable public mutating func end() -> Int {
    if byteCount & 7 != 0 { list.append(pending) }
    list.append(UInt64(truncatingIfNeeded: byteCount))
    return list.count
  }

  /// What is appended to an empty text, for trying things out; what finds no room is left out.
  ///
  ///     let lines = ReportText.collect { reporter.folded(&$0) }
  ///     print(String(decoding: lines, as: UTF8.self))
  public static func collect(room: Int = 1 << 20, _ append: (inout ReportText) -> Void) -> [UInt8] {
    let words = UnsafeMutablePointer<UInt64>.allocate(capacity: room / 8 + 2)
    defer { unsafe words.deallocate() }
    // Safe: the text is gone when this returns.
    var text = unsafe ReportText(AnswerList(base: words, capacity: room / 8 + 2))
    append(&text)
    _ = text.end()
    return (0..<min(text.byteCount, room)).map { place in
      unsafe UInt8(truncatingIfNeeded: words[place / 8] >> UInt64(8 * (place % 8)))
    }
  }
}
