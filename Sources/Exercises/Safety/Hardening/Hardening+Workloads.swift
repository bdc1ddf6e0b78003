import Examining
import Traces
import Vocabularies
import Workloads

/// Each says which promise of the protocol it reaches; what is drawn never decides what is tested.
extension Hardening {
  static let workloads: [Workload] = [
    Workload("service", "Blocks of all sizes and alignments come and go; nobody attacks.", measuresSpace: false) {
      service(with: &$0)
    },
    Workload(
      "canary-bytes", "Each of the eight bytes behind a block is overwritten alone, before its end.",
      measuresSpace: false, weight: 2
    ) {
      canaryBytes(with: &$0)
    },
    Workload("double-free", "Blocks are ended twice, at once and after others.", measuresSpace: false, weight: 2) {
      doubleFree(with: &$0)
    },
  ]
}

/// A megabyte is far less than must be served of this.
private let limit = 16 << 20

private func service(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  var live: [Int] = []
  for _ in 0..<3000 {
    if live.count < 20 || live.count < 120 && generator.oneIn(2) {
      let size = generator.logarithmic(1...(generator.oneIn(8) ? 40_000 : 3000))
      live.append(builder.allocate(size, alignment: generator.oneIn(3) ? 1 << generator.below(13) : 1))
    } else {
      live.swapAt(generator.below(live.count), live.count - 1)
      builder.end(live.removeLast())
    }
  }
  return builder.trace(heapLimit: limit)
}

private func canaryBytes(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in [1, 7, 8, 9, 15, 16, 24, 31, 100, 1000, 4096, 5000, 16 << 10, 16_383, 20_000, generator.pick(1...600)] {
    let names = (0..<9).map { _ in builder.allocate(size) }
    for (distance, name) in names.prefix(8).enumerated() {
      builder.overflow(name, by: 1, at: distance)
      builder.deallocate(name)
    }
    builder.deallocate(names[8])
  }
  return builder.trace(heapLimit: limit)
}

private func doubleFree(with generator: inout SeededGenerator) -> Trace {
  var builder = AttackTraceBuilder()
  for size in [1, 16, 24, 100, 1024, 4000, 20_000, generator.pick(1...600)] {
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
  return builder.trace(heapLimit: limit)
}
