/// One step of a program that uses an allocator, or attacks it, packed into 64 bits.
///
///      63           40 39          20 19        4 3    0
///     +---------------+--------------+-----------+------+
///     | signed number, 44 bits       |   name    | kind |     deallocate, forge, touch
///     +--------+---------------------+-----------+------+
///     |log₂ of | size, 38 bits       |   name    | kind |     allocate
///     |alignm. |                     |           |      |
///     +--------+------+--------------+-----------+------+
///     | signed offset | count        |   name    | kind |     scribble
///     +---------------+--------------+-----------+------+
///
/// A *name* is a variable of the program: it holds the address of a block that it was given, also once the block has ended. The largest
/// size and the largest number stand for `Int.max`, the smallest number for `Int.min`.
@frozen public struct AttackOperation: Equatable, Sendable {
  /// What the program does.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `name` holds the address of a new block.
    case allocate = 0
    /// The program ends what is `number` bytes behind the address in `name`.
    case deallocate = 1
    /// The program ends what is at the address `number`, which it made up.
    case forge = 2
    /// `count` bytes are changed, `offset` bytes from the address in `name` on, as far as that is let through.
    case scribble = 3
    /// One byte is accessed, `number` bytes from the address in `name`.
    case touch = 4
    /// The attacker reads the eight bytes behind the end of the block in `name`, and keeps them.
    case learn = 5
    /// The attacker writes what was learnt behind the end of the block in `name`.
    case replay = 6
    /// The program begins anew, in a process of its own. What was learnt stays.
    case restart = 7
  }

  /// The packed form. Every word is an operation; one whose kind is none of these does nothing.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs any operation but `allocate` and `scribble`.
  public init(_ kind: Kind, _ name: Int = 0, _ number: Int = 0) {
    precondition((0..<Self.nameLimit).contains(name), "a name is a number from 0 up to, not including, 2^16")
    precondition(kind != .allocate && kind != .scribble, "these are packed in ways of their own")
    let bits = min(max(number, -(1 << 43)), 1 << 43 - 1)
    word = UInt64(kind.rawValue) | UInt64(name) << 4 | UInt64(bitPattern: Int64(bits)) << 20
  }

  /// Packs the request for a block.
  ///
  /// - Parameter alignment: a power of two.
  public init(allocate name: Int, size: Int, alignment: Int = 1) {
    precondition((0..<Self.nameLimit).contains(name), "a name is a number from 0 up to, not including, 2^16")
    precondition(size >= 0 && alignment > 0 && alignment.nonzeroBitCount == 1, "a layout is one of a block")
    word =
      UInt64(name) << 4 | UInt64(min(size, 1 << 38 - 1)) << 20 | UInt64(alignment.trailingZeroBitCount) << 58
  }

  /// Packs a write of the attacker's.
  public init(scribble name: Int, at offset: Int, _ count: Int) {
    precondition((0..<Self.nameLimit).contains(name), "a name is a number from 0 up to, not including, 2^16")
    precondition((-(1 << 23)..<1 << 23).contains(offset) && (0..<1 << 20).contains(count), "both have their bits")
    word =
      UInt64(Kind.scribble.rawValue) | UInt64(name) << 4 | UInt64(count) << 20
      | UInt64(bitPattern: Int64(offset)) << 40
  }

  /// One more than the highest name.
  public static let nameLimit = 1 << 16

  /// What the program does; nil for a word that says nothing.
  @inlinable public var kind: Kind? { Kind(rawValue: kindCode) }
  /// The number in the low four bits.
  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: word & 15) }
  /// The variable that it is about; 0 where it is about none.
  @inlinable public var name: Int { Int(truncatingIfNeeded: word &>> 4 & 0xffff) }

  /// Bytes of a new block.
  @inlinable public var size: Int {
    let size = Int(truncatingIfNeeded: word &>> 20 & (1 &<< 38 &- 1))
    return size == 1 &<< 38 &- 1 ? .max : size
  }

  /// What a new block's address must be a multiple of.
  @inlinable public var alignment: Int { 1 &<< min(Int(truncatingIfNeeded: word &>> 58), 62) }

  /// A distance or an address.
  @inlinable public var number: Int {
    let number = Int(truncatingIfNeeded: Int64(bitPattern: word) &>> 20)
    return number == 1 &<< 43 &- 1 ? .max : number == -(1 &<< 43) ? .min : number
  }

  /// Of a scribble: how many bytes.
  @inlinable public var count: Int { Int(truncatingIfNeeded: word &>> 20 & 0xf_ffff) }
  /// Of a scribble: where it begins.
  @inlinable public var offset: Int { Int(truncatingIfNeeded: Int64(bitPattern: word) &>> 40) }
}
