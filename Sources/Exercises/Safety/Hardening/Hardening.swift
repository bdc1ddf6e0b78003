import Examining
import Traces
import Vocabularies
import Workloads

/// An allocator that attacks do not get through. Truth: the oracle knows where blocks lie, and what an attack may come to.
enum Hardening: ExerciseDefinition {
  static let id = "hardening", title = "Hardening", assignment = "ProblemSet2"
  static let summary =
    "An allocator with canaries, guard pages, poison and random addresses, which is attacked."
  static let handIn = HandIn(type: "HardenedHeap", protocolName: "HardenedAllocator")
  static let vocabulary: any Vocabulary.Type = AttackVocabulary.self
  static let driver = "HardeningDriver<HardenedHeap>"
  static let meters = [Meter.space, .time]
  static let reductions: (any Reductions)? = AttackReductions()

  static func oracle(for trace: Trace) -> any Oracle { HardeningOracle(for: trace) }
}
