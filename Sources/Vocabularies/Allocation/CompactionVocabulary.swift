/// A program that holds handles of blocks, which may move.
///
/// `allocate` and `pin` are told by an address, or `none`; everything else is told by 0. Where another block lies elsewhere afterwards, the
/// outcome is `moved`, since none may. What may move blocks, and a look, is answered with a list: pairs of a block
/// and its new address, of those that moved where none may; then `none`; then what was returned; then such pairs of those that moved
/// just now.
public enum CompactionVocabulary: Vocabulary {
  public static let name = "compaction"

  /// No address.
  public static let none = UInt64.max

  /// A block has moved that nobody asked about.
  public static let moved = UInt64.max - 1

  /// Words that there must be room for: one list, since a window ends with it.
  public static func answerWords(blocks: Int) -> Int { 2 + 4 * max(blocks, 1) }

  public static func isAnswered(_ word: UInt64) -> Bool { CompactionOperation(word: word).isAboutAll }

  public static func slotEnd(of word: UInt64) -> Int? {
    let operation = CompactionOperation(word: word)
    switch operation.kind {
    case .allocate, .deallocate, .pin, .unpin: return 1 + operation.block
    case .refer: return 1 + max(operation.block, operation.target ?? 0)
    case .compact, .step, .look, nil: return 0
    }
  }

  public static func describe(operation word: UInt64) -> String {
    let operation = CompactionOperation(word: word)
    let block = "b\(operation.block)"
    func amount(_ number: Int) -> String { number == .max ? "Int.max" : "\(number)" }
    switch operation.kind {
    case .allocate:
      let references = operation.references == 0 ? "" : ", references: \(operation.references)"
      return "\(block) = allocate(\(amount(operation.size))\(references))"
    case .deallocate: return "deallocate(\(block))"
    case .refer:
      return "setReference(\(operation.number), of: \(block), to: \(operation.target.map { "b\($0)" } ?? "nil"))"
    case .pin: return "pin(\(block))"
    case .unpin: return "unpin(\(block))"
    case .compact: return "compact()"
    case .step: return "step(budget: \(amount(operation.number)))"
    case .look: return "look"
    case nil: return "nothing"
    }
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    switch CompactionOperation(word: word).kind {
    case .allocate where outcome == moved, .pin where outcome == moved: return "a block has moved"
    case .allocate, .pin: return outcome == none ? "nil" : "0x" + String(outcome, radix: 16)
    case .compact, .step, .look:
      let moved = outcome < 2 ? 0 : (outcome - 2) / 2
      return moved == 1 ? "1 block moved" : "\(moved) blocks moved"
    case .deallocate, .refer, .unpin: return outcome == moved ? "a block has moved" : ""
    case nil: return ""
    }
  }
}
