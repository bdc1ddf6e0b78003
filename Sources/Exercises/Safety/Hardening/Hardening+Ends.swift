import Examining
import Traces
import Vocabularies
import Workloads

/// Ends of blocks that are none.
extension Hardening {
  static let ends: [Workload] = [
    Workload("double-free", "Blocks are ended twice, at once and after others.", measuresSpace: false, weight: 2) {
      doubleFree(with: &$0)
    },
    Workload(
      "double-free-late", "Just as many blocks as are remembered are ended again, the oldest first.",
      measuresSpace: false
    ) {
      doubleFreeLate(with: &$0)
    },
    Workload("inner-free", "What lies in and around blocks is ended.", measuresSpace: false, weight: 2) {
      innerFree(with: &$0)
    },
    Workload("forged-free", "Addresses that an attacker made up are ended.", measuresSpace: false) {
      forgedFree(with: &$0)
    },
  ]
}

private func doubleFree(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.sizes(with: &generator) {
    let names = (0..<6).map { _ in builder.allocate(size) }
    builder.deallocate(names[0])
    builder.deallocate(names[0])
    for name in names.dropFirst() { builder.deallocate(name) }
    for name in names.shuffled(using: &generator) { builder.deallocate(name) }
    // What comes after is served as if nothing had been.
    let others = (0..<6).map { _ in builder.allocate(size) }
    for name in names { builder.deallocate(name) }
    for name in others { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func doubleFreeLate(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  for size in [200, 1000, 4000, generator.pick(2049...4000)] {
    let remembered = AttackVocabulary.quarantine(heapLimit: limit) / (AttackVocabulary.charge(size) ?? limit)
    let names = (0..<remembered + 4).map { _ in builder.allocate(size) }
    for name in names { builder.deallocate(name) }
    for name in names { builder.deallocate(name) }
    // Others of that size do not lie there.
    let others = (0..<remembered).map { _ in builder.allocate(size) }
    for name in others { builder.deallocate(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}

private func innerFree(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in Hardening.sizes(with: &generator) {
    let names = (0..<4).map { _ in builder.allocate(size) }
    let places = [
      1, 2, 8, 16, 32, 48, 64, 256, 4096, size / 2, size - 1, size, size + 1, size + 8, generator.below(size),
    ]
    for distance in Set(places.flatMap { [$0, -$0] }).sorted() where distance != 0 {
      // By accident it may be where another block begins, which ends then.
      if distance > -64, distance < max(64, size) { builder.deallocate(names[1], at: distance) }
    }
    builder.deallocate(names[1])
    for distance in [8, 16, size] { builder.deallocate(names[1], at: distance) }
    for name in [names[0], names[2], names[3]] { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func forgedFree(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for round in 0..<20 {
    let names = (0..<4).map { _ in builder.allocate(generator.logarithmic(1...30_000)) }
    for power in [0, 4, 12, 20, 23, 24, 25, 31, 32, 36, 42] {
      for sign in [1, -1] { builder.forge(sign * (1 << power)) }
    }
    for address in [0, .max, .min, 1, 15, 16, Hardening.limit - 16, Hardening.limit - 1] { builder.forge(address) }
    // Odd ones are no block's that may be ended by accident.
    for _ in 0..<40 { builder.forge(generator.below(Hardening.limit) | 1) }
    for name in names { builder.deallocate(name) }
    if round % 5 == 4 { builder.restart() }
  }
  return builder.trace(heapLimit: Hardening.limit)
}
