import Examining
import Traces
import Vocabularies
import Workloads

/// Blocks of powers of two. Truth: the oracle knows where each block must begin, and which buddies are both free.
enum Buddy: ExerciseDefinition {
  static let id = "buddy", title = "Buddy", assignment = "ProblemSet1"
  static let summary = "Blocks of powers of two that split and coalesce."
  static let handIn = HandIn(type: "BuddyAllocator", protocolName: "BuddySystem")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<AllocatorSource<BuddyAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<AllocatorSource<BuddyAllocator>>"
  static let meters = [Meter.space, .time]

  static func oracle(for trace: Trace) -> any Oracle {
    AllocationOracle(for: trace, [NaturalBlocks(), Coalesces(capacity: wholeSize(trace.heapLimit))])
  }

  static func adapt(_ trace: Trace) -> Trace {
    var fitted = trace
    fitted.parameters.removeAll { $0.name == "heap.limit" }
    fitted.parameters += buddyTrace(AllocationTraceBuilder(), capacity: 256 << 20).parameters
    return fitted
  }
}
