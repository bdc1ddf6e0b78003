package import Examining
import Vocabularies

/// Checks a page replacement policy: what is in memory, and for the named policies each victim.
package struct PagingOracle: Oracle {
  private enum Reference {
    case lru(PageReplacementAnswer.LRU)
    case clock(PageReplacementAnswer.Clock)
    case any
  }

  private let frames: Int
  private var reference: Reference
  private var resident: Set<UInt64> = []
  private var misses = 0
  private var accesses: [UInt64] = []
  /// How many accesses may have been seen at once, where each of the trace's is independent of those before it.
  private let independentAhead: Int?

  /// - Parameters:
  ///   - policy: 0 for LRU, 1 for CLOCK, anything else for a policy of the student's own.
  ///   - independentAhead: of a trace whose accesses are independent of each other, how many are sent at once.
  package init(frames: Int, policy: Int, independentAhead: Int? = nil) {
    self.frames = frames
    self.independentAhead = independentAhead
    reference =
      switch policy {
      case 0: .lru(PageReplacementAnswer.LRU(frames: frames))
      case 1: .clock(PageReplacementAnswer.Clock(frames: frames))
      default: .any
      }
  }

  /// Misses, and how many times the optimum's that is; of a named policy, which has no choice, the misses alone.
  package var measurements: [Measurement] {
    guard case .any = reference else { return [Measurement("misses", Double(misses), "")] }
    let optimum = PageReplacementAnswer.optimalMisses(accesses, frames: frames)
    return [
      Measurement("misses", Double(misses), ""), Measurement("optimal misses", Double(optimum), ""),
      Measurement("misses / optimum", optimum == 0 ? 1 : Double(misses) / Double(optimum), "×"),
    ]
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      let page = operations[place]
      accesses.append(page)
      let wrong = checkResidence(page, outcomes[place]) ?? checkVictim(page, outcomes[place])
      if let (kind, message) = wrong {
        return Violation(
          kind, at: window.firstIndex + place,
          "\(PagingVocabulary.describe(operation: page)) → \(PagingVocabulary.describe(outcome: outcomes[place], of: page)): \(message)",
          evidence: ["\(resident.count) of \(frames) frames are taken"])
      }
    }
    return nil
  }

  package mutating func finish(heap: HeapView?) -> Violation? {
    guard let independentAhead else { return nil }
    let least = PageReplacementAnswer.fewestMisses(accesses, frames: frames, seenAhead: independentAhead)
    guard misses < least else { return nil }
    return Violation(
      .tooGood, at: nil,
      "\(misses) misses: a policy that does not know what comes has at least \(least) here, however lucky it is",
      evidence: ["each access was drawn for itself, so what was accessed before says nothing about the next one"])
  }

  private mutating func checkResidence(_ page: UInt64, _ outcome: UInt64) -> (ViolationKind, String)? {
    let isResident = resident.contains(page)
    if outcome == PagingVocabulary.hit {
      return isResident ? nil : (.falseHit, "page \(page) is not in memory")
    }
    misses += 1
    if isResident { return (.missedHit, "page \(page) is in memory, so this is a hit") }
    if outcome == PagingVocabulary.faultIntoFreeFrame {
      if resident.count >= frames { return (.tooManyPages, "no frame is free, so a page must leave") }
    } else if resident.remove(outcome) == nil {
      return (.absentVictim, "page \(outcome) is not in memory, so it cannot leave")
    }
    resident.insert(page)
    return nil
  }

  private mutating func checkVictim(_ page: UInt64, _ outcome: UInt64) -> (ViolationKind, String)? {
    let expected: PageReplacementAnswer.Access
    let name: String
    switch reference {
    case .any: return nil
    case .lru(var policy):
      reference = .any  // So that the policy is not copied when it changes.
      (name, expected) = ("LRU", policy.access(page))
      reference = .lru(policy)
    case .clock(var policy):
      reference = .any
      (name, expected) = ("CLOCK", policy.access(page))
      reference = .clock(policy)
    }
    let word =
      switch expected {
      case .hit: PagingVocabulary.hit
      case .fault: PagingVocabulary.faultIntoFreeFrame
      case .faultEvicting(let victim): victim
      }
    guard word != outcome else { return nil }
    return (.wrongVictim, "\(name) gives \(PagingVocabulary.describe(outcome: word, of: page))")
  }
}
