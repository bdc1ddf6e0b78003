/// Objects behind pointers that know whether their object still lives.
///
/// A *pointer* is one word of your own design: what its bits mean is for you alone to know. The program that uses it copies it, keeps
/// it in variables and in memory, and hands it back to you, long after the object has ended as well. Any word may be a pointer but the
/// one with all bits set (`UInt64.max`), which stands for none.
///
/// Of all words, those are *valid* that `allocate(_:)` returned for an object that lives; no other is. A word is never returned for two
/// objects, however many lie one after the other in the same memory:
///
///     allocate ──► w₁     deallocate(w₁)     allocate ──► w₂     … a million others, in the same place
///     valid: w₁           none               w₂; w₁ is *stale*, and stays so
///
/// A program may also *forge* words: it changes bits of a pointer, adds to it, makes one up. It may be a valid one by chance, and is then
/// as good as that; all others are refused.
///
/// 4,096 objects at a time must have room, and far more than a million one after the other; whoever has none for more answers nil. A heap's
/// limit is 64 KiB to 64 MiB.
public protocol TemporalChecker: ~Copyable {
  /// A checker over an empty heap: objects lie there, and whatever has to be remembered about them.
  init(heap: Heap)

  /// A pointer to a new object of `byteCount` bytes, 1 or more.
  ///
  /// Objects begin at multiples of 8, stay where they are, and share no byte with others. Bytes may be anything at first; they are the
  /// program's until the object ends, and you may not write there.
  ///
  /// - Returns: nil, and nothing changes, where the heap has no room. It has, for as long as there are fewer than 4,096 objects, and the
  ///   following sum is at most a quarter of the heap's limit: the size of each object, rounded up to a power of two of 16 or more, and
  ///   64 bytes for each; of every power of two as many objects as there ever were at once.
  /// - Complexity: O(1), or O(log heap).
  mutating func allocate(_ byteCount: Int) -> UInt64?

  /// Where the pointer's object begins, if the pointer is valid; nil for any other word.
  ///
  /// - Complexity: O(1).
  mutating func resolve(_ pointer: UInt64) -> Address?

  /// Ends a pointer's object, if the pointer is valid. Any other word is refused, and nothing changes.
  ///
  /// - Returns: whether an object ended.
  /// - Complexity: O(1), or O(log heap).
  mutating func deallocate(_ pointer: UInt64) -> Bool
}
