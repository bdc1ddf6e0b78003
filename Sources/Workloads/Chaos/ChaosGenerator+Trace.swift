package import Traces

extension ChaosGenerator {
  /// A trace for any allocator, which no exercise has changed; `heap.limit` says how much the heap may hold.
  package func trace(operations: Int, seed: UInt64) -> Trace {
    let budget = ChaosBudget.general(operations: operations)
    var random = SeededGenerator(seed: seed, purpose: "chaos \(name)")
    var builder = AllocationTraceBuilder()
    generate(&builder, &random, budget)
    var trace = builder.trace(
      name: name, seed: seed,
      parameters: [("heap.limit", exhausts ? budget.liveBytes : 8 * budget.liveBytes)])
    trace.origin = "chaos \(name)"
    return trace
  }
}

extension ChaosBudget {
  /// What a trace may ask for that is made for no exercise: 4 MiB in 10,000 blocks.
  package static func general(operations: Int) -> ChaosBudget {
    ChaosBudget(operations: operations, liveBytes: 4 << 20, liveBlocks: 10_000, largest: 16 << 10)
  }
}
