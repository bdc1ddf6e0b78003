/// One request to an allocator, packed into 64 bits.
///
///      63            32 31         8 7       3 2    0
///     +----------------+------------+---------+------+
///     |  packed size   |    slot    |  align  | kind |
///     +----------------+------------+---------+------+
///
/// A *slot* names a block for as long as it lives; its number is used again afterwards, so the numbers stay below the
/// peak count of live blocks. `align` is the base-2 logarithm of the alignment asked for. Sizes below 2³¹ are exact;
/// larger ones keep 25 significant bits, rounded up, except that the 2²⁵ sizes just below `Int.max` are exact again, so
/// that traces can provoke overflow.
@frozen public struct AllocationOperation: Equatable, Sendable {
  /// What is asked for.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// A new block of `size` bytes at a multiple of `alignment`, kept in `slot`.
    case allocate = 0
    /// As `allocate`, with every byte zero (C's `calloc`).
    case allocateZeroed = 1
    /// The block in `slot` moves or grows to `size` bytes, its bytes kept up to the smaller size.
    case reallocate = 2
    /// The block in `slot` ends.
    case deallocate = 3
    /// The subject gives back what it holds without need: a slab's `reap`, a heap's `trim`.
    case reap = 4
    /// The operations that follow come from the thread numbered `slot`.
    case thread = 5
    /// A mark in time: `size` is the milliseconds since the trace began.
    case clock = 6
    /// What no well-behaved program or system does: see `Hostility`, which stands where other kinds have the alignment.
    case hostile = 7

    // Of subjects that end many blocks at once. Their raw values reach into where others have the alignment. `HandOutOrder` says which
    // blocks end.

    /// The subject is asked for a mark, which gets the number `slot`; marks of that number and above are void from now on.
    case mark = 12
    /// All blocks end that were handed out or moved since the mark numbered `slot` was taken; marks above it are void from now on.
    case release = 20
    /// All blocks end, and all marks are void.
    case reset = 28
  }

  /// The packed form.
  public let word: UInt64

  /// Wraps a packed form. Every word is accepted; `kind` is nil where its kind is unknown.
  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs an operation.
  ///
  /// - Precondition: `slot` is below 2²⁴, `alignment` a power of two below 2³², `size` not negative.
  public init(_ kind: Kind, slot: Int = 0, size: Int = 0, alignment: Int = 1) {
    precondition(slot >= 0 && slot < Self.slotLimit, "a slot is a number from 0 up to, not including, 2^24")
    precondition(size >= 0, "a size is not negative")
    precondition(
      alignment > 0 && alignment & (alignment - 1) == 0 && alignment >> 32 == 0,
      "an alignment is a power of two below 2^32")
    word =
      UInt64(kind.rawValue) | UInt64(alignment.trailingZeroBitCount) << 3 | UInt64(slot) << 8
      | UInt64(Self.pack(size: size)) << 32
  }

  /// One more than the highest slot number.
  public static let slotLimit = 1 << 24

  /// The number in the low three bits: a `Kind`'s raw value, or of one that is above 7 its low bits.
  @inlinable public var kindCode: UInt8 { UInt8(truncatingIfNeeded: word) & 7 }

  /// Packs a hostile operation; what `slot` and `size` mean is said with each hostility.
  public init(_ hostility: Hostility, slot: Int = 0, size: Int = 0) {
    self.init(.hostile, slot: slot, size: size, alignment: 1 << Int(hostility.rawValue))
  }

  /// What is asked for, or nil where this version knows no such kind.
  @inlinable public var kind: Kind? {
    if kindCode == 4 { return Kind(rawValue: UInt8(truncatingIfNeeded: word)) }
    return kindCode == 7 && hostility == nil ? nil : Kind(rawValue: kindCode)
  }

  /// Whether it takes a mark, or ends blocks back to one, or all.
  @inlinable public var isBulk: Bool { kindCode == 4 && alignmentShift != 0 }

  /// Whether it asks for a block of some size: a new one, or a live one's move.
  @inlinable public var asksForSize: Bool { kindCode <= Kind.reallocate.rawValue }

  /// In which way the operation is hostile; nil where it is not, or this version knows no such way.
  @inlinable public var hostility: Hostility? {
    kindCode == 7 ? Hostility(rawValue: UInt8(truncatingIfNeeded: alignmentShift)) : nil
  }

  /// The block's name while it lives, or the thread's number.
  @inlinable public var slot: Int { Int(truncatingIfNeeded: word &>> 8 & 0xff_ffff) }

  /// The base-2 logarithm of the alignment.
  @inlinable public var alignmentShift: Int { Int(truncatingIfNeeded: word &>> 3 & 31) }

  /// The alignment in bytes: a power of two.
  @inlinable public var alignment: Int { 1 &<< alignmentShift }

  /// The size in bytes.
  @inlinable public var size: Int {
    let packed = UInt32(truncatingIfNeeded: word &>> 32)
    return packed < 0x8000_0000 ? Int(truncatingIfNeeded: packed) : Self.unpackLarge(packed)
  }

  /// The same operation about another slot.
  ///
  /// - Precondition: `slot` is below `slotLimit`.
  public func moved(to slot: Int) -> AllocationOperation {
    precondition(slot >= 0 && slot < Self.slotLimit, "a slot is a number from 0 up to, not including, 2^24")
    return AllocationOperation(word: word & ~(0xff_ffff << 8) | UInt64(slot) << 8)
  }

  /// The same operation with another size.
  public func resized(to size: Int) -> AllocationOperation {
    AllocationOperation(word: word & 0xffff_ffff | UInt64(Self.pack(size: max(size, 0))) << 32)
  }

  /// The same operation with another alignment, a power of two, where it is one that has an alignment.
  public func aligned(to alignment: Int) -> AllocationOperation {
    guard asksForSize else { return self }
    return AllocationOperation(word: word & ~(31 << 3) | UInt64(alignment.trailingZeroBitCount) << 3)
  }

  /// Packs a size: 31 bits as they are, or `1 eeeeee m…m` with 25 bits of mantissa; exponent 63 counts down from `Int.max`.
  static func pack(size: Int) -> UInt32 {
    if size < 1 << 31 { return UInt32(size) }
    let mantissaLimit = 1 << 25
    if Int.max - size < mantissaLimit { return 0x8000_0000 | 63 << 25 | UInt32(Int.max - size) }
    var exponent = Int.bitWidth - size.leadingZeroBitCount - 25
    var mantissa = (size - 1) >> exponent + 1
    if mantissa == mantissaLimit {
      mantissa >>= 1
      exponent += 1
    }
    return 0x8000_0000 | UInt32(exponent) << 25 | UInt32(mantissa)
  }

  // No operation here can trap, so that a caller who ignores the size pays nothing for it.
  @inlinable static func unpackLarge(_ packed: UInt32) -> Int {
    let exponent = Int(truncatingIfNeeded: packed &>> 25 & 63)
    let mantissa = Int(truncatingIfNeeded: packed & 0x1ff_ffff)
    if exponent == 63 { return Int.max &- mantissa }
    // A crafted word may ask for more than an Int holds.
    return exponent > 38 ? Int.max : mantissa &<< exponent
  }
}
