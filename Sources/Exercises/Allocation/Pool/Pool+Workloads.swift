import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested: sizes and alignments that decide what may go wrong are the same under
/// every seed but for a few bytes, so that points are no matter of luck.
extension Pool {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload("fill-and-drain", "Grows to thousands of blocks and frees them, in three orders.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(12...14) * 8
        for order in ReleaseOrder.allCases {
          builder.ramp(count: generator.pick(3900...4100), order: order, with: &generator) { _ in (block, 1) }
        }
        return poolTrace(builder, block, 8)
      },
      Workload("churn", "Random comings and goings around a steady population.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(8...10) * 8
        builder.churn(operations: 60_000, population: 2500, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 8)
      },
      Workload("pairs", "Short-lived blocks, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(6...8) * 8
        for depth in [1, 2, 16, 120] {
          builder.pairs(operations: 20_000, depth: depth, with: &generator) { _ in (block, 1) }
        }
        return poolTrace(builder, block, 8)
      },
      Workload("tiny-blocks", "Blocks that are smaller than a link.") { tiny(block: $0.pick(4...6), with: &$0) },
      Workload("single-bytes", "Blocks of a single byte.") { tiny(block: 1, with: &$0) },
      Workload("odd-alignments", "Odd sizes, at alignments larger than the size.") { generator in
        var builder = AllocationTraceBuilder()
        let block = 2 * generator.pick(80...100) + 1
        let alignment = 256
        builder.churn(operations: 20_000, population: 800, with: &generator) { _ in (block, alignment) }
        return poolTrace(builder, block, alignment)
      },
      Workload("large-alignments", "Blocks at multiples of a kilobyte.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(300...340)
        let alignment = 1024
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (block, alignment) }
        return poolTrace(builder, block, alignment)
      },
      Workload("many-blocks", "More blocks than sixteen bits can number.") { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: generator.pick(70_000...71_000), order: .random, with: &generator) { _ in (8, 8) }
        builder.ramp(count: 3000, order: .lastInFirstOut, with: &generator) { _ in (8, 8) }
        return poolTrace(builder, 8, 8)
      },
      Workload("far-blocks", "Blocks a gigabyte apart, beyond the reach of four bytes.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(60...70)
        builder.churn(operations: 400, population: 6, with: &generator) { _ in (block, 1 << 30) }
        return poolTrace(builder, block, 1 << 30, limit: 9 << 30)
      },
      Workload("huge-blocks", "Blocks larger than most chunks.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(70_000...72_000)
        builder.churn(operations: 400, population: 40, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 1)
      },
      Workload("tiny-exhaustion", "A few pages of tiny blocks, filled until they are full, again and again.") {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 4 * 4096 + generator.pick(0...63)
        for round in 0..<4 {
          while builder.live.count < limit / 2 { builder.allocate(2) }
          if round % 2 == 0 {
            builder.deallocateAll(shuffledWith: &generator)
          } else {
            builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
          }
        }
        return poolTrace(builder, 2, 1, limit: limit)
      },
      Workload("large-blocks", "Blocks of more than half a page.") { generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(5000...5400)
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (block, 1) }
        builder.deallocateAll(shuffledWith: &generator)
        builder.ramp(count: 250, order: .random, with: &generator) { _ in (block, 1) }
        return poolTrace(builder, block, 1)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.", weight: 3) {
        generator in
        var builder = AllocationTraceBuilder()
        let block = generator.pick(28...30) * 4
        // No multiple of any usual chunk comes near it, so that what a chunk does not fill is always seen to be used.
        let limit = (4 * generator.pick(12...14) + 3) * 4096 + generator.pick(0...511) * 8
        for _ in 0..<6 {
          // More than fit: the requests that fail must leave everything as it is.
          while builder.live.count * block < limit + 50 * block { builder.allocate(block) }
          builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
        }
        return poolTrace(builder, block, 4, limit: limit)
      },
      Workload("recorded-sqlite", "The small blocks of SQLite, as recorded.", isTimed: true, recorded: "sqlite3") {
        trace, generator in
        let block = generator.pick(14...16) * 8
        return poolTrace(Projection.ontoBlocks(of: block, trace, limit: 100_000), block, 8)
      },
      Workload("recorded-python", "The small blocks of CPython, as recorded.", isTimed: true, recorded: "python") {
        trace, generator in
        // No multiple of the alignment.
        let block = generator.pick(81...88)
        return poolTrace(Projection.ontoBlocks(of: block, trace, limit: 100_000), block, 16)
      },
    ]
    + fit { generator, _ in (generator.pick(5...6) * 8, 8) }.workloads("growth-fails")
    + fit { generator, _ in (generator.pick(4...6), 1) }.workloads("growth-fails-at-random")
    + fit { generator, _ in (generator.pick(9...11) * 8, 64) }.workloads("generational")
    + fit { generator, _ in (2 * generator.pick(200...205) + 1, 16) }.workloads("exhaustion-recovery")
}

private func tiny(block: Int, with generator: inout SeededGenerator) -> Trace {
  var builder = AllocationTraceBuilder()
  builder.churn(operations: 30_000, population: 6000, with: &generator) { _ in (block, 1) }
  builder.deallocateAll(shuffledWith: &generator)
  builder.ramp(count: 4000, order: .random, with: &generator) { _ in (block, 1) }
  return poolTrace(builder, block, 1)
}
