/// The list of words that an operation is answered with, in memory that is shared with whoever asks.
///
/// There is room for as many words as the question allows. What is appended beyond is counted, and lost.
@safe @frozen public struct AnswerList: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<UInt64>
  /// How many words there is room for.
  public let capacity: Int
  @usableFromInline var appended = 0

  /// - Parameter base: room for `capacity` words, which outlives this value.
  @unsafe @inlinable public init(base: UnsafeMutablePointer<UInt64>, capacity: Int) {
    unsafe self.base = base
    self.capacity = capacity
  }

  /// How many words have been appended.
  @inlinable public var count: Int { appended }

  /// Adds a word at the list's end.
  ///
  /// - Complexity: O(1).
  @inlinable public mutating func append(_ word: UInt64) {
    // Safe: the place is below the capacity.
    if appended < capacity { unsafe base[appended] = word }
    appended &+= 1
  }

  /// Makes words that were written behind the list's end part of it.
  mutating func take(_ count: Int) { appended &+= count }
}
