import Examining
import Traces
import Vocabularies
import Workloads

extension Buddy {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload("powers-of-two", "Sizes that fit exactly, freed in three orders.") { generator in
        var builder = AllocationTraceBuilder()
        for order in ReleaseOrder.allCases {
          builder.ramp(count: 2000, order: order, with: &generator) { (1 << $0.pick(4...12), 1) }
        }
        return buddyTrace(builder)
      },
      Workload("churn", "Random comings and goings of all sizes.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 60_000, population: 2000, with: &generator) { ($0.logarithmic(1...8192), 1) }
        return buddyTrace(builder)
      },
      Workload("pairs", "Short-lived blocks, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: 500, order: .random, with: &generator) { ($0.logarithmic(1...4096), 1) }
        for depth in [1, 2, 12, 60] {
          builder.pairs(operations: 20_000, depth: depth, with: &generator) { ($0.logarithmic(8...1024), 1) }
        }
        return buddyTrace(builder)
      },
      Workload("coalesce-all", "Fills the whole with small blocks, frees them all, and asks for the whole.", weight: 6)
      {
        generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << 18
        var sizes = [64, 128, 256]
        sizes.shuffle(using: &generator)
        for (order, size) in zip(ReleaseOrder.allCases, sizes) {
          builder.ramp(count: capacity / size, order: order, with: &generator) { _ in (size, 1) }
          builder.allocate(capacity)
          builder.deallocateLast()
        }
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("halves", "Splits and merges around blocks that stay.", weight: 6) { generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << 18
        for _ in 0..<8 {
          while builder.liveBytes < capacity / 3 {
            builder.allocate(1 << generator.pick(6...13))
          }
          builder.punchHoles(keepingOneIn: generator.pick(4...12), with: &generator)
          for _ in 0..<20 { builder.allocate(1 << generator.pick(10...15)) }
          builder.punchHoles(keepingOneIn: 3, with: &generator)
        }
        builder.deallocateAll(shuffledWith: &generator)
        builder.allocate(capacity)
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("alignments", "Alignments that are larger than the size.") { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 20_000, population: 600, with: &generator) {
          ($0.logarithmic(1...2000), 1 << $0.pick(0...13))
        }
        return buddyTrace(builder)
      },
      Workload("reallocation", "Blocks that grow and shrink, and must keep their bytes.") { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: 0, order: .random, with: &generator) { _ in (1, 1) }
        for _ in 0..<400 { builder.allocate(generator.logarithmic(1...2000)) }
        for _ in 0..<12_000 {
          let place = generator.below(builder.live.count)
          if generator.oneIn(6) {
            builder.deallocate(at: place)
            builder.allocate(generator.logarithmic(1...2000))
          } else {
            let size = builder.live[place].size
            let larger = generator.oneIn(2) ? size * 2 : size + generator.below(64)
            builder.reallocate(at: place, to: generator.oneIn(4) ? max(1, size / 3) : min(larger, 16_000))
          }
        }
        return buddyTrace(builder)
      },
      Workload("many-blocks", "More blocks than sixteen bits can number.") { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: generator.pick(70_000...71_000), order: .random, with: &generator) { _ in (64, 1) }
        builder.ramp(count: 3000, order: .lastInFirstOut, with: &generator) { _ in (64, 1) }
        return buddyTrace(builder)
      },
      Workload("shrinking", "Large blocks that shrink, and others that need what they give back.", weight: 6) {
        generator in
        var builder = AllocationTraceBuilder()
        // Of each of the first blocks all but the first bytes comes back, and holds what comes then, which shrinks too.
        // As many of each size as those before give back, so the first blocks are all the memory that is needed.
        for (count, size) in [(4, 512), (4, 256), (8, 128), (16, 64), (32, 32), (64, 16), (128, 8), (256, 4)] {
          for _ in 0..<count {
            builder.allocate(size * 1024 - generator.pick(0...1000))
            builder.reallocate(at: builder.live.count - 1, to: generator.pick(33...64))
          }
        }
        builder.deallocateAll(shuffledWith: &generator)
        return buddyTrace(builder)
      },
      Workload(
        "exhaustion", "A small whole, filled until it is full, with requests that can never be served.", weight: 3
      ) {
        generator in
        var builder = AllocationTraceBuilder()
        let capacity = 1 << 17
        for _ in 0..<6 {
          while builder.liveBytes < capacity + capacity / 2 { builder.allocate(generator.logarithmic(1...6000)) }
          for size in [capacity * 2, Int.max - generator.below(5000)] {
            builder.allocate(size)
            builder.deallocateLast()
          }
          builder.punchHoles(keepingOneIn: generator.pick(3...8), with: &generator)
        }
        builder.deallocateAll(shuffledWith: &generator)
        builder.allocate(capacity)
        return buddyTrace(builder, capacity: capacity)
      },
      Workload("recorded-gcc", "The compiler gcc, as recorded.", isTimed: true, recorded: "gcc") { trace, _ in
        buddyTrace(Projection.general(trace, largest: 64 << 10, limit: 80_000), capacity: 32 << 20)
      },
      Workload("recorded-git", "git, as recorded.", recorded: "git") { trace, _ in
        buddyTrace(Projection.general(trace, largest: 64 << 10, limit: 60_000), capacity: 32 << 20)
      },
    ] + chaosFit.workloads("split-and-merge", "buddy-survivors", "robson", "overflow", "exhausted-churn")
}
