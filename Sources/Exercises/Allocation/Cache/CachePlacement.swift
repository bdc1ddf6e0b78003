import Examining
import Traces
import Vocabularies
import Workloads

/// An allocator that puts together what is used together. Truth: caches that are simulated, over addresses that the oracle has checked.
enum CachePlacement: ExerciseDefinition {
  static let id = "cache", title = "Cache-friendly allocation", assignment = "ProblemSet3"
  static let summary =
    "An allocator that puts together what is used together, judged by the misses of simulated caches."
  static let handIn = HandIn(type: "ColocatingAllocator", protocolName: "CacheFriendlyAllocator")
  static let vocabulary: any Vocabulary.Type = PlacementVocabulary.self
  static let driver = "PlacementDriver<ColocatingAllocator>"
  static let probesHeap = true
  static let meters = [Meter.counted(PlacementOracle.meter)]
  static let longestWindow: Int? = PlacementVocabulary.longestWindow
  static let reductions: (any Reductions)? = PlacementReductions()

  /// Records belong in the heap, where they are counted.
  static func privateLimit(on trace: Trace) -> Int? { 16 << 10 }

  static func oracle(for trace: Trace) -> any Oracle { PlacementOracle(for: trace) }
}
