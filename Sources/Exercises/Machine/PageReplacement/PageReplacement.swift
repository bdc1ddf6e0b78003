import Examining
import Traces
import Vocabularies
import Workloads

/// Page replacement. Truth: the oracle knows which pages are in memory, and plays the named policies itself.
enum PageReplacement: ExerciseDefinition {
  static let id = "page-replacement", title = "Page replacement", assignment = "VirtualMemory"
  static let summary =
    "LRU and CLOCK as they are in the textbooks, and a policy of your own against Belady's optimum."
  static let handIn = HandIn(
    types: ["LRUPolicy", "ClockPolicy", "OwnPolicy"], file: "PageReplacement.swift",
    protocolName: "PageReplacementPolicy")
  static let vocabulary: any Vocabulary.Type = PagingVocabulary.self
  static let driver = "PagingDriver<LRUPolicy, ClockPolicy, OwnPolicy>"
  static let meters = [Meter.counted("misses / optimum")]
  /// Who sees what comes next evicts what does not: a few accesses ahead are worth next to nothing.
  static let longestWindow: Int? = 4
  /// A policy may remember pages that are gone, but not all that ever happened.
  static func privateLimit(on trace: Trace) -> Int? { 512 << 10 }

  static let reductions: (any Reductions)? = IndependentReductions(parameters: ["frames"])

  static func oracle(for trace: Trace) -> any Oracle {
    PagingOracle(
      frames: max(1, trace.parameter("frames") ?? 1), policy: trace.parameter("policy") ?? 2,
      independentAhead: trace.parameter("independent") == 1 ? longestWindow : nil)
  }
}
