import Examining
import Traces
import Vocabularies
import Workloads

/// Blocks of any size in as little memory as can be. Truth: the judge counts the pages of the heap, and knows what the live blocks need at
/// least.
enum FragmentationResistance: ExerciseDefinition {
  static let id = "fragmentation", title = "Fragmentation", assignment = "ProblemSet3"
  static let summary =
    "Blocks of any size, against programs and adversaries that leave holes: the least memory, and room for large blocks."
  static let handIn = HandIn(type: "LowFragmentationAllocator", protocolName: "FragmentationResistantAllocator")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<AllocatorSource<LowFragmentationAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<AllocatorSource<LowFragmentationAllocator>>"
  static let meters = HeapGauge.names.map(Meter.counted) + [.time]

  /// Bytes that a live block may take beyond what was asked for.
  private static let overhead = 128
  /// Bytes that records may take at the start of a heap.
  static func recordBytes(limit: Int) -> Int { 4096 + limit / 32 }

  static func privateLimit(on trace: Trace) -> Int? { 192 << 10 }

  static func oracle(for trace: Trace) -> any Oracle {
    let (limit, records) = (trace.heapLimit, recordBytes(limit: trace.heapLimit))
    return AllocationOracle(
      for: trace,
      [
        LiesAtMultiplesOf16(), JoinsFreeBytes(recordBytes: records, overhead: overhead, kind: .notJoined),
        StaysWhereItCan(heapLimit: limit, overhead: overhead), HeapGauge(for: trace),
      ])
  }

  static func adapt(_ trace: Trace) -> Trace {
    var generator = SeededGenerator(seed: 0, purpose: id)
    return generalTrace(Projection.general(trace, largest: 1 << 30, limit: .max), limit: 1 << 30)
      .looked(at: 200, promising: .program, with: &generator)
  }

  static var chaos: ChaosFit? { chaosFit }

  /// As a general-purpose allocator's.
  static let chaosFit = General.chaosFit(leastLimit: 0)
}
