/// One request to what hands out pointers, packed into 64 bits.
///
///      63      58 57                 22 21       3 2    0
///     +----------+---------------------+----------+------+
///     |  shift   |  signed significand |   name   | kind |
///     +----------+---------------------+----------+------+
///
/// A *name* is a variable of the program: it holds a pointer. The rest is a number, `significand · 2^shift`: all from −2³⁵ up to, not
/// including, 2³⁵ are exact, larger ones are multiples of powers of two, but for `Int.max`, which stands for 2⁶³.
@frozen public struct PointerOperation: Equatable, Sendable {
  /// What is asked for.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A pointer to a new object of `number` bytes, kept in `name`.
    case allocate = 0
    /// The pointer in `name` moves by `number` bytes.
    case advance = 1
    /// The program reads `number` bytes from the pointer in `name` on.
    case read = 2
    /// The program writes `number` bytes from the pointer in `name` on.
    case write = 3
    /// The object of the pointer in `name` ends, if the pointer is at its first byte.
    case deallocate = 4
    /// `name` holds what the name `number` holds.
    case copy = 5
    /// The pointer in the name `number` is written to memory, where the pointer in `name` leads.
    case store = 6
    /// What memory holds where the pointer in the name `number` leads is a pointer, and is kept in `name`.
    case load = 7
  }

  /// The packed form. Every word is an operation.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs an operation. Of a number that is too large for all of its bits, the lowest are lost.
  ///
  /// - Precondition: `name` is below `nameLimit`.
  public init(_ kind: Kind, _ name: Int, _ number: Int = 0) {
    precondition(name >= 0 && name < Self.nameLimit, "a name is a number from 0 up to, not including, 2^19")
    word = UInt64(kind.rawValue) | UInt64(name) << 3 | Self.pack(number) << 22
  }

  /// One more than the highest name.
  public static let nameLimit = 1 << 19

  /// What is asked for.
  @inlinable public var kind: Kind { Kind(rawValue: kindCode) ?? .read }
  /// The number in the low three bits: a `Kind`'s raw value.
  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: word & 7) }
  /// The variable that it is about.
  @inlinable public var name: Int { Int(truncatingIfNeeded: word &>> 3 & 0x7_ffff) }

  /// A size, a distance, a count of bytes, or another name.
  @inlinable public var number: Int {
    let significand = Int(truncatingIfNeeded: Int64(bitPattern: word &<< 6) &>> 28)
    let shift = Int(truncatingIfNeeded: word &>> 58)
    return shift == 63 && significand > 0 ? Int.max : significand &<< shift
  }

  /// The second name of an operation on two.
  @inlinable public var other: Int { number & (Self.nameLimit &- 1) }

  /// Whether it is an access of the program's, which is granted or refused.
  public var isAccess: Bool {
    switch kind {
    case .read, .write, .store, .load: true
    default: false
    }
  }

  /// Bytes that an access is to; a pointer in memory has eight.
  public var byteCount: Int { kind == .store || kind == .load ? 8 : number }

  private static func pack(_ number: Int) -> UInt64 {
    if number == .max { return 63 << 36 | 1 }
    var (significand, shift) = (number, UInt64(0))
    while significand < -(1 << 35) || significand >= 1 << 35 {
      significand >>= 1
      shift += 1
    }
    return shift << 36 | UInt64(bitPattern: Int64(significand)) & (1 << 36 - 1)
  }
}
