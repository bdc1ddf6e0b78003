import Examining
import Traces
import Vocabularies
import Workloads

/// An allocator that tells what a program does to memory that is not its own. Truth: the judge damages bytes itself, and knows all blocks.
enum DebugAllocation: ExerciseDefinition {
  static let id = "debug-allocator", title = "Debug allocator", assignment = "Lab2"
  static let summary =
    "An allocator that finds overflows, writes after free and wrong frees, and names block, offset and lines."
  static let handIn = HandIn(type: "DebugHeap", protocolName: "DebugAllocator")
  static let vocabulary: any Vocabulary.Type = MisuseVocabulary.self
  static let driver = "MisuseDriver<DebugHeap>"
  static let meters = [Meter.space, .time]
  static let reductions: (any Reductions)? = MisuseReductions()

  static func oracle(for trace: Trace) -> any Oracle { MisuseOracle(for: trace) }
}
