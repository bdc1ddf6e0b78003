/// The memory that judge and worker share, word by word.
///
///     +--------------+----------------------------+--------------------------+--------------------------+----------------+
///     | control page | operations: capacity × 8 B | outcomes: capacity × 8 B | slots: slot count × 24 B | answers: × 8 B |
///     +--------------+----------------------------+--------------------------+--------------------------+----------------+
///
/// `ControlPage` has the fields of the first part. Answers are there where a trace has `answerParameter`: the lists that a request's
/// operations are answered with, one after the other; how long each is, its outcome says.
///
/// The judge writes operations and requests, the worker writes outcomes and responses. Everything the worker writes is a
/// claim: the judge reads each word once and checks it.
public enum Channel {
  /// Bytes in the control page.
  public static let controlBytes = 4096
  /// Words of a slot: address, size and key. What is never used in it would be a place to hide things in.
  public static let slotWords = 3
  /// Bytes of a slot.
  public static let slotBytes = 8 * slotWords
  /// The first control word, once the judge has laid the page out.
  public static let magic: UInt64 = 0x31_42_41_4c_43_4f_4c_41
  /// The file descriptor of this memory in the worker.
  public static let descriptor: Int32 = 3
  /// The file descriptor of the heap's memory in the worker.
  public static let heapDescriptor: Int32 = 4

  /// The parameter of a trace that says how many words all of its answers together may have.
  public static let answerParameter = "answer.words"
  /// The most that it may say: 256 MiB.
  public static let answerLimit = 1 << 25

  /// Bytes in all, for that many operations in flight, that many slots and that many words of answers.
  public static func byteCount(capacity: Int, slotCount: Int, answerWords: Int = 0) -> Int {
    controlBytes + 16 * capacity + slotBytes * slotCount + 8 * answerWords
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

  /// A parameter's name as it stands in the control page (FNV-1a).
  public static func hash(ofParameter name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
