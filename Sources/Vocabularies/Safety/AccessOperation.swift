/// One step of a program whose memory is watched over, packed into 64 bits.
///
///      63                       39 38          19 18        3 2    0
///     +---------------------------+--------------+-----------+------+
///     |  count                    | signed offset|   name    | kind |     read, write, use
///     +---------------------------+--------------+-----------+------+
///     |  size, 45 bits                           |   name    | kind |     allocate
///     +-----+---------------------+--------------+-----------+------+
///     | shift | signed significand |    other    |   name    | kind |     copy, point
///     +-----+---------------------+--------------+-----------+------+
///      63 58 57                 35 34          19
///
/// A *name* is a variable of the program: it holds an address. Counts are exact below 2²⁴, and multiples of 4096 below 2³⁶; numbers of
/// `copy` and `point` are exact from −2²² up to, not including, 2²², larger ones multiples of powers of two. The largest of each stands
/// for `Int.max`.
@frozen public struct AccessOperation: Equatable, Sendable {
  /// What the program does.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `name` holds the address of a new object of `number` bytes.
    case allocate = 0
    /// The object at the address in `name` ends.
    case deallocate = 1
    /// `number` bytes are read, `offset` bytes from the address in `name`.
    case read = 2
    /// `number` bytes are written, `offset` bytes from the address in `name`.
    case write = 3
    /// Something is decided by `number` bytes, `offset` bytes from the address in `name`.
    case use = 4
    /// `number` bytes are copied from the address in `other` to the one in `name`.
    case copy = 5
    /// `name` holds the address `number` bytes behind the one in `other`.
    case point = 6
  }

  /// The packed form. Every word is an operation; of one whose kind is none of these, nothing is asked.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs an operation on one name. Of a number that is too large for all of its bits, the lowest are lost.
  public init(_ kind: Kind, _ name: Int, _ number: Int = 0, offset: Int = 0) {
    precondition(name >= 0 && name < Self.nameLimit, "a name is a number from 0 up to, not including, 2^16")
    precondition(kind != .copy && kind != .point, "copies and pointers are made of two names")
    precondition(number >= 0, "sizes and counts are not negative")
    precondition((-Self.offsetLimit..<Self.offsetLimit).contains(offset), "an offset has 20 bits")
    let head = UInt64(kind.rawValue) | UInt64(name) << 3
    guard kind != .allocate else {
      word = head | UInt64(min(number, 1 << 45 - 1)) << 19
      return
    }
    let count = number < 1 << 24 ? number : number == .max ? 1 << 25 - 1 : min(number >> 12, 1 << 24 - 2) | 1 << 24
    word = head | (UInt64(bitPattern: Int64(offset)) & 0xf_ffff) << 19 | UInt64(count) << 39
  }

  /// Packs an operation on two names.
  public init(_ kind: Kind, _ name: Int, _ other: Int, number: Int) {
    precondition(kind == .copy || kind == .point, "only these are made of two names")
    precondition(
      (0..<Self.nameLimit).contains(name) && (0..<Self.nameLimit).contains(other),
      "a name is a number from 0 up to, not including, 2^16")
    word = UInt64(kind.rawValue) | UInt64(name) << 3 | UInt64(other) << 19 | Self.pack(number) << 35
  }

  /// One more than the highest name.
  public static let nameLimit = 1 << 16
  /// One more than the largest offset, and the smallest one, negated.
  public static let offsetLimit = 1 << 19

  /// What the program does; nil for a word that says nothing.
  @inlinable public var kind: Kind? { Kind(rawValue: kindCode) }
  /// The number in the low three bits: a `Kind`'s raw value, or 7.
  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: word & 7) }
  /// The variable that it is about.
  @inlinable public var name: Int { Int(truncatingIfNeeded: word &>> 3 & 0xffff) }
  /// The second name of an operation on two.
  @inlinable public var other: Int { Int(truncatingIfNeeded: word &>> 19 & 0xffff) }
  /// Of an access with one name: bytes from the address in it.
  @inlinable public var offset: Int { Int(truncatingIfNeeded: Int64(bitPattern: word &<< 25) &>> 44) }

  /// Bytes of an access with one name.
  @inlinable public var count: Int {
    let count = Int(truncatingIfNeeded: word &>> 39)
    if count < 1 << 24 { return count }
    return count == 1 << 25 - 1 ? .max : (count & 0xff_ffff) &<< 12
  }

  /// Bytes of a new object.
  @inlinable public var size: Int {
    let size = Int(truncatingIfNeeded: word &>> 19)
    return size == 1 << 45 - 1 ? .max : size
  }

  /// The number of an operation on two names, negative where a pointer goes back.
  @inlinable public var distance: Int {
    let significand = Int(truncatingIfNeeded: Int64(bitPattern: word &<< 6) &>> 41)
    let shift = Int(truncatingIfNeeded: word &>> 58)
    return shift == 63 && significand > 0 ? .max : significand &<< shift
  }

  /// A size, a count, or a distance. Of a copy it is not negative.
  @inlinable public var number: Int {
    switch kind {
    case .allocate: size
    case .read, .write, .use: count
    case .copy: max(0, distance)
    case .point: distance
    case .deallocate, nil: 0
    }
  }

  private static func pack(_ number: Int) -> UInt64 {
    if number == .max { return 63 << 23 | 1 }
    var (significand, shift) = (number, UInt64(0))
    while significand < -(1 << 22) || significand >= 1 << 22 {
      significand >>= 1
      shift += 1
    }
    return shift << 23 | UInt64(bitPattern: Int64(significand)) & (1 << 23 - 1)
  }
}
