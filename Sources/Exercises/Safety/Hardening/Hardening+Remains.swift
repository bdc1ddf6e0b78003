import Examining
import Traces
import Vocabularies
import Workloads

/// What is left of blocks that ended, and what an attacker makes of it.
extension Hardening {
  static let remains: [Workload] = [
    Workload("poison", "Blocks of all sizes end, and are looked at.", measuresSpace: false, weight: 2) {
      poison(with: &$0)
    },
    Workload("old-secrets", "New blocks are looked at that lie where others were.", measuresSpace: false, weight: 2) {
      oldSecrets(with: &$0)
    },
    Workload(
      "write-after-free", "Blocks that have ended are overwritten, all of them or in part, and used again.",
      measuresSpace: false, weight: 2
    ) {
      writeAfterFree(with: &$0)
    },
    Workload(
      "overwrite-all",
      "All bytes that an attacker can reach are overwritten: blocks that ended, and 256 bytes around all.",
      measuresSpace: false, weight: 2
    ) {
      overwriteAll(with: &$0)
    },
    Workload(
      "overwrite-near", "256 bytes around blocks are overwritten, where others have ended long ago.",
      measuresSpace: false
    ) {
      overwriteNear(with: &$0)
    },
  ]
}

private func poison(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let sizes =
    Array(1...70) + Hardening.sizes(with: &generator) + (0..<60).map { _ in generator.logarithmic(1...60_000) }
  var before: Int?
  for size in sizes.shuffled(using: &generator) {
    let name = builder.allocate(size, alignment: 1 << generator.below(7))
    if let before { builder.end(before) }
    before = name
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func oldSecrets(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  // Of each size more in all than the heap holds.
  for size in [5000, 16_000, 40_000].shuffled(using: &generator) {
    var names: [Int] = []
    for _ in 0..<(limit + limit / 4) / size {
      names.append(builder.allocate(size - generator.below(size / 8)))
      if names.count > 4 { builder.end(names.remove(at: generator.below(names.count))) }
    }
    for name in names { builder.end(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}

private func writeAfterFree(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  for size in [24, 100, 1000, 5000, 16_000, 20_000].shuffled(using: &generator) {
    let names = (0..<6).map { _ in builder.allocate(size) }
    for (number, name) in names.enumerated() {
      builder.deallocate(name)
      switch number {
      case 0: builder.overwrite(name)
      case 1: builder.scribble(name, at: 0, 8)
      case 2: builder.scribble(name, at: size - 1, 1)
      case 3: builder.scribble(name, at: generator.below(size), 1)
      case 4: builder.scribble(name, at: 8, 8)
      default: builder.scribble(name, at: size, 8)
      }
    }
    // They are used again, if memory is not to run out.
    var live: [Int] = []
    for _ in 0..<max(80, (limit + limit / 8) / size < 900 ? (limit + limit / 8) / size : 300) {
      live.append(builder.allocate(size))
      if live.count > 12 { builder.end(live.remove(at: generator.below(live.count))) }
    }
    for name in live { builder.end(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}

private func overwriteAll(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for _ in 0..<5 {
    let names = (0..<60).map { _ in builder.allocate(generator.logarithmic(1...(generator.oneIn(5) ? 40_000 : 2000))) }
    let (kept, ended) = (names.prefix(30), names.suffix(30))
    for name in ended { builder.deallocate(name) }
    for name in ended {
      builder.overwrite(name)
      builder.overflow(name, by: 256)
      builder.underflow(name, by: 256)
    }
    // Only now those that live: whoever is overwritten may be told.
    for name in kept {
      builder.overflow(name, by: 256)
      builder.underflow(name, by: 256)
    }
    for name in names.shuffled(using: &generator) { builder.deallocate(name) }
    let others = (0..<60).map { _ in builder.allocate(generator.logarithmic(1...(generator.oneIn(5) ? 40_000 : 2000))) }
    for name in others.shuffled(using: &generator) { builder.deallocate(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: Hardening.limit)
}

private func overwriteNear(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  let limit = 4 << 20
  for size in [generator.pick(24...56), generator.pick(100...120), generator.pick(130...240)] {
    var names = (0..<800).map { _ in builder.allocate(size) }.shuffled(using: &generator)
    while names.count > 30 { builder.deallocate(names.removeLast()) }
    for name in names {
      builder.overflow(name, by: 256)
      builder.underflow(name, by: 256)
    }
    let others = (0..<300).map { _ in builder.allocate(size) }
    for name in others.shuffled(using: &generator) { builder.deallocate(name) }
    for name in names { builder.deallocate(name) }
    builder.restart()
  }
  return builder.trace(heapLimit: limit)
}
