/// Watches over a program's memory: what the program is about to do is asked first, and answered by nil, or by what is wrong with it.
///
/// The program gets its objects from you, and goes on with plain addresses, which may be any number: negative, or far beyond the heap. What
/// you find a fault in does not happen: the program leaves it out, and everything stays as it is. What you find nothing wrong with
/// happens. Programs do so themselves: you never touch the bytes of an object, and keep what you have to know elsewhere in the heap.
///
/// **Bytes.** Every byte, whatever its address, is one of these:
///
///   - *live*: in an object that lives. It is *initialised* once the program has written it since the object began, or copied an
///     initialised byte there.
///   - *freed*: in an object that has ended and is *remembered* (see below).
///   - *outside*: any other.
///
///         |◄ 16 or more ►|              |◄  16 or more   ►|
///     - - +--------------+==============+-----------------+==============+ - -
///            outside          object A        outside          object B
///         - - underflow A|              |overflow A : underflow B|
///
/// **Faults of accesses.** An access is to a range of bytes. Its *first bad byte* is the lowest one that is not live; of a *use*, the lowest
/// that is not live or not initialised. An access without such a byte has no fault, and one of no bytes has none at any address. What kind of
/// fault it is, and about which object, this one byte decides:
///
///   - It is freed: `useAfterFree` of the object that it is in.
///   - It is outside, and a live object is near: `overflow` where it is among the 16 bytes behind the object's end, `underflow` where it
///     is among the 16 bytes before its first byte. Of two objects the nearer one counts (the byte next to an object has the distance
///     1, on either side), and with equal distances the lower one, so that it is an overflow.
///   - It is outside, and no live object is near: `overflow`, `underflow`, `useAfterFree` or `wild`, about any object or none.
///   - It is live: `uninitialisedUse` of the object that it is in.
///
/// Reading and copying bytes that are not initialised is no fault: programs do it all the time, with the gaps in structures. Only what
/// depends on them is, and that is what is called a use.
///
/// **What is remembered.** A *charge* is an object's size, rounded up to a power of two of 16 or more, and 64 bytes. Objects that ended are
/// remembered from the last back, for as long as the sum of their charges is at most a 32nd of the heap's limit. Their bytes and their
/// surroundings are given to no other object so long. Objects that ended before those you may forget, one by one or never: their
/// bytes are outside, and may be told as freed still.
///
/// A heap's limit is 64 KiB to 512 MiB.
public protocol ShadowSanitizer: ~Copyable {
  /// A sanitizer over an empty heap: objects lie there, and whatever has to be known about them.
  init(heap: Heap)

  /// A new object of `byteCount` bytes, 0 or more, none of which is initialised.
  ///
  /// It begins at a multiple of 8. The 16 bytes before it and the 16 bytes behind it lie below the heap's limit and in no object that
  /// lives or is remembered. You may keep records there. An object of no bytes is one as well: its address is no other's, and the byte
  /// there is the first one behind it.
  ///
  /// - Returns: nil, and nothing changes, where the heap has no room. It has, for as long as the charges of this one and of all objects that
  ///   live or are remembered add up to at most an eighth of the heap's limit; of every power of two as many objects as there ever were
  ///   at once.
  /// - Complexity: O(log heap + `byteCount` / 64), as the filling of shadow memory takes; memory that is forgotten may cost as much as it
  ///   cost when it was allocated.
  mutating func allocate(_ byteCount: Int) -> Address?

  /// Ends the object whose first byte is at `address`.
  ///
  /// - Returns: nil where it ended, and `doubleFree` where the address is the first byte of an object that is remembered. Of any other
  ///   address `invalidFree`: of one inside an object, live or remembered, about that object; of one that is outside, about any or none.
  ///   The first byte of an object that was forgotten may be told as either. The fault's address is `address`.
  /// - Complexity: as `allocate(_:)`.
  mutating func deallocate(_ address: Address) -> MemoryFault?

  /// The program reads `byteCount` bytes, 0 or more, from `address` on.
  ///
  /// - Complexity: O(1) for up to 8 bytes, else O(`byteCount` / 64), since one word of shadow memory knows of 64 bytes. That is so of the
  ///   other accesses as well. Whoever has found a fault may take longer.
  mutating func read(_ address: Address, byteCount: Int) -> MemoryFault?

  /// The program writes `byteCount` bytes, 0 or more, from `address` on; from now on they are initialised.
  mutating func write(_ address: Address, byteCount: Int) -> MemoryFault?

  /// The program decides something by `byteCount` bytes, 0 or more, from `address` on: all of them have to be initialised.
  mutating func use(_ address: Address, byteCount: Int) -> MemoryFault?

  /// The program copies `byteCount` bytes, 0 or more, as if all of them were read before any is written: ranges may overlap.
  ///
  /// From now on a byte of the destination is initialised if the byte that was copied there was. Where both ranges have bad bytes, the fault
  /// is the source's.
  mutating func copy(from source: Address, to destination: Address, byteCount: Int) -> MemoryFault?
}
