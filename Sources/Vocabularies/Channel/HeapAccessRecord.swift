/// What a probed heap has written down of one access, as it comes in an answer.
///
///      63   62     61   60        40 39            0
///     +------+---+-------+-----------+---------------+
///     | lost | 0 | store |   bytes   |    address    |
///     +------+---+-------+-----------+---------------+
///
/// `HeapProbe` in `AllocLab` packs it. Bytes above 2²¹ − 1 are told as that many.
public struct HeapAccessRecord: Sendable, Equatable {
  public let word: UInt64

  /// Wraps a packed form: every word is one.
  @inlinable public init(word: UInt64) { self.word = word }

  /// Packs an access.
  public init(address: Int, byteCount: Int, isStore: Bool) {
    word =
      UInt64(truncatingIfNeeded: address) & 0xff_ffff_ffff | UInt64(min(max(byteCount, 0), 0x1f_ffff)) << 40
      | (isStore ? 1 << 61 : 0)
  }

  /// How many accesses found no room; nil for a word that tells one.
  @inlinable public var lost: Int? { word &>> 63 == 1 ? Int(truncatingIfNeeded: word & (1 &<< 62 &- 1)) : nil }
  /// The first byte, from the heap's start.
  @inlinable public var address: Int { Int(truncatingIfNeeded: word & 0xff_ffff_ffff) }
  /// How many bytes.
  @inlinable public var byteCount: Int { Int(truncatingIfNeeded: word &>> 40 & 0x1f_ffff) }
  /// Whether they were written.
  @inlinable public var isStore: Bool { word &>> 61 & 1 == 1 }
}
