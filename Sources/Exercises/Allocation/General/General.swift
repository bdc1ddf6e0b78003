import Examining
import Traces
import Vocabularies
import Workloads

/// Blocks of any size in one heap. Truth: the oracle knows which bytes are free, and so which of them must have been joined.
enum General: ExerciseDefinition {
  static let id = "general", title = "General", assignment = "Allocators"
  static let summary =
    "Blocks of any size and alignment, joined when they are freed, that grow and shrink where they are."
  static let handIn = HandIn(type: "GeneralAllocator", protocolName: "GeneralPurposeAllocator")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<TrimmingSource<GeneralAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<TrimmingSource<GeneralAllocator>>"
  static let meters = [Meter.space, .time]

  /// Bytes that a live block may take beyond what was asked for.
  private static let overhead = 128

  static func oracle(for trace: Trace) -> any Oracle {
    AllocationOracle(
      for: trace,
      [
        LiesAtMultiplesOf16(), JoinsFreeBytes(recordBytes: 4096, overhead: overhead, kind: .notJoined),
        StaysWhereItCan(heapLimit: trace.heapLimit, overhead: overhead), TrimsItsTop(),
      ])
  }

  static func adapt(_ trace: Trace) -> Trace {
    generalTrace(Projection.general(trace, largest: 1 << 30, limit: .max), limit: 1 << 30)
  }

  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = chaosFit(leastLimit: 0)

  /// Chaos for whoever serves blocks of any size, in heaps of no less than so many bytes.
  static func chaosFit(leastLimit: Int) -> ChaosFit {
    ChaosFit(
      budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 64 << 10) },
      fit: { builder, generator, chaos, _ in
        let operations = Projection.operations(builder.operations, keepsReallocations: true) { $0 }
        let peak = Projection.peakLiveBytes(operations) { $0 <= 1 << 30 ? $0 + 64 : 0 }
        let limit = chaos.exhausts ? peak * 6 / 10 + 8192 : 8 * peak + (1 << 20)
        var trace = generalTrace(builder, limit: min(max(limit, leastLimit), 256 << 20))
        // Now and then the top is given back.
        let every = generator.pick(300...3000)
        trace.operations = operations.enumerated().flatMap { place, word in
          place % every == every - 1 ? [word, AllocationOperation(.reap).word] : [word]
        }
        return trace
      })
  }
}

/// A trace for one general-purpose allocator.
func generalTrace(_ builder: AllocationTraceBuilder, limit: Int = Exercise.defaultHeapLimit) -> Trace {
  builder.trace(name: "general", seed: 0, parameters: [("heap.limit", limit)])
}
