import Examining
import Traces
import Vocabularies
import Workloads

/// Memory leaks, as memcheck finds them. Truth: the oracle goes through the same image.
enum Leaks: ExerciseDefinition {
  static let id = "leaks", title = "Leaks", assignment = "Lab2"
  static let summary =
    "Which blocks of a heap image nobody can free any more, in memcheck's categories, with their sites."
  static let handIn = HandIn(type: "LeakFinder", protocolName: "LeakDetector")
  static let vocabulary: any Vocabulary.Type = LeakVocabulary.self
  static let driver = "LeakDriver<LeakFinder>"
  static let meters = [Meter.time]
  static let reductions: (any Reductions)? = HeapImageReductions()

  /// Twice the image's memory, 128 bytes a block, and a MiB.
  static func privateLimit(on trace: Trace) -> Int? {
    let memory = trace.tables.bytes(LeakVocabulary.memory)?.count ?? 0
    let blocks = (trace.tables.words(LeakVocabulary.blocks)?.count ?? 0) / LeakVocabulary.blockWords
    return 2 * memory + 128 * blocks + (1 << 20)
  }

  static func oracle(for trace: Trace) -> any Oracle { LeakOracle(for: trace) }
}
