import Examining
import Traces
import Vocabularies
import Workloads

/// Overflows, which canaries find.
extension Hardening {
  static let canaries: [Workload] = [
    Workload(
      "canary-bytes", "Each of the eight bytes behind a block is overwritten alone, before its end.",
      measuresSpace: false, weight: 2
    ) {
      canaryBytes(with: &$0)
    },
    Workload("canary-runs", "Overflows by 2 to 256 bytes, among neighbours.", measuresSpace: false, weight: 2) {
      canaryRuns(with: &$0)
    },
    Workload("canary-before", "Up to 256 bytes before a block are overwritten.", measuresSpace: false) {
      canaryBefore(with: &$0)
    },
    Workload(
      "canary-replay", "An attacker writes a canary that was seen behind another block, or in another process.",
      measuresSpace: false, weight: 2
    ) {
      canaryReplay(with: &$0)
    },
    Workload(
      "condemned", "Blocks whose overflow was told are never handed out again, however long the program goes on.",
      measuresSpace: false
    ) {
      condemned(with: &$0)
    },
  ]
}

private func canaryBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.sizes(with: &generator) {
    let names = (0..<9).map { _ in builder.allocate(size) }
    for (distance, name) in names.prefix(8).enumerated() {
      builder.overflow(name, by: 1, at: distance)
      builder.deallocate(name)
    }
    // Nothing was near the last one.
    builder.deallocate(names[8])
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func canaryRuns(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.sizes(with: &generator) {
    for count in [2, 3, 5, 8, 9, 16, 64, 256] {
      let names = (0..<3).map { _ in builder.allocate(size) }
      builder.overflow(names[1], by: count)
      for name in names.shuffled(using: &generator) { builder.deallocate(name) }
    }
    // Served still, and empty.
    let names = (0..<3).map { _ in builder.allocate(size) }
    for name in names { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: 64 << 20)
}

private func canaryBefore(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.sizes(with: &generator) {
    for count in [1, 8, 16, 64, 256] {
      let names = (0..<4).map { _ in builder.allocate(size) }
      builder.underflow(names[1], by: count)
      for name in names.shuffled(using: &generator) { builder.deallocate(name) }
    }
    let names = (0..<4).map { _ in builder.allocate(size) }
    for name in names { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: 64 << 20)
}

private func canaryReplay(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.smallSizes(with: &generator) {
    let names = (0..<6).map { _ in builder.allocate(size) }
    builder.learn(names[0])
    for name in names[1..<3] {
      builder.replay(name)
      builder.deallocate(name)
    }
    // From another size, and then from another process.
    let other = builder.allocate(size + 100)
    builder.learn(other)
    builder.replay(names[3])
    builder.deallocate(names[3])
    builder.learn(names[4])
    builder.restart()
    let later = (0..<6).map { _ in builder.allocate(size) }
    for name in later {
      builder.replay(name)
      builder.deallocate(name)
    }
  }
  // So many that some lie where others lay in processes before.
  for _ in 0..<16 {
    builder.restart()
    let names = (0..<30).map { _ in builder.allocate(40) }
    for name in names { builder.learn(name) }
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func condemned(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  for size in [3000, 7000, 20_001].shuffled(using: &generator) {
    var names = (0..<8).map { _ in builder.allocate(size - generator.below(9)) }
    for name in names.prefix(5) {
      builder.overflow(name, by: 1, at: generator.below(8))
      builder.deallocate(name)
    }
    names.removeFirst(5)
    // In all more than the heap holds.
    for _ in 0..<(limit + limit / 4) / size {
      names.append(builder.allocate(size - generator.below(9)))
      if names.count > 6 { builder.end(names.remove(at: generator.below(names.count))) }
    }
    for name in names { builder.end(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}
