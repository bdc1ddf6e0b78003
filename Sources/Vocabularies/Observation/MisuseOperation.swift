/// One step of a program that is being debugged, packed into 64 bits.
///
///      63                    39 38      35 34       23 22      5 4      3 2    0
///     +------------------------+----------+-----------+---------+--------+------+
///     | signed number, 25 bits |   file   |   line    |  name   | family | kind |     or 16 bits for a place in the table of sites
///     +------------------------+----------+-----------+---------+--------+------+
///     | signed offset, 25 bits | count, 16 bits       |  name   |        | kind |     write
///     +------------------------+----------------------+---------+--------+------+
///
/// A *name* is a variable of the program: it holds the address of a block, also once the block has ended. The highest sizes stand for those that
/// end at `Int.max`. A forged address is the number, shifted by as many bits as the name says.
@frozen public struct MisuseOperation: Equatable, Sendable {
  /// What the program does.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// `name` holds a new block of `number` bytes.
    case allocate = 0
    /// The program ends what is `number` bytes behind the address in `name`.
    case deallocate = 1
    /// The program ends the address that `number` and `name` say.
    case forge = 2
    /// The block in `name` becomes one of `number` bytes, which `name` holds, or where the family is 1, the next name.
    case reallocate = 3
    /// The program changes `count` bytes from the one `number` bytes behind the address in `name`, as far as they are no live block's.
    case write = 4
    /// Everything is looked at.
    case check = 5
    /// The program ends; another begins over an empty heap.
    case shutDown = 6
    /// As `deallocate`, but of what is reallocated, to `count` bytes.
    case reallocateInner = 7
  }

  /// The packed form. Every word is an operation.
  public let word: UInt64

  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs any operation but `write` and `reallocateInner`.
  public init(_ kind: Kind, _ name: Int = 0, _ number: Int = 0, family: Int = 0, site: SiteCode = SiteCode(0, 0)) {
    precondition((0..<Self.nameLimit).contains(name), "a name is a number from 0 up to, not including, 2^18")
    precondition((0..<4).contains(family), "a family has two bits")
    let largest = Self.numberLimit - 1
    let isSize = kind == .allocate || kind == .reallocate
    let bits =
      isSize && number > Int.max - Self.hugeSizes
      ? largest - (Int.max - number) : min(max(number, -Self.numberLimit), largest - (isSize ? Self.hugeSizes : 0))
    word =
      UInt64(kind.rawValue) | UInt64(family) << 3 | UInt64(name) << 5 | site.bits << 23
      | UInt64(bitPattern: Int64(bits)) << 39
  }

  /// Packs a write, or what reallocates another address than a block's: `count` is the size then.
  public init(_ kind: Kind, _ name: Int, at offset: Int, count: Int) {
    precondition((0..<Self.nameLimit).contains(name), "a name is a number from 0 up to, not including, 2^18")
    precondition(kind == .write || kind == .reallocateInner, "these alone have a count")
    let bits = min(max(offset, -Self.numberLimit), Self.numberLimit - 1)
    word =
      UInt64(kind.rawValue) | UInt64(name) << 5 | UInt64(min(max(count, 0), 0xffff)) << 23
      | UInt64(bitPattern: Int64(bits)) << 39
  }

  /// One more than the highest name, and the highest number.
  public static let nameLimit = 1 << 18
  public static let numberLimit = 1 << 24
  /// How many sizes stand for others.
  @usableFromInline static let hugeSizes = 256

  /// What the program does.
  @inlinable public var kind: Kind { Kind(rawValue: kindCode) ?? .check }
  /// The number in the low three bits.
  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: word & 7) }
  /// The family's code; 3 is taken for 0.
  @inlinable public var family: Int {
    let code = Int(truncatingIfNeeded: word &>> 3 & 3)
    return code == 3 ? 0 : code
  }
  /// The variable that it is about; 0 where it is about none.
  @inlinable public var name: Int { Int(truncatingIfNeeded: word &>> 5 & 0x3_ffff) }
  /// A distance, an offset, or a size that is not huge.
  @inlinable public var number: Int { Int(truncatingIfNeeded: Int64(bitPattern: word) &>> 39) }

  /// Bytes of a new block.
  @inlinable public var size: Int {
    if kindCode == 7 { return count }
    let number = max(number, 0)
    let above = number &- (1 &<< 24 &- 1)
    return above > -Self.hugeSizes ? Int.max &+ above : number
  }

  /// How many bytes are changed.
  @inlinable public var count: Int { Int(truncatingIfNeeded: word &>> 23 & 0xffff) }
  /// The program's line.
  @inlinable public var site: SiteCode {
    kindCode == 4 || kindCode == 7 ? SiteCode(0, 0) : SiteCode(bits: word &>> 23 & 0xffff)
  }

  /// Of a forged end: the address.
  @inlinable public var forged: Int {
    if number == 1 &<< 24 &- 1 { return .max }
    return number &<< min(name, 62)
  }
}

/// A file and a line, in 16 bits: where the trace has a table of sites, their place in it (`SiteTable`).
@frozen public struct SiteCode: Hashable, Sendable {
  public let bits: UInt64

  @inlinable public init(bits: UInt64) { self.bits = bits & 0xffff }

  /// - Parameters:
  ///   - file: 0 to 15.
  ///   - line: 0 to 4095.
  @inlinable public init(_ file: Int, _ line: Int) {
    bits = UInt64(truncatingIfNeeded: file & 15) &<< 12 | UInt64(truncatingIfNeeded: line & 4095)
  }

  /// The first line that stands for one of a much longer file.
  public static let longFile = 4088

  /// The file's number: the last two are much higher.
  @inlinable public var file: UInt16 {
    let code = UInt16(truncatingIfNeeded: bits &>> 12)
    return code == 15 ? 0x8000 : code == 14 ? 0x0123 : code
  }

  /// The line: the last eight are much higher.
  @inlinable public var line: UInt32 {
    let code = UInt32(truncatingIfNeeded: bits & 4095)
    guard code >= 4088 else { return code }
    return switch code & 7 {
    case 0: 4096
    case 1: 0xffff
    case 2: 0x1_0000
    case 3: 0x1_0001
    case 4: 0xff_ffff
    case 5: 0x100_0000
    case 6: 0x8000_0000
    default: 0xffff_ffff
    }
  }
}
