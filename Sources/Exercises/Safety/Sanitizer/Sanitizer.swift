import Examining
import Traces
import Vocabularies
import Workloads

/// Shadow memory that knows what is wrong with a program's accesses. Truth: the oracle knows where objects lie, and what was written.
enum Sanitizer: ExerciseDefinition {
  static let id = "sanitizer", title = "Sanitizer", assignment = "ProblemSet2"
  static let summary =
    "Shadow memory that tells overflows, uses after free, wrong frees and uses of what was never written."
  static let handIn = HandIn(type: "ShadowMemory", protocolName: "ShadowSanitizer")
  static let vocabulary: any Vocabulary.Type = AccessVocabulary.self
  static let driver = "SanitizerDriver<ShadowMemory>"
  static let meters = [Meter.space, .time]
  static let reductions: (any Reductions)? = AccessReductions()

  static func oracle(for trace: Trace) -> any Oracle { SanitizerOracle(for: trace) }
}
