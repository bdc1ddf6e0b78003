import Examining
import Traces
import Vocabularies
import Workloads

extension Buddy {
  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = ChaosFit(
    // Long traces are for what only many operations show; every byte of a block costs time.
    budget: {
      ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: $0 > longChaos ? 1024 : 8192)
    },
    fit: { builder, _, chaos, budget in
      let operations = Projection.operations(builder.operations, keepsReallocations: true) { $0 }
      let peak = Projection.peakLiveBytes(operations) { size in
        blockSize(max(size, 64), 1).flatMap { $0 <= 1 << 30 ? $0 : nil } ?? 0
      }
      let capacity = max(1 << 17, chaos.exhausts ? wholeSize(max(peak, 1)) : 4 * wholeSize(max(peak, 1)))
      var trace = buddyTrace(AllocationTraceBuilder(), capacity: min(capacity, 256 << 20))
      trace.slotCount = builder.slotCount
      trace.operations = operations
      return trace
    },
    heapLimit: { byteCount in
      // What is left of it for the blocks is a power of two.
      var capacity = 1 << 17
      while capacity < byteCount { capacity *= 2 }
      return buddyHeapLimit(capacity: capacity)
    })
}

/// A trace for a buddy system of that capacity, at least 128 KiB, in a heap with room for its records.
func buddyTrace(_ builder: AllocationTraceBuilder, capacity: Int = 32 << 20) -> Trace {
  builder.trace(name: "buddy", seed: 0, parameters: [("heap.limit", buddyHeapLimit(capacity: capacity))])
}

private func buddyHeapLimit(capacity: Int) -> Int { capacity + capacity / 32 + 64 * 1024 }
