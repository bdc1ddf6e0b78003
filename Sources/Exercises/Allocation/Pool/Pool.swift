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
    var rules = AllocationOracle.Rules()
    let size = trace.parameter("block.size") ?? 16
    let alignment = trace.parameter("block.alignment") ?? 1
    // A block may be as large as a link of eight bytes needs it to be, and a page may go to records.
    let stride = (max(size, 8) + alignment - 1) & ~(alignment - 1)
    rules.slack = 1 << 20
    rules.refusal = { oracle, _, _ in
      if let lost = lostBlock(oracle) { return lost }
      guard !oracle.growthMayFail else { return nil }
      let capacity = (oracle.heapLimit - 4096 - alignment) / stride
      guard oracle.liveBlocks < capacity else { return nil }
      return (.failedWithRoom, "\(oracle.liveBlocks) of at least \(capacity) blocks that fit are live")
    }
    return AllocationOracle(slotCount: trace.slotCount, heapLimit: trace.heapLimit, rules: rules)
  }

  static func adapt(_ trace: Trace) -> Trace {
    let size = (Projection.commonSizes(trace, count: 1, largest: 1024).first ?? 64).roundedUp(to: 8)
    return poolTrace(Projection.ontoBlocks(of: size, trace, limit: .max), size, 8)
  }
}
