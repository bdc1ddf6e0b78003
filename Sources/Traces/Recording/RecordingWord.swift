/// One word of a raw recording: an event, or a prefix that adds to the event after it in the same stream.
///
///      63                20 19           3 2    0
///     +--------------------+--------------+------+
///     |  address / 16      |     size     | kind |   an event; a size of 2¹⁷ bytes or more stands in a prefix
///     +--------------------+--------------+------+
///      63                          8 7   3 2    0
///     +-----------------------------+-----+------+
///     |            value            |  of |  7   |   a prefix
///     +-----------------------------+-----+------+
///
/// A word of zero has not been written yet. Both sides compile this file: the library that is loaded into the recorded
/// program, as Embedded Swift, and the converter. A reader skips prefixes that it does not know.
package struct RecordingWord: Equatable {
  /// What happened. An event is written before a call that gives a block up, and after a call that hands one out.
  package enum Kind: UInt64 {
    /// A block was handed out.
    case allocate = 1
    /// A block was handed out with every byte zero.
    case allocateZeroed = 2
    /// A block is about to be given up.
    case deallocate = 3
    /// A block is about to move or change its size.
    case moveFrom = 4
    /// The block of the stream's last `moveFrom` is here now, with this size.
    case moveTo = 5
    /// The block of the stream's last `moveFrom` stayed as it was: there was no room.
    case moveFailed = 6
    /// Not an event: adds to the next one.
    case prefix = 7
  }

  /// What a prefix tells.
  package enum Prefix: UInt64 {
    /// The next event's size in bytes.
    case size = 1
    /// The base-2 logarithm of the alignment that the next event asked for, where it is not the usual one.
    case alignment = 2
    /// The stamp of the next event, where it does not follow from the event before.
    case stamp = 3
    /// Microseconds on the monotonic clock. Not tied to an event.
    case clock = 4
    /// The number of the thread whose events follow. Not tied to an event.
    case thread = 5
    /// Reserved: the number of the call stack of the next event.
    case stack = 6
  }

  /// The packed form.
  package let word: UInt64

  /// Wraps a packed form.
  package init(word: UInt64) { self.word = word }

  /// Packs an event; a size that does not fit is left out.
  package init(_ kind: Kind, address: UInt64, size: UInt64 = 0) {
    word = kind.rawValue | (size < Self.sizeLimit ? size << 3 : 0) | (address >> 4) << 20
  }

  /// Packs a prefix; `value` keeps its low 56 bits.
  package init(_ prefix: Prefix, value: UInt64) {
    word = Kind.prefix.rawValue | prefix.rawValue << 3 | value << 8
  }

  /// Sizes from here on stand in a prefix.
  package static var sizeLimit: UInt64 { 1 << 17 }

  /// The base-2 logarithm of the alignment that malloc promises, and so that of every event without such a prefix.
  package static var usualAlignmentShift: UInt64 { 4 }

  /// What happened, or nil for the word 0.
  package var kind: Kind? { Kind(rawValue: word & 7) }
  /// What the prefix tells, or nil where this version knows no such prefix.
  package var prefix: Prefix? { Prefix(rawValue: word >> 3 & 31) }
  /// An event's address.
  package var address: UInt64 { (word >> 20) << 4 }
  /// An event's size in bytes, unless a prefix gave it.
  package var size: UInt64 { word >> 3 & (Self.sizeLimit - 1) }
  /// A prefix's value.
  package var value: UInt64 { word >> 8 }
}
