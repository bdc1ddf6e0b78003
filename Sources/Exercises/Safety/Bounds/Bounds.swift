import Examining
import Traces
import Vocabularies
import Workloads

/// Pointers that know the bounds of their objects. Truth: the oracle knows each pointer's object and position.
enum Bounds: ExerciseDefinition {
  static let id = "bounds", title = "Bounds", assignment = "ProblemSet2"
  static let summary = "Pointers of one word that know the bounds of their objects, and memory for these."
  static let handIn = HandIn(type: "BoundsTable", protocolName: "BoundsChecker")
  static let vocabulary: any Vocabulary.Type = PointerVocabulary.self
  static let driver = "BoundsDriver<BoundsTable>"
  static let meters = [Meter.space, .time]
  static let reductions: (any Reductions)? = PointerReductions()

  static func oracle(for trace: Trace) -> any Oracle { BoundsOracle(for: trace) }
}
