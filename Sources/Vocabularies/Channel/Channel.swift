/// The memory that judge and worker share, word by word.
///
///     +--------------+---------------------------+-------------------------+--------------------------+
///     | control page | operations: capacity × 8 B | outcomes: capacity × 8 B | slots: slot count × 32 B |
///     +--------------+---------------------------+-------------------------+--------------------------+
///
/// The judge writes operations and requests, the worker writes outcomes and responses. Everything the worker writes is a
/// claim: the judge reads each word once and checks it.
public enum Channel {
  /// Bytes in the control page.
  public static let controlBytes = 4096
  /// Bytes of a slot: address, size, key, and one word for the driver.
  public static let slotBytes = 32
  /// The first control word, once the judge has laid the page out.
  public static let magic: UInt64 = 0x31_42_41_4c_43_4f_4c_41
  /// The file descriptor of this memory in the worker.
  public static let descriptor: Int32 = 3
  /// The file descriptor of the heap's memory in the worker.
  public static let heapDescriptor: Int32 = 4

  /// Bytes in all, for that many operations in flight and that many slots.
  public static func byteCount(capacity: Int, slotCount: Int) -> Int {
    controlBytes + 16 * capacity + slotBytes * slotCount
  }

  /// What a request asks the worker to do.
  public enum Command: UInt64, Sendable {
    /// A new subject over an empty heap.
    case begin = 1
    /// The operations now in the channel, one by one, with the driver's own checks.
    case checked = 2
    /// A new subject over an empty heap, then the operations flat out.
    case batch = 3
    /// As `batch`, with the cycles that each operation took in place of its outcome.
    case latency = 4
  }

  /// The places of the control page's words.
  public enum Word {
    public static let magic = 0
    /// Counts requests; the low half is a futex.
    public static let request = 1
    /// Counts responses; the low half is a futex. The first says that the worker is ready.
    public static let response = 2
    public static let command = 3
    /// The index, in the trace, of the first operation in the channel.
    public static let firstIndex = 4
    public static let count = 5
    public static let capacity = 6
    public static let slotCount = 7
    /// The index of the operation that the worker is at.
    public static let current = 11
    /// `DamageReport`, five words.
    public static let damage = 12
    /// 1 where an access strayed; then kind, address, byte count, heap end.
    public static let stray = 20
    /// The signal that ended the worker; then the address that it was about.
    public static let crash = 26
    /// How many return addresses follow, each relative to where the program was loaded.
    public static let frameCount = 30
    public static let frames = 31
    public static let frameLimit = 32
    /// How many parameters follow, as pairs of the name's hash and the value.
    public static let parameterCount = 64
    public static let parameters = 65
    public static let parameterLimit = 32
    /// Left to the vocabulary's driver.
    public static let driver = 160
    /// `HeapCounters`: end, limit, calls of grow, and three words for faults.
    public static let heap = 168
    /// 1 + the index of the operation after which the subject itself found something wrong, or 0; then how many bytes of its words follow.
    public static let finding = 190
    public static let findingLength = 191
    /// What it said, in UTF-8.
    public static let findingText = 192
    /// Bytes at most.
    public static let findingLimit = 8 * (controlBytes / 8 - findingText)
  }

  /// A parameter's name as it stands in the control page (FNV-1a).
  public static func hash(ofParameter name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}

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
