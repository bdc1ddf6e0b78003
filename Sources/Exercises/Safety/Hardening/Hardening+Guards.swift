import Examining
import Traces
import Vocabularies
import Workloads

/// Pages that may not be accessed.
extension Hardening {
  static let guards: [Workload] = [
    Workload(
      "guard-pages", "Bytes a page before and behind large blocks are accessed, and bytes in them.",
      measuresSpace: false, weight: 2
    ) {
      guardPages(with: &$0)
    },
    Workload("guard-runs", "Overflows of large blocks by two pages, to both sides.", measuresSpace: false) {
      guardRuns(with: &$0)
    },
    Workload(
      "guard-reuse", "Memory of large blocks is used again for large blocks of other sizes.", measuresSpace: false,
      weight: 2
    ) {
      guardReuse(with: &$0)
    },
  ]
}

extension AttackTraceBuilder {
  /// Accesses what must be stopped, and what must not.
  fileprivate mutating func touchAround(_ name: Int, _ size: Int) {
    for place in [-AttackVocabulary.page, size - 1 + AttackVocabulary.page, 0, size / 2, size - 1] {
      touch(name, at: place)
    }
  }
}

private func largeSizes(with generator: inout SeededGenerator) -> [Int] {
  let drawn = (0..<4).map { _ in generator.pick(16 << 10...200_000) }
  return ([16_384, 16_385, 16_391, 20_479, 20_480, 20_481, 24_576, 65_536, 70_000, 131_071] + drawn)
    .shuffled(using: &generator)
}

private func guardPages(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in largeSizes(with: &generator) {
    let names = (0..<3).map { builder.allocate(size, alignment: [1, 64, 4096][$0]) }
    let small = builder.allocate(generator.pick(1...600))
    for name in names { builder.touchAround(name, size) }
    builder.touch(small, at: 0)
    builder.deallocate(names[1])
    for name in [names[0], names[2]] { builder.touchAround(name, size) }
    for name in [names[0], names[2], small] { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: 64 << 20)
}

private func guardRuns(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in largeSizes(with: &generator) {
    let names = (0..<3).map { _ in builder.allocate(size) }
    builder.overflow(names[1], by: 2 * AttackVocabulary.page)
    // A write that goes backwards: each byte by itself.
    builder.scribble(names[1], at: -AttackVocabulary.page, 1)
    builder.scribble(names[1], at: size - 1 + AttackVocabulary.page, 1)
    for name in names.shuffled(using: &generator) { builder.deallocate(name) }
  }
  return builder.trace(heapLimit: 64 << 20)
}

private func guardReuse(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  var live: [(name: Int, size: Int)] = []
  // In all many times what the heap holds, so that nobody gets by without reuse.
  for round in 0..<600 {
    let size = round % 3 == 0 ? generator.pick(16 << 10...90_000) : generator.pick(16 << 10...21_000)
    let name = builder.allocate(size)
    live.append((name, size))
    builder.touchAround(name, size)
    if live.count > 8 {
      live.swapAt(generator.below(live.count), live.count - 1)
      let old = live.removeLast()
      builder.touchAround(old.name, old.size)
      builder.end(old.name)
    }
  }
  return builder.trace(heapLimit: Hardening.limit)
}
