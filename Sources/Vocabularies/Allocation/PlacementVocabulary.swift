/// A program of two threads that asks for blocks near others, and touches them.
///
/// `allocate` and `deallocate` are answered with what the allocator itself accessed in the heap meanwhile, a `HeapAccessRecord` each;
/// where the heap is not probed, with nothing. Behind them comes, of `allocate`, the block's address, or `none`. Touches are no
/// calls, and their outcome is 0: where they go follows from the addresses.
public enum PlacementVocabulary: Vocabulary {
  public static let name = "placement"

  /// No address.
  public static let none = UInt64.max
  /// The most operations that are sent at once.
  public static let longestWindow = 256
  /// The most words that one operation is answered with.
  public static let answerLimit = 1024
  /// Words that there must be room for: as many as a window can have.
  public static let answerWords = longestWindow * answerLimit

  public static func isAnswered(_ word: UInt64) -> Bool { PlacementOperation(word: word).isRequest }

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = PlacementOperation(word: word)
    switch operation.kind {
    case .allocate: return 1 + max(operation.block, operation.near ?? 0)
    case .deallocate, .read, .write: return 1 + operation.block
    case nil: return 0
    }
  }

  public static func describe(operation word: UInt64) -> String {
    let operation = PlacementOperation(word: word)
    let block = "b\(operation.block)"
    let thread = ", thread \(operation.thread)"
    switch operation.kind {
    case .allocate:
      let size = operation.size == .max ? "Int.max" : "\(operation.size)"
      let alignment = operation.alignment == 1 ? "" : ", alignment \(operation.alignment)"
      let near = operation.near.map { ", near b\($0)" } ?? ""
      return "\(block) = allocate(\(size)\(alignment)\(near)\(thread))"
    case .deallocate: return "deallocate(\(block)\(thread))"
    case .read, .write:
      let end = operation.offset + operation.count
      return "\(operation.kind == .read ? "read" : "write") \(block)[\(operation.offset)..<\(end)]\(thread)"
    case nil: return "nothing"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    switch PlacementOperation(word: word).kind {
    case .allocate:
      outcome == 0 ? "no answer" : outcome == 1 ? "no access" : outcome == 2 ? "1 access" : "\(outcome - 1) accesses"
    case .deallocate: outcome == 1 ? "1 access" : "\(outcome) accesses"
    default: ""
    }
  }
}
