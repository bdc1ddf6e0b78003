import Examining
import Traces
import Vocabularies
import Workloads

/// An allocator that moves blocks together. Truth: the judge asks where all blocks are before and after each move, has written what they
/// hold, and counts the pages of the heap.
enum Compaction: ExerciseDefinition {
  static let id = "compaction", title = "Compaction", assignment = "ProblemSet3"
  static let summary =
    "Handles, references and pins: blocks that move together, all at once or some bytes a step, so that free memory goes back."
  static let handIn = HandIn(type: "SlidingAllocator", protocolName: "CompactingAllocator")
  static let vocabulary: any Vocabulary.Type = CompactionVocabulary.self
  static let driver = "CompactionDriver<SlidingAllocator>"
  static let meters = [CompactionOracle.usedMeter, CompactionOracle.movedMeter].map(Meter.counted)
  static let longestWindow: Int? = 256
  static let reductions: (any Reductions)? = CompactionReductions()

  /// Records belong in the heap, where they are counted.
  static func privateLimit(on trace: Trace) -> Int? { 64 << 10 }

  static func oracle(for trace: Trace) -> any Oracle { CompactionOracle(for: trace) }
}
