import Traces
import Vocabularies
import Workloads

extension Exercise {
  static let buddy = Exercise(
    id: "buddy", title: "Buddy", assignment: "ProblemSet1",
    summary: "Blocks of powers of two that split and coalesce.",
    vocabulary: "allocation", protocolName: "BuddySystem", file: "BuddyAllocator.swift",
    driver: "Worker::AllocationDriver<Worker::AllocatorSource<BuddyAllocator>>",
    invariantDriver: "Worker::InvariantDriver<Worker::AllocatorSource<BuddyAllocator>>",
    workloads: [
      Workload("powers-of-two", "Sizes that fit exactly, freed in three orders.") { generator in
        var builder = AllocationTraceBuilder()
        for order in ReleaseOrder.allCases {
          builder.ramp(count: 2000, order: order, with: &generator) { (1 << $0.pick(4...12), 1) }
        }
        return buddyTrace(builder)
      },
      Workload("churn", "Random comings and goings of all sizes.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 100_000, population: 2000, with: &generator) { ($0.logarithmic(1...8192), 1) }
        return buddyTrace(builder)
      },
      Workload("pairs", "Short-lived blocks, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: 100, order: .random, with: &generator) { ($0.logarithmic(1...4096), 1) }
        for depth in [1, 2, 12, 60] {
          builder.pairs(operations: 30_000, depth: depth, with: &generator) { ($0.logarithmic(8...1024), 1) }
        }
        return buddyTrace(builder)
      },
      Workload("coalesce-all", "Fills the whole with small blocks, frees them all, and asks for the whole.") {
        generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << generator.pick(17...18)
        for order in ReleaseOrder.allCases {
          let size = 1 << generator.pick(6...9)
          builder.ramp(count: capacity / size, order: order, with: &generator) { _ in (size, 1) }
          builder.allocate(capacity)
          builder.deallocateLast()
        }
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("halves", "Splits and merges around blocks that stay.") { generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << 18
        for _ in 0..<8 {
          while builder.liveBytes < capacity / 3 {
            builder.allocate(1 << generator.pick(6...13))
          }
          builder.punchHoles(keepingOneIn: generator.pick(4...12), with: &generator)
          for _ in 0..<20 { builder.allocate(1 << generator.pick(10...15)) }
          builder.punchHoles(keepingOneIn: 3, with: &generator)
        }
        builder.deallocateAll(shuffledWith: &generator)
        builder.allocate(capacity)
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("alignments", "Alignments that are larger than the size.") { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 20_000, population: 600, with: &generator) {
          ($0.logarithmic(1...2000), 1 << $0.pick(0...13))
        }
        return buddyTrace(builder)
      },
      Workload("reallocation", "Blocks that grow and shrink, and must keep their bytes.") { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: 0, order: .random, with: &generator) { _ in (1, 1) }
        for _ in 0..<400 { builder.allocate(generator.logarithmic(1...2000)) }
        for _ in 0..<12_000 {
          let place = generator.below(builder.live.count)
          if generator.oneIn(6) {
            builder.deallocate(at: place)
            builder.allocate(generator.logarithmic(1...2000))
          } else {
            let size = builder.live[place].size
            let larger = generator.oneIn(2) ? size * 2 : size + generator.below(64)
            builder.reallocate(at: place, to: generator.oneIn(4) ? max(1, size / 3) : min(larger, 16_000))
          }
        }
        return buddyTrace(builder)
      },
      Workload("exhaustion", "A small whole, filled until it is full, with requests that can never be served.") {
        generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << 17
        for _ in 0..<6 {
          while builder.liveBytes < capacity + capacity / 2 { builder.allocate(generator.logarithmic(1...6000)) }
          for size in [capacity * 2, Int.max - generator.below(5000)] {
            builder.allocate(size)
            builder.deallocateLast()
          }
          builder.punchHoles(keepingOneIn: generator.pick(3...8), with: &generator)
        }
        builder.deallocateAll(shuffledWith: &generator)
        builder.allocate(capacity)
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("recorded-gcc", "The compiler gcc, as recorded.", isTimed: true, recorded: "gcc") { trace, _ in
        buddyTrace(Projection.general(trace, largest: 64 << 10, limit: 80_000), capacity: 32 << 20)
      },
      Workload("recorded-git", "git, as recorded.", recorded: "git") { trace, _ in
        buddyTrace(Projection.general(trace, largest: 64 << 10, limit: 60_000), capacity: 32 << 20)
      },
    ] + buddyChaos.workloads("split-and-merge", "buddy-survivors", "robson", "overflow", "exhausted-churn"),
    meters: [.space, .time],
    adapt: { trace in
      var fitted = trace
      fitted.parameters.removeAll { $0.name == "heap.limit" }
      fitted.parameters += buddyTrace(AllocationTraceBuilder(), capacity: 256 << 20).parameters
      return fitted
    },
    chaos: buddyChaos,
    causes: buddyCauses,
    oracle: { trace, _ in
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
    })
}

/// How a buddy takes chaos.
private let buddyChaos = ChaosFit(
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
  resized: { trace, resize in
    trace.mappingOperations { operation in
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate: operation.resized(to: max(0, resize(operation.size)))
      default: operation
      }
    }
  },
  heapLimit: { byteCount in
    // What is left of it for the blocks is a power of two.
    var capacity = 1 << 17
    while capacity < byteCount { capacity *= 2 }
    return buddyHeapLimit(capacity: capacity)
  })

/// The power of two that serves a request, or nil where no `Int` is large enough.
private func blockSize(_ size: Int, _ alignment: Int) -> Int? {
  let wanted = max(size, alignment, 1)
  return wanted > 1 << 61 ? nil : 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
}

/// The largest power of two that is not above `limit`.
private func wholeSize(_ limit: Int) -> Int { 1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount) }

/// A trace for a buddy system of that capacity, at least 128 KiB, in a heap with room for its records.
func buddyTrace(_ builder: AllocationTraceBuilder, capacity: Int = 32 << 20) -> Trace {
  builder.trace(name: "buddy", seed: 0, parameters: [("heap.limit", buddyHeapLimit(capacity: capacity))])
}

private func buddyHeapLimit(capacity: Int) -> Int { capacity + capacity / 32 + 64 * 1024 }
