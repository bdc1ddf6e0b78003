/// Damage that the worker's own checks found, before an operation could hide it.
public struct DamageReport: Sendable, Equatable {
  /// What had happened.
  public enum Kind: UInt64, Sendable {
    /// A live block's bytes had changed.
    case payloadChanged = 1
    /// A block's bytes were not kept when it was reallocated.
    case payloadLost = 2
    /// An object was handed out, but not in its constructed state.
    case constructedStateLost = 3
    /// A block that was asked for with every byte zero was not so.
    case notZeroed = 4
    /// A block was handed out that ended outside the heap as it was then; `offset` is where the heap ended.
    case outsideHeap = 5
  }

  public let kind: Kind
  /// The index of the operation that was about to run.
  public let index: UInt64
  public let slot: UInt64
  /// The first wrong byte, counted from the block's start.
  public let offset: UInt64
  /// The byte that should be there, and the byte that is.
  public let expected, found: UInt8

  public init(kind: Kind, index: UInt64, slot: UInt64, offset: UInt64, expected: UInt8, found: UInt8) {
    self.kind = kind
    self.index = index
    self.slot = slot
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  /// The report as the control page holds it; a first word of 0 means none.
  public var words: [UInt64] { [kind.rawValue, index, slot, offset, UInt64(expected) << 8 | UInt64(found)] }

  /// Reads five words of the control page, or nil where they hold no report.
  public init?(words: [UInt64]) {
    guard words.count == 5, let kind = Kind(rawValue: words[0]) else { return nil }
    self.init(
      kind: kind, index: words[1], slot: words[2], offset: words[3],
      expected: UInt8(truncatingIfNeeded: words[4] >> 8), found: UInt8(truncatingIfNeeded: words[4]))
  }
}
