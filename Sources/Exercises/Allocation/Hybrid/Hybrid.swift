import Examining
import Traces
import Vocabularies
import Workloads

/// Small, medium and large blocks in one heap, each treated in its own way. Truth: the oracle knows which bytes are free, and so which of them
/// must have gone back to where any class can have them.
enum Hybrid: ExerciseDefinition {
  static let id = "hybrid", title = "Hybrid", assignment = "Allocators"
  static let summary =
    "Small blocks from pools, medium ones from runs, large ones as whole pages; memory moves from class to class."
  static let handIn = HandIn(type: "HybridAllocator", protocolName: "SegregatedAllocator")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<TrimmingSource<HybridAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<TrimmingSource<HybridAllocator>>"
  static let meters = [Meter.space, .time]

  /// The most bytes of a run.
  static let runBytes = 32 << 10
  /// Free bytes in a row beyond those that are asked for: of the runs at both ends, of a run that begins, and of a page.
  static let slack = 3 * runBytes + 4096

  /// Bytes that records may take at the start of a heap.
  static func recordBytes(limit: Int) -> Int { (16 << 10) + limit / 32 }

  static func oracle(for trace: Trace) -> any Oracle {
    let (limit, records) = (trace.heapLimit, recordBytes(limit: trace.heapLimit))
    return AllocationOracle(
      for: trace,
      [
        LiesAtMultiplesOf16(), PacksBlocks(limit: limit - records),
        JoinsFreeBytes(recordBytes: records, overhead: slack, kind: .memoryKept), KeepsPlacesOfASize(heapLimit: limit),
        StaysWhereItCan(heapLimit: limit, overhead: slack, classBytes: runBytes),
        TrimsRows(recordBytes: records, slack: slack),
      ])
  }

  static func adapt(_ trace: Trace) -> Trace {
    hybridTrace(Projection.general(trace, largest: 1 << 30, limit: .max), limit: 1 << 30)
  }

  static var chaos: ChaosFit? { chaosFit }

  /// As a general-purpose allocator's, in heaps that runs of all classes fit into.
  static let chaosFit = General.chaosFit(leastLimit: 512 << 10)
}

/// A trace for one hybrid allocator.
func hybridTrace(_ builder: AllocationTraceBuilder, limit: Int = Exercise.defaultHeapLimit) -> Trace {
  generalTrace(builder, limit: limit)
}
