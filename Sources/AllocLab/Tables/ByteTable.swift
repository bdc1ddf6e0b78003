/// A table of bytes that can be read and not written: as `WordTable`, but with bytes.
@safe @frozen public struct ByteTable: RandomAccessCollection {
  @usableFromInline let base: UnsafeRawPointer
  /// How many bytes there are.
  public let count: Int

  /// - Parameter base: the first of `count` bytes that nobody changes as long as any copy of this value is used.
  @unsafe @inlinable public init(base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
  }

  @inlinable public var startIndex: Int { 0 }
  @inlinable public var endIndex: Int { count }

  /// The byte at a place from 0 on.
  @inlinable public subscript(place: Int) -> UInt8 {
    precondition(UInt(bitPattern: place) < UInt(bitPattern: count), "a table has no such place")
    // Safe: the place has just been found to be inside the table.
    return unsafe base.load(fromByteOffset: place, as: UInt8.self)
  }

  /// The eight bytes from a place on as a word, the lowest byte first; nil where not all of them are in the table.
  @inlinable public func word(at place: Int) -> UInt64? {
    guard place >= 0, count >= 8, place <= count &- 8 else { return nil }
    // Safe: the eight bytes have just been found to be inside the table.
    return unsafe base.loadUnaligned(fromByteOffset: place, as: UInt64.self)
  }
}
