import Traces
import Vocabularies
import Workloads

extension Exercise {
  static let pool = Exercise(
    id: "pool", title: "Pool", assignment: "ProblemSet1",
    summary: "Blocks of one fixed size, in O(1), without a header.",
    vocabulary: "allocation", protocolName: "BlockPool", file: "PoolAllocator.swift",
    driver: "Worker::AllocationDriver<Worker::PoolSource<PoolAllocator>>",
    invariantDriver: "Worker::InvariantDriver<Worker::PoolSource<PoolAllocator>>",
    workloads: [
      Workload("fill-and-drain", "Grows to thousands of blocks and frees them, in three orders.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(6...20) * 8
        for order in ReleaseOrder.allCases {
          builder.ramp(count: generator.pick(3000...5000), order: order, with: &generator) { _ in (block, 1) }
        }
        return poolTrace(builder, block, 8)
      },
      Workload("churn", "Random comings and goings around a steady population.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(5...14) * 8
        builder.churn(operations: 120_000, population: 2500, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 8)
      },
      Workload("pairs", "Short-lived blocks, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(3...12) * 8
        for depth in [1, 2, 16, 120] {
          builder.pairs(operations: 40_000, depth: depth, with: &generator) { _ in (block, 1) }
        }
        return poolTrace(builder, block, 8)
      },
      Workload("tiny-blocks", "Blocks that are smaller than a link.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(1...7)
        builder.churn(operations: 30_000, population: 6000, with: &generator) { _ in (block, 1) }
        builder.deallocateAll(shuffledWith: &generator)
        builder.ramp(count: 4000, order: .random, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 1)
      },
      Workload("odd-alignments", "Odd sizes, at alignments larger than the size.") { generator in
        var builder = AllocationTraceBuilder()
        let block = 2 * generator.pick(6...50) + 1
        let alignment = 1 << generator.pick(5...9)
        builder.churn(operations: 20_000, population: 800, with: &generator) { _ in (block, alignment) }
        return poolTrace(builder, block, alignment)
      },
      Workload("large-alignments", "Blocks at multiples of 256 bytes, up to a page.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(40...600)
        let alignment = 1 << generator.pick(8...12)
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (block, alignment) }
        return poolTrace(builder, block, alignment)
      },
      Workload("large-blocks", "Blocks of more than half a page.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(2100...9000)
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (block, 1) }
        builder.deallocateAll(shuffledWith: &generator)
        builder.ramp(count: 250, order: .random, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 1)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(4...40) * 4
        let limit = generator.pick(20...40) * 4096 + generator.pick(0...511) * 8
        for _ in 0..<6 {
          // More than fit: the requests that fail must leave everything as it is.
          while builder.live.count * block < limit + 50 * block { builder.allocate(block) }
          builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
        }
        return poolTrace(builder, block, 4, limit: limit)
      },
      Workload("recorded-sqlite", "The small blocks of SQLite, as recorded.", isTimed: true, recorded: "sqlite3") {
        trace, generator in
        let block = generator.pick(12...18) * 8
        return poolTrace(Projection.ontoBlocks(of: block, trace, limit: 100_000), block, 8)
      },
      Workload("recorded-python", "The small blocks of CPython, as recorded.", isTimed: true, recorded: "python") {
        trace, generator in
        let block = generator.pick(8...16) * 8
        return poolTrace(Projection.ontoBlocks(of: block, trace, limit: 100_000), block, 16)
      },
    ] + poolChaos.workloads("growth-fails", "growth-fails-at-random", "generational", "exhaustion-recovery"),
    meters: [.space, .time],
    adapt: { trace in
      let size = (Projection.commonSizes(trace, count: 1, largest: 1024).first ?? 64).roundedUp(to: 8)
      return poolTrace(Projection.ontoBlocks(of: size, trace, limit: .max), size, 8)
    },
    chaos: poolChaos,
    causes: poolCauses,
    oracle: { trace, _ in
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
    })
}

/// How a pool takes chaos.
private let poolChaos = ChaosFit(
  budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 4096) },
  fit: { builder, generator, chaos, budget in
    let size =
      generator.oneIn(4)
      ? generator.pick(1...8)
      : generator.logarithmic(8...(budget.operations <= longChaos && generator.oneIn(6) ? 9000 : 300))
    let alignment = generator.oneIn(2) ? 1 : 1 << generator.pick(0...7)
    let stride = max(size, 8).roundedUp(to: alignment)
    let peak = Projection.peakLiveBlocks(builder.operations) * stride
    let limit = chaos.exhausts ? peak * 6 / 10 + 8192 : 2 * peak + (1 << 20)
    return poolTrace(
      Projection.operations(builder.operations, keepsReallocations: false) { _ in size }, builder.slotCount, size,
      alignment, limit: limit)
  },
  resized: { trace, resize in
    guard let size = trace.parameter("block.size") else { return nil }
    let wanted = max(resize(size), 1)
    return trace.settingParameter("block.size", wanted).mappingOperations { $0.resized(to: wanted) }
  })

/// Why a request for a block like all others should have been served, if more blocks than now were live before.
func lostBlock(_ oracle: AllocationOracle) -> (ViolationKind, String)? {
  guard oracle.liveBlocks < oracle.peakLiveBlocks else { return nil }
  return (.blockLost, "\(oracle.peakLiveBlocks) blocks were live at once before, and now only \(oracle.liveBlocks) are")
}

/// A trace for a pool of operations that are all of its block's size.
private func poolTrace(_ operations: [UInt64], _ slotCount: Int, _ size: Int, _ alignment: Int, limit: Int) -> Trace {
  Trace(
    vocabulary: AllocationVocabulary.name, name: "pool",
    parameters: [("block.size", size), ("block.alignment", alignment), ("heap.limit", limit)].map {
      TraceParameter(name: $0.0, value: $0.1)
    }, slotCount: slotCount, operations: operations.map { AllocationOperation(word: $0).aligned(to: alignment).word })
}

/// A trace for a pool: every block has the pool's alignment.
func poolTrace(
  _ builder: AllocationTraceBuilder, _ size: Int, _ alignment: Int, limit: Int = Exercise.defaultHeapLimit
) -> Trace {
  var trace = builder.trace(
    name: "pool", seed: 0,
    parameters: [("block.size", size), ("block.alignment", alignment), ("heap.limit", limit)])
  trace.operations = trace.operations.map { word in
    let operation = AllocationOperation(word: word)
    guard let kind = operation.kind, kind == .allocate || kind == .allocateZeroed else { return word }
    return AllocationOperation(kind, slot: operation.slot, size: operation.size, alignment: alignment).word
  }
  return trace
}
