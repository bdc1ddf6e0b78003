package import Traces
import Vocabularies
package import Workloads

/// How an exercise about allocation takes traces that were not made for it.
package struct ChaosFit: Sendable {
  /// How much a generator may ask for in about so many operations.
  package let budget: @Sendable (_ operations: Int) -> ChaosBudget
  /// Makes the exercise's trace of what a generator wrote; what the exercise chooses, as the size of a pool's blocks, is drawn.
  package let fit: @Sendable (AllocationTraceBuilder, inout SeededGenerator, ChaosGenerator, ChaosBudget) -> Trace
  /// The same trace with every size `s` changed to `resize(s)`, or as near as the exercise can have it; nil where that makes no trace.
  package let resized: @Sendable (Trace, _ resize: (Int) -> Int) -> Trace?
  /// Whether the exercise's subjects promise to detect wrong frees, so that generators of these are for them too.
  package let takesWrongFrees: Bool
  /// The least heap limit that a trace may state for a heap of at least so many bytes.
  package let heapLimit: @Sendable (_ byteCount: Int) -> Int
  /// Traces that are nearly the same, and may be easier to make short: with fewer parameters, or another operation that helps.
  package let variants: @Sendable (Trace) -> [Trace]

  package init(
    budget: @escaping @Sendable (_ operations: Int) -> ChaosBudget,
    fit: @escaping @Sendable (AllocationTraceBuilder, inout SeededGenerator, ChaosGenerator, ChaosBudget) -> Trace,
    resized: @escaping @Sendable (Trace, _ resize: (Int) -> Int) -> Trace? = ChaosFit.requestsResized,
    takesWrongFrees: Bool = false,
    heapLimit: @escaping @Sendable (_ byteCount: Int) -> Int = { max($0, 4096) },
    variants: @escaping @Sendable (Trace) -> [Trace] = { _ in [] }
  ) {
    self.budget = budget
    self.fit = fit
    self.resized = resized
    self.takesWrongFrees = takesWrongFrees
    self.heapLimit = heapLimit
    self.variants = variants
  }

  /// Changes the size of every request by itself: right wherever a trace's parameters say nothing of sizes.
  @Sendable package static func requestsResized(_ trace: Trace, _ resize: (Int) -> Int) -> Trace? {
    trace.mappingOperations { operation in
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate: operation.resized(to: max(0, resize(operation.size)))
      default: operation
      }
    }
  }

  /// How the exercise's traces are made shorter and simpler.
  package var reductions: AllocationReductions {
    AllocationReductions(resized: resized, heapLimit: heapLimit, variants: variants)
  }

  /// Workloads of an exercise that draw from the catalogue, a few thousand operations each.
  ///
  /// What a generator of chaos draws decides what is tested. So it draws the same under every seed; the seed says how that is
  /// rearranged, and what becomes of it for the exercise. Points are no matter of luck then.
  package func workloads(_ names: String...) -> [Workload] {
    names.compactMap { ChaosCatalogue.generator($0) }.map { chaos in
      Workload("chaos-\(chaos.name)", chaos.summary) { generator in
        var pattern = SeededGenerator(seed: Exercise.publicSeed, purpose: "chaos \(chaos.name)")
        let trace = trace(chaos, operations: 8000, &pattern, fittedBy: &generator)
        return Metamorphosis.rearranged.apply(to: trace, with: &generator, resized: resized) ?? trace
      }
    }
  }

  /// The chaos trace of a generator under a seed.
  package func trace(_ chaos: ChaosGenerator, operations: Int, seed: UInt64) -> Trace {
    var generator = SeededGenerator(seed: seed, purpose: "chaos \(chaos.name)")
    let budget = budget(operations)
    var builder = AllocationTraceBuilder()
    chaos.generate(&builder, &generator, budget)
    var trace = fit(builder, &generator, chaos, budget)
    trace.name = chaos.name
    trace.seed = seed
    trace.origin = "chaos \(chaos.name)"
    return trace
  }

  /// A chaos trace whose pattern and what becomes of it are drawn from generators of their own.
  private func trace(
    _ chaos: ChaosGenerator, operations: Int, _ pattern: inout SeededGenerator,
    fittedBy generator: inout SeededGenerator
  ) -> Trace {
    let budget = budget(operations)
    var builder = AllocationTraceBuilder()
    chaos.generate(&builder, &pattern, budget)
    var trace = fit(builder, &generator, chaos, budget)
    trace.origin = "chaos \(chaos.name)"
    return trace
  }
}

/// A chaos trace of more operations than this is a long one.
package let longChaos = 50_000
