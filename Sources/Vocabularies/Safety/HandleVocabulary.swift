/// Pointers that a program can forge, and uses after their objects have ended: the operations are those of `PointerOperation`.
///
/// The outcomes are those of `PointerVocabulary`, but that `advance` is no request: the program changes the word itself, as its number
/// says (`WordForgery`), and the outcome is the word that came of it.
public enum HandleVocabulary: Vocabulary {
  public static let name = "handles"

  /// The most objects that are live at once.
  public static let objectLimit = 1 << 12

  public static func slotEnd(of word: UInt64) -> Int? { PointerVocabulary.slotEnd(of: word) }

  public static func describe(operation word: UInt64) -> String {
    let operation = PointerOperation(word: word)
    guard operation.kind == .advance else { return PointerVocabulary.describe(operation: word) }
    let pointer = "p\(operation.name)"
    return "\(pointer) = \(WordForgery(number: operation.number).summary(of: pointer))"
  }

  public static func describe(outcome: UInt64, of word: UInt64) -> String {
    PointerVocabulary.describe(outcome: outcome, of: word)
  }
}
