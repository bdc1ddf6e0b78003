import Examining
import Traces
import Vocabularies
import Workloads

/// Addresses that nobody foresees.
extension Hardening {
  static let addresses: [Workload] = [
    Workload(
      "random-first", "The first blocks of many processes are where an attacker expects them, or not.",
      measuresSpace: false, weight: 2
    ) {
      randomFirst(with: &$0)
    },
    Workload(
      "random-next", "An attacker who knows all addresses of a process guesses the next.", measuresSpace: false,
      weight: 2
    ) {
      randomNext(with: &$0)
    },
    Workload(
      "random-spray", "An attacker fills memory with blocks, makes a hole, and expects the next block there.",
      measuresSpace: false, weight: 2
    ) {
      randomSpray(with: &$0)
    },
  ]
}

extension AttackTraceBuilder {
  fileprivate func guessed() -> Trace {
    trace(
      heapLimit: Hardening.limit, parameters: [TraceParameter(name: HardeningOracle.guessedParameter, value: 1)])
  }
}

private func randomFirst(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in [generator.pick(1...24), generator.pick(33...200), generator.pick(900...1024)] {
    for _ in 0..<120 {
      for _ in 0..<6 { _ = builder.allocate(size) }
      builder.restart()
    }
  }
  return builder.guessed()
}

private func randomNext(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for _ in 0..<4 {
    let size = generator.logarithmic(8...1024)
    for _ in 0..<3 {
      for _ in 0..<300 { _ = builder.allocate(size) }
      builder.restart()
    }
  }
  return builder.guessed()
}

private func randomSpray(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for _ in 0..<4 {
    let size = generator.logarithmic(16...1024)
    var names = (0..<128).map { _ in builder.allocate(size) }
    for _ in 0..<400 {
      let hole = generator.below(names.count)
      builder.end(names[hole])
      names[hole] = builder.allocate(size)
    }
    builder.restart()
  }
  return builder.guessed()
}
