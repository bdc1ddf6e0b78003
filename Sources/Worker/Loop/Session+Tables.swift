public import AllocLab
internal import Vocabularies

/// What a driver reads that a trace brought along, and where its subject answers with more than a word.
extension Session {
  /// The trace's table of words of that name, an empty one where it has none. Nobody changes it as long as the subject lives.
  public func wordTable(_ name: String) -> WordTable {
    guard let (base, count) = unsafe table(name, elementBytes: 8) else {
      return unsafe WordTable(base: Self.nothing, count: 0)
    }
    // Safe: the directory has found the table to lie within memory that stays mapped, and begins each at a multiple of eight.
    return unsafe WordTable(base: base.assumingMemoryBound(to: UInt64.self), count: count)
  }

  /// The trace's table of bytes of that name, an empty one where it has none.
  public func byteTable(_ name: String) -> ByteTable {
    guard let (base, count) = unsafe table(name, elementBytes: 1) else {
      return unsafe ByteTable(base: Self.nothing, count: 0)
    }
    return unsafe ByteTable(base: base, count: count)
  }

  private func table(_ name: String, elementBytes: Int) -> (base: UnsafeRawPointer, count: Int)? {
    guard let tables, let entry = tables.entry(name), entry.elementBytes == elementBytes,
      entry.offset.isMultiple(of: elementBytes), let base = unsafe tables.base
    else { return nil }
    // Safe: the directory has found the table to lie within its memory.
    return unsafe (base + entry.offset, entry.count)
  }

  /// What an empty table begins with, and never reads.
  private static var nothing: UnsafePointer<UInt64> { unsafe UnsafePointer(bitPattern: 8).unsafelyUnwrapped }

  /// The list that the operation at hand is answered with, behind those of the request's operations before. `endAnswer(count:)` ends it.
  @usableFromInline func beginAnswer() -> AnswerList {
    let words = Int(clamping: control.answerWords)
    let used = min(Int(clamping: control.answersUsed), words)
    // Safe: as many words as the control page says are there, and `used` is no more.
    return unsafe AnswerList(base: answers + used, capacity: words - used)
  }

  /// Ends an answer of so many words, those too that found no room.
  ///
  /// - Returns: the operation's outcome.
  @usableFromInline func endAnswer(count: Int) -> UInt64 {
    let (used, isTooLarge) = control.answersUsed.addingReportingOverflow(UInt64(clamping: count))
    control.answersUsed = isTooLarge ? .max : used
    return UInt64(clamping: count)
  }
}
