/// Objects behind pointers that know their bounds.
///
/// A *pointer* is one word of your own design: what its bits mean is for you alone to know. The program that uses it copies it, keeps
/// it in variables and in memory, and hands it back to you; it never looks inside. Any word may be a pointer but the one with all bits
/// set (`UInt64.max`), which stands for none.
///
/// A pointer belongs to the object that it was made for, wherever it goes: it has a *position*, the number of bytes from its object's
/// first byte. The position may leave the object on either side and come back; only an access decides. One past the end of an object
/// may be the first byte of the next one: that is still no place of the first, and a pointer that came there may go back.
///
///     position   −8       0                    size       size + 8
///     ------------+--------+====================+----------+---------- - -
///                 |        |  granted, whole    |  one past the end and beyond: refused, but the pointer lives
///
/// Positions are whole numbers that never wrap round, and never stop on their way. From −2³¹ to the object's size + 2³¹ they are kept
/// exactly. A pointer that was ever farther away than that may be lost: wherever it goes then you may refuse it, but nothing may be
/// granted or freed that its position does not allow.
///
/// There are at most 131,072 objects at a time, and a heap's limit is 64 KiB to 1 GiB.
public protocol BoundsChecker: ~Copyable {
  /// A checker over an empty heap: objects lie there, and whatever has to be remembered about them.
  init(heap: Heap)

  /// A pointer to the first byte of a new object of `byteCount` bytes, 0 or more.
  ///
  /// Objects of one byte and more begin at multiples of 8, and share no byte with others. Bytes may be anything at first; they are the
  /// program's until the object ends, and you may not write there. An object of no bytes is one as well: its pointer is never granted an
  /// access, can be moved, and ends the object.
  ///
  /// - Returns: nil, and nothing changes, where the heap has no room. It has, for as long as the following sum is at most a quarter of the
  ///   heap's limit: the size of each object, rounded up to a power of two of 16 or more, and 64 bytes for each; of every power of two
  ///   as many objects as there ever were at once.
  /// - Complexity: O(1), or O(log heap).
  mutating func allocate(_ byteCount: Int) -> UInt64?

  /// The pointer `byteCount` bytes behind `pointer`, or before it where that is negative. It may be any number.
  ///
  /// `pointer` stays what it was; nothing is accessed, so nothing is wrong yet.
  ///
  /// - Complexity: O(1).
  mutating func advance(_ pointer: UInt64, by byteCount: Int) -> UInt64

  /// Where the `byteCount` bytes from a pointer's position on lie in the heap, if all of them are its object's; nil if not.
  ///
  /// `byteCount` is any number of 1 or more. Nil as well once the object has ended, for as long as no other was allocated since.
  ///
  /// - Complexity: O(1).
  mutating func resolve(_ pointer: UInt64, byteCount: Int) -> Address?

  /// Ends a pointer's object, if the pointer is at its first byte.
  ///
  /// Any other pointer is refused, and nothing changes: one that is elsewhere in its object or outside, and one whose object has ended,
  /// for as long as no other was allocated since. Once others were, nobody uses it again.
  ///
  /// - Returns: whether the object ended.
  /// - Complexity: O(1), or O(log heap).
  mutating func deallocate(_ pointer: UInt64) -> Bool
}
