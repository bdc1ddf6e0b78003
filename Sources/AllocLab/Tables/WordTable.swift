/// A table of words that can be read and not written.
///
/// It is as good as an array of constants, and takes none of your memory: copies are free. A place that is not there ends the program, as
/// with an array.
@safe @frozen public struct WordTable: RandomAccessCollection {
  @usableFromInline let base: UnsafePointer<UInt64>
  /// How many words there are.
  public let count: Int

  /// - Parameter base: the first of `count` words that nobody changes as long as any copy of this value is used.
  @unsafe @inlinable public init(base: UnsafePointer<UInt64>, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  /// The word at a place from 0 on.
  @inlinable public subscript(place: Int) -> UInt64 {
    precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "a table has no such place")
    // Safe: the place has just been found to be inside the table.
    return unsafe base[place]
  }
}
