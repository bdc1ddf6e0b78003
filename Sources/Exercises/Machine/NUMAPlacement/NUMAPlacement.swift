import Examining
import Traces
import Vocabularies
import Workloads

/// Frames for pages on a machine with several nodes. Truth: which node has a frame of that number, and how far it is.
enum NUMAPlacement: ExerciseDefinition {
  static let id = "numa", title = "NUMA placement", assignment = "ProblemSet3"
  static let summary =
    "An allocator of page frames for machines with several nodes, judged by how far memory is from who accesses it."
  static let handIn = HandIn(type: "NodeAllocator", protocolName: "NUMAAllocator")
  static let vocabulary: any Vocabulary.Type = NUMAVocabulary.self
  static let driver = "NUMADriver<NodeAllocator>"
  static let meters = [Meter.counted(NUMAOracle.meter)]
  static let reductions: (any Reductions)? = NUMAReductions()
  /// Who sees far ahead knows which pages are worth a move.
  static let longestWindow: Int? = 32

  /// 1 KiB for each frame, and a MiB.
  static func privateLimit(on trace: Trace) -> Int? {
    let machine = NUMATopology(words: trace.tables.words(NUMAVocabulary.topology) ?? [])
    let frames = machine?.frames.reduce(0) { $0 + min($1.count, 1 << 16) } ?? 0
    return (frames << 10) + (1 << 20)
  }

  static func oracle(for trace: Trace) -> any Oracle { NUMAOracle(for: trace) }
}
