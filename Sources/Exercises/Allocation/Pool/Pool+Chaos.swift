import Examining
import Traces
import Vocabularies
import Workloads

extension Pool {
  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = fit { generator, budget in
    let size =
      generator.oneIn(4)
      ? generator.pick(1...8)
      : generator.logarithmic(8...(budget.operations <= longChaos && generator.oneIn(6) ? 9000 : 300))
    return (size, generator.oneIn(2) ? 1 : 1 << generator.pick(0...7))
  }

  /// How a pool takes chaos, with blocks as `block` draws them: their size and alignment.
  static func fit(
    _ block: @escaping @Sendable (inout SeededGenerator, ChaosBudget) -> (size: Int, alignment: Int)
  ) -> ChaosFit {
    ChaosFit(
      budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 4096) },
      fit: { builder, generator, chaos, budget in
        let (size, alignment) = block(&generator, budget)
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
  }
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
