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
    var rules = AllocationOracle.Rules()
    rules.extent = { size, alignment in blockSize(size, alignment) ?? size }
    rules.placement = { address, size, alignment in
      guard let block = blockSize(size, alignment), address & (block - 1) != 0 else { return nil }
      return (.notNaturallyAligned, "is not at a multiple of \(block), the block's size")
    }
    let capacity = wholeSize(trace.heapLimit)
    rules.refusalCost = { $0.highestUsed / 64 }
    rules.refusal = { oracle, size, alignment in
      // The smallest block may be as large as 64 bytes, and one that shrank may have stayed as large as it was.
      guard !oracle.growthMayFail, oracle.holdingMore == 0, let block = blockSize(max(size, 64), alignment),
        block <= capacity
      else {
        return nil
      }
      // Beyond the first block that was never touched all are free.
      let end = min(capacity, oracle.highestUsed.roundedUp(to: block) + block)
      for start in stride(from: 0, to: end, by: block) where oracle.isFree(start, block) {
        let range = "\(hexadecimal(start)) ..< \(hexadecimal(start + block))"
        return start < oracle.highestUsed
          ? (.notCoalesced, "no live block is in \(range): its parts should have coalesced")
          : (.failedWithRoom, "\(range) has never been used")
      }
      return nil
    }
    return AllocationOracle(slotCount: trace.slotCount, heapLimit: trace.heapLimit, rules: rules)
  }

  static func adapt(_ trace: Trace) -> Trace {
    var fitted = trace
    fitted.parameters.removeAll { $0.name == "heap.limit" }
    fitted.parameters += buddyTrace(AllocationTraceBuilder(), capacity: 256 << 20).parameters
    return fitted
  }
}
