import Examining
import Traces
import Vocabularies
import Workloads

/// Blocks of one size. Truth: the oracle knows which blocks are live, and how many must fit.
enum Pool: ExerciseDefinition {
  static let id = "pool", title = "Pool", assignment = "ProblemSet1"
  static let summary = "Blocks of one fixed size, in O(1), without a header."
  static let handIn = HandIn(type: "PoolAllocator", protocolName: "BlockPool")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<PoolSource<PoolAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<PoolSource<PoolAllocator>>"
  static let meters = [Meter.space, .time]

  static func oracle(for trace: Trace) -> any Oracle {
    let size = trace.parameter("block.size") ?? 16
    let alignment = trace.parameter("block.alignment") ?? 1
    return AllocationOracle(
      for: trace,
      [GrowsOnlyWithNeed(), LosesNoBlock(), ServesBlocksThatFit(size: size, alignment: alignment)])
  }

  static func adapt(_ trace: Trace) -> Trace {
    let size = (Projection.commonSizes(trace, count: 1, largest: 1024).first ?? 64).roundedUp(to: 8)
    return poolTrace(Projection.ontoBlocks(of: size, trace, limit: .max), size, 8)
  }
}
