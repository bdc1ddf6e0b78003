import Examining
import Traces
import Vocabularies
import Workloads

extension Slab {
  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = fit { generator, budget in
    let count = generator.oneIn(2) ? 1 : generator.pick(2...8)
    let sizes = Array(
      Set(
        (0..<count).map { _ in
          max(16, generator.logarithmic(16...(budget.operations > longChaos ? 256 : 2000)).roundedUp(to: 8))
        })
    )
    .sorted()
    return (sizes, generator.oneIn(2) ? 8 : 1 << generator.pick(3...8))
  }

  /// How caches take chaos, as `caches` draws them: the sizes of their objects, ascending, and the alignment.
  static func fit(
    _ caches: @escaping @Sendable (inout SeededGenerator, ChaosBudget) -> (sizes: [Int], alignment: Int)
  ) -> ChaosFit {
    ChaosFit(
      budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 2000) },
      fit: { builder, generator, chaos, budget in
        let (sizes, alignment) = caches(&generator, budget)
        // The sizes asked for choose among the caches by their logarithm, so that each has its share.
        let classes = 2 * Int.bitWidth
        func cache(_ size: Int) -> Int {
          let bits = Int.bitWidth - max(size, 1).leadingZeroBitCount
          return sizes[(2 * bits + (size >> max(0, bits - 2) & 1)) % classes % sizes.count]
        }
        let operations = Projection.operations(builder.operations, keepsReallocations: false, cache)
        let peak = Projection.peakLiveBytes(operations) { $0.roundedUp(to: alignment) }
        let slabs = 64 * 1024 * sizes.count
        let limit = chaos.exhausts ? peak * 6 / 10 + slabs : 2 * peak + slabs + (1 << 20)
        var trace = slabTrace(AllocationTraceBuilder(), sizes, alignment: alignment, limit: limit)
        trace.slotCount = builder.slotCount
        trace.operations = operations.map { AllocationOperation(word: $0).aligned(to: alignment).word }
        for _ in 0..<operations.count / (budget.operations > longChaos ? 20_000 : 4000) {
          trace.operations.insert(AllocationOperation(.reap).word, at: generator.below(operations.count))
        }
        return trace
      },
      resized: { trace, resize in
        let count = trace.parameter("cache.count") ?? 1
        var resized = trace
        var sizes: [Int: Int] = [:]
        for number in 0..<count {
          guard let size = trace.parameter("cache.\(number).size") else { return nil }
          let wanted = max(resize(size), 16).roundedUp(to: 8)
          // Two caches of one size would be one.
          guard wanted < 4096, !sizes.values.contains(wanted) else { return nil }
          sizes[size] = wanted
          resized = resized.settingParameter("cache.\(number).size", wanted)
        }
        return resized.mappingOperations { operation in
          sizes[operation.size].map { operation.resized(to: $0) } ?? operation
        }
      },
      variants: { withFewerCaches($0) + withReap($0) })
  }
}

/// A trace for caches of objects of `sizes`.
func slabTrace(
  _ builder: AllocationTraceBuilder, _ sizes: [Int], alignment: Int = 8, limit: Int = Exercise.defaultHeapLimit
) -> Trace {
  var parameters = [("cache.count", sizes.count), ("heap.limit", limit)]
  for (number, size) in sizes.enumerated() {
    parameters += [("cache.\(number).size", size), ("cache.\(number).alignment", alignment)]
  }
  return builder.trace(name: "slab", seed: 0, parameters: parameters)
}

/// The trace with one more `reap()`, which empties magazines as well as many frees do.
private func withReap(_ trace: Trace) -> [Trace] {
  let count = trace.operations.count
  return Set([count - 1, count / 2, count / 4, count * 3 / 4, 1]).sorted(by: >).filter { $0 > 0 && $0 < count }.map {
    var longer = trace
    longer.operations.insert(AllocationOperation(.reap).word, at: $0)
    return longer
  }
}

/// The trace with all objects in one of its caches, and with only those caches that it uses.
private func withFewerCaches(_ trace: Trace) -> [Trace] {
  let count = trace.parameter("cache.count") ?? 1
  guard count > 1 else { return [] }
  let alignment = trace.parameter("cache.0.alignment") ?? 8
  let used = Set(trace.operations.map { AllocationOperation(word: $0) }.filter { $0.asksForSize }.map(\.size))
  let sizes = (0..<count).compactMap { trace.parameter("cache.\($0).size") }.filter { used.contains($0) }
  func fitted(_ sizes: [Int], _ size: (Int) -> Int) -> Trace {
    var fitted = trace.mappingOperations { $0.asksForSize ? $0.resized(to: size($0.size)) : $0 }
    fitted.parameters =
      slabTrace(
        AllocationTraceBuilder(), sizes, alignment: alignment, limit: trace.heapLimit
      ).parameters
    return fitted
  }
  return sizes.map { size in fitted([size]) { _ in size } } + (sizes.count < count ? [fitted(sizes) { $0 }] : [])
}
