import Examining
import Traces
import Vocabularies
import Workloads

/// Ends of blocks that are none, or are others.
extension DebugAllocation {
  static let ends: [Workload] = [
    Workload("double-free", "Blocks are ended twice, at once and after others.", measuresSpace: false, weight: 2) {
      doubleFree(with: &$0)
    },
    Workload(
      "inner-free", "What lies in and around blocks is ended and reallocated.", measuresSpace: false, weight: 2
    ) {
      innerFree(with: &$0)
    },
    Workload("wild-free", "Addresses that the program made up are ended.", measuresSpace: false) {
      wildFree(with: &$0)
    },
    Workload("families", "Blocks of each family are ended as ones of each, whole and damaged.", measuresSpace: false) {
      families(with: &$0)
    },
    Workload(
      "sites", "Lines of files so long that their numbers have 32 bits, in reports of all kinds.", measuresSpace: false
    ) {
      sites(with: &$0)
    },
  ]
}

private func doubleFree(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.sizes(with: &generator) {
    let names = (0..<6).map { _ in builder.allocate(size) }
    builder.deallocate(names[0])
    builder.deallocate(names[0])
    for name in names.dropFirst() { builder.deallocate(name) }
    for name in names.shuffled(using: &generator) { builder.deallocate(name, family: generator.below(3)) }
    builder.write(names[1], at: size)
    builder.deallocate(names[1])
    builder.reallocate(names[2], at: 0, to: 40)
    builder.check()
    // What comes after is served as if nothing had been.
    let others = (0..<6).map { _ in builder.allocate(size) }
    for name in names { builder.deallocate(name) }
    for name in others { builder.deallocate(name) }
  }
  builder.shutDown()
  return builder.trace(heapLimit: DebugAllocation.limit)
}

private func innerFree(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.sizes(with: &generator) {
    let names = (0..<5).map { _ in builder.allocate(size) }
    builder.deallocate(names[1])
    let inside = [1, 8, 15, 16, 32, 48, 64, 256, size / 2, size - 16, size - 1].filter {
      (1..<max(size, 1)).contains($0)
    }
    let around = [-1, -8, -15, -16, size, size + 1, size + 8, size + 15]
    for name in [names[1], names[2]] {
      for distance in Set(inside + around).sorted() where distance != 0 {
        builder.deallocate(name, at: distance, family: generator.below(3))
      }
      builder.reallocate(name, at: generator.pick(inside + [-16, size + 15]), to: 100)
      // Beyond its tags it is another block's, or nobody's.
      builder.deallocate(name, at: -17)
      builder.deallocate(name, at: size + 17 | 1)
    }
    builder.check()
    for name in names.dropFirst(2) { builder.deallocate(name) }
    for distance in [16, -16, size + 15] { builder.deallocate(names[3], at: distance == 0 ? 1 : distance) }
  }
  builder.shutDown()
  return builder.trace(heapLimit: 32 << 20)
}

private func wildFree(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for round in 0..<12 {
    let sizes = (0..<6).map { _ in generator.logarithmic(1...30_000) }
    let names = sizes.map { builder.allocate($0) }
    builder.deallocate(names[5])
    for shift in [0, 4, 12, 20, 24, 28, 31, 32, 36, 47, 48, 61, 62] {
      for sign in [1, -1] { builder.forge(sign, shift: shift) }
    }
    // The smallest and the largest number, and both ends of the heap.
    builder.forge(-1 << 24, shift: 39)
    builder.forge(.max)
    for address in [0, 1, 8, 15, 16, 64, DebugAllocation.limit / 16 - 1, DebugAllocation.limit / 16] {
      builder.forge(address, shift: address >= 64 ? 4 : 0, family: generator.below(3))
    }
    // Odd ones are no block's that may be ended by accident.
    for _ in 0..<30 { builder.forge(generator.below(DebugAllocation.limit) | 1) }
    builder.reallocate(names[0], at: -(1 << 23) | 1, to: 24)
    for name in names.prefix(5) { builder.deallocate(name) }
    builder.check()
    if round % 4 == 3 { builder.shutDown() }
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

private func families(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  for size in DebugAllocation.someSizes(with: &generator) {
    for (made, ended) in (0..<9).map({ ($0 / 3, $0 % 3) }).shuffled(using: &generator) {
      for damage in 0..<3 {
        let name = builder.allocate(size, family: made)
        if damage == 1 { builder.overflow(name, at: generator.below(16), 2) }
        if damage == 2 { builder.write(name, at: -16, size + 32) }
        builder.deallocate(name, family: ended)
        // It has ended all the same.
        builder.deallocate(name, family: made)
      }
      let (old, new) = builder.allocatePair(size, family: made)
      builder.reallocateBeside(old, to: size + 8)
      builder.deallocate(new, family: ended)
    }
    builder.check()
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}

/// Each of the lines that do not fit into fewer bits, where blocks are made, ended and found.
private func sites(with generator: inout SeededGenerator) -> Trace {
  var builder = MisuseTraceBuilder(with: &generator)
  let long = (0..<8).map { SiteCode.longFile + $0 }
  for file in [0, 1, 13, 14, 15].shuffled(using: &generator) {
    for (place, line) in (long + [0, 1, 255, 256, 4087]).enumerated() {
      let site = SiteCode(file, line)
      let other = SiteCode(15 - file, long[place % 8])
      let names = (0..<3).map { _ in builder.allocate(generator.below(90), family: place % 3, on: site) }
      builder.overflow(names[0])
      builder.deallocate(names[0], family: place % 3, on: other)
      builder.deallocate(names[0], on: site)
      builder.deallocate(names[1], family: place % 3, on: other)
      builder.deallocate(names[1], at: -3, on: site)
      builder.write(names[1], at: -1)
      builder.reallocate(names[2], to: 30, on: other)
      builder.overflow(names[2])
      if place % 4 == 0 { builder.check() }
    }
    builder.shutDown()
  }
  return builder.trace(heapLimit: DebugAllocation.limit)
}
