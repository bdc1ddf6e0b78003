/// Page replacement: each operation is the number of the page accessed.
///
/// The outcome is `hit`, `faultIntoFreeFrame`, or the number of the page evicted to make room. A page's number may be any but −1 and −2,
/// which are these two outcomes.
public enum PagingVocabulary: Vocabulary {
  public static let name = "paging"

  /// The outcome of an access to a page that is in memory.
  public static let hit = UInt64.max
  /// The outcome of a miss that evicts nothing.
  public static let faultIntoFreeFrame = UInt64.max - 1

  public static func describe(operation: UInt64) -> String { "access(\(Int64(bitPattern: operation)))" }

  public static func describe(outcome: UInt64, of operation: UInt64) -> String {
    switch outcome {
    case hit: "hit"
    case faultIntoFreeFrame: "fault"
    default: "fault, evicts \(Int64(bitPattern: outcome))"
    }
  }

  public static func describe(parameter name: String, _ value: Int) -> String? {
    switch (name, value) {
    case ("frames", _): value == 1 ? "1 frame" : "\(value) frames"
    case ("policy", 0): "by LRU"
    case ("policy", 1): "by CLOCK"
    case ("policy", _): "by your own policy"
    case ("independent", _): ""
    default: nil
    }
  }
}
