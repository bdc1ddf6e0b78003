import Examining
import Traces
import Vocabularies
import Workloads

/// Pointers that know whether their object lives. Truth: the oracle knows each pointer's object, and which words were forged.
enum Temporal: ExerciseDefinition {
  static let id = "temporal", title = "Temporal", assignment = "ProblemSet2"
  static let summary =
    "Pointers of one word that are refused once their object has ended, though its memory is used again."
  static let handIn = HandIn(type: "TemporalTable", protocolName: "TemporalChecker")
  static let vocabulary: any Vocabulary.Type = HandleVocabulary.self
  static let driver = "TemporalDriver<TemporalTable>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = PointerReductions(remembersEnded: true)

  static func oracle(for trace: Trace) -> any Oracle { TemporalOracle(for: trace) }
}
