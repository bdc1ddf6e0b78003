import Examining
import Vocabularies

/// Counts too, and compares.
struct TallyOracle: Oracle {
  private var counts: [UInt64: UInt64] = [:]

  mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      let key = TallyVocabulary.key(of: operations[place])
      guard TallyVocabulary.asks(operations[place]) else {
        counts[key, default: 0] += 1
        continue
      }
      let count = counts[key, default: 0]
      guard outcomes[place] != count else { continue }
      return Violation(
        .wrongCount, at: window.firstIndex + place,
        "count(of: \(key)) → \(outcomes[place]), but \(key) was added \(count) times")
    }
    return nil
  }
}
