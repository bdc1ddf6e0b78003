package import Traces
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
  package var takesWrongFrees = false
  /// The least heap limit that a trace may state for a heap of at least so many bytes.
  package var heapLimit: @Sendable (_ byteCount: Int) -> Int = { max($0, 4096) }
  /// Traces that are nearly the same, and may be easier to make short: with fewer parameters, or another operation that helps.
  package var variants: @Sendable (Trace) -> [Trace] = { _ in [] }

  /// How the exercise's traces are made shorter and simpler.
  package var reductions: AllocationReductions {
    AllocationReductions(resized: resized, heapLimit: heapLimit, variants: variants)
  }

  /// Workloads of an exercise that draw from the catalogue, a few thousand operations each.
  func workloads(_ names: String...) -> [Workload] {
    names.compactMap { ChaosCatalogue.generator($0) }.map { chaos in
      Workload("chaos-\(chaos.name)", chaos.summary) { generator in
        trace(chaos, operations: 8000, seed: generator.next())
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
}

/// A chaos trace of more operations than this is a long one.
let longChaos = 50_000
