import Examining
import Traces
import Vocabularies
import Workloads

extension Slab {
  static let workloads: [Workload] =
    [
      Workload("fill-and-drain", "One cache grows to thousands of objects and is emptied, in three orders.") {
        generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(4...30) * 8
        for order in ReleaseOrder.allCases {
          builder.ramp(count: generator.pick(2000...3000), order: order, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("churn", "Random comings and goings in one cache.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(5...24) * 8
        builder.churn(operations: 100_000, population: 2500, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("pairs", "Short-lived objects, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(5...24) * 8
        for depth in [1, 3, 20, 90] {
          builder.pairs(operations: 30_000, depth: depth, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("many-caches", "Up to a dozen caches that share the heap.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let sizes = Array(Set((0..<12).map { _ in generator.pick(2...60) * 8 })).sorted()
        builder.churn(operations: 60_000, population: 4000, with: &generator) { ($0.pick(sizes), 8) }
        return slabTrace(builder, sizes)
      },
      Workload("large-objects", "Objects of more than half a page.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(260...480) * 8
        builder.churn(operations: 8000, population: 300, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("aligned-objects", "Objects that must begin at a cache line, or beyond.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(3...40) * 8
        let alignment = 1 << generator.pick(5...8)
        builder.churn(operations: 20_000, population: 1500, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("large-alignments", "Objects at multiples of 128 bytes, up to a kilobyte.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(3...100) * 8
        let alignment = 1 << generator.pick(7...10)
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("reap", "Empties caches, reaps, and fills them again.") { generator in
        var builder = AllocationTraceBuilder()
        let sizes = [generator.pick(4...10) * 8, generator.pick(12...40) * 8]
        for round in 0..<6 {
          builder.churn(operations: 6000, population: 3000, with: &generator) { ($0.pick(sizes), 8) }
          if round % 2 == 0 {
            builder.deallocateAll(shuffledWith: &generator)
          } else {
            builder.punchHoles(keepingOneIn: generator.pick(40...80), with: &generator)
          }
          builder.reap()
        }
        return slabTrace(builder, sizes)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(4...20) * 8
        let limit = generator.pick(80...120) * 4096
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
    ] + chaosFit.workloads("growth-fails", "growth-fails-at-random", "hole-punching", "exhaustion-recovery")
}
