import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested: sizes and alignments that decide what may go wrong are the same under
/// every seed but for a few bytes, so that points are no matter of luck.
extension Slab {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload("fill-and-drain", "One cache grows to thousands of objects and is emptied, in three orders.") {
        generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(15...17) * 8
        for order in ReleaseOrder.allCases {
          builder.ramp(count: generator.pick(2450...2550), order: order, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("churn", "Random comings and goings in one cache.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(8...10) * 8
        builder.churn(operations: 60_000, population: 2500, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("pairs", "Short-lived objects, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(11...13) * 8
        for depth in [1, 3, 20, 90] {
          builder.pairs(operations: 20_000, depth: depth, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("many-caches", "A dozen caches that share the heap.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let sizes = (0..<12).map { (5 * $0 + generator.pick(2...4)) * 8 }
        builder.churn(operations: 60_000, population: 4000, with: &generator) { ($0.pick(sizes), 8) }
        return slabTrace(builder, sizes)
      },
      Workload("large-objects", "Objects of more than half a page.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(300...310) * 8
        builder.churn(operations: 8000, population: 300, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("large-exhaustion", "A heap that is full of objects of more than half a page, again and again.") {
        generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(300...310) * 8
        let limit = generator.pick(240...260) * 4096
        for _ in 0..<4 {
          while builder.live.count * size < limit + 5 * size { builder.allocate(size, alignment: 8) }
          builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
        }
        return slabTrace(builder, [size], limit: limit)
      },
      Workload("aligned-objects", "Objects that must begin at a cache line, or beyond.") { generator in
        var builder = AllocationTraceBuilder()
        let size = (2 * generator.pick(8...10) + 1) * 8
        let alignment = 64
        builder.churn(operations: 20_000, population: 1500, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("large-alignments", "Objects at multiples of 512 bytes.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(20...24) * 8
        let alignment = 512
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("colours", "Objects that leave much of a slab over, in hundreds of slabs.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick([864, 912, 920, 944])
        builder.ramp(count: generator.pick(2450...2550), order: .firstInFirstOut, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("many-objects", "More objects than sixteen bits can number.") { generator in
        var builder = AllocationTraceBuilder()
        builder.ramp(count: generator.pick(70_000...71_000), order: .random, with: &generator) { _ in (16, 8) }
        builder.ramp(count: 3000, order: .lastInFirstOut, with: &generator) { _ in (16, 8) }
        return slabTrace(builder, [16])
      },
      Workload("far-slabs", "A heap of which others have taken four gigabytes.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(5...7) * 8
        builder.churn(operations: 6000, population: 1500, with: &generator) { _ in (size, 8) }
        builder.deallocateAll(shuffledWith: &generator)
        builder.reap()
        builder.ramp(count: 1000, order: .firstInFirstOut, with: &generator) { _ in (size, 8) }
        let taken = (4 << 30) + generator.pick(0...999) * 4096
        var trace = slabTrace(builder, [size], limit: taken + (8 << 20))
        trace.parameters.append(TraceParameter(name: "heap.taken", value: taken))
        return trace
      },
      Workload("reap", "Empties caches, reaps, and fills them again.", weight: 3) { generator in
        var builder = AllocationTraceBuilder()
        let sizes = [generator.pick(6...7) * 8, generator.pick(24...26) * 8]
        for round in 0..<6 {
          builder.churn(operations: 6000, population: 3000, with: &generator) { ($0.pick(sizes), 8) }
          if round % 2 == 0 {
            builder.deallocateAll(shuffledWith: &generator)
          } else {
            builder.punchHoles(keepingOneIn: generator.pick(55...65), with: &generator)
          }
          builder.reap()
        }
        return slabTrace(builder, sizes)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(9...11) * 8
        let limit = generator.pick(100...104) * 4096
        for _ in 0..<5 {
          while builder.live.count * size < limit + 50 * size { builder.allocate(size, alignment: 8) }
          builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
        }
        return slabTrace(builder, [size], limit: limit)
      },
      Workload("recorded-git", "The common sizes of git, as recorded.", recorded: "git") { trace, generator in
        let sizes = [24, 48, 96, 200].map { $0 + 8 * generator.pick(0...2) }
        return slabTrace(Projection.ontoSizes(sizes, trace, limit: 80_000), sizes)
      },
      Workload("recorded-perl", "The common sizes of perl, as recorded.", isTimed: true, recorded: "perl") {
        trace, generator in
        let sizes = [24, 40, 72, 160].map { $0 + 8 * generator.pick(0...1) }
        return slabTrace(Projection.ontoSizes(sizes, trace, limit: 80_000), sizes)
      },
    ]
    + fit { generator, _ in ([generator.pick(5...6) * 8], 8) }.workloads("growth-fails")
    + fit { generator, _ in ([4, 9, 20].map { ($0 + generator.below(2)) * 8 }, 16) }.workloads("growth-fails-at-random")
    + fit { generator, _ in ([3, 7, 15, 40, 90].map { ($0 + generator.below(2)) * 8 }, 8) }.workloads("hole-punching")
    + fit { generator, _ in ([generator.pick(61...63) * 8], 64) }.workloads("exhaustion-recovery")
}
