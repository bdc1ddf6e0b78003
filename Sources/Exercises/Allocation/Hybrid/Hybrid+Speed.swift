import Examining
import Traces
import Workloads

/// What a hybrid allocator is made for: small blocks in a few instructions, and no size that is slow.
extension Hybrid {
  static let speed: [Workload] = [
    Workload("pairs", "A stack of small temporaries above blocks that live long.", isTimed: true, weight: 2) {
      generator in
      var builder = AllocationTraceBuilder()
      for _ in 0..<2000 { builder.allocate(generator.logarithmic(8...600)) }
      for depth in [1, 4, 30] {
        builder.pairs(operations: 16_000, depth: depth, with: &generator) { ($0.logarithmic(8...1000), 1) }
      }
      builder.deallocateAll()
      return hybridTrace(builder)
    },
    Workload("churn", "Small blocks that come and go in any order.", isTimed: true, weight: 2) { generator in
      var builder = AllocationTraceBuilder()
      builder.churn(operations: 40_000, population: 8000, with: &generator) { ($0.logarithmic(8...600), 1) }
      builder.deallocateAll(shuffledWith: &generator)
      return hybridTrace(builder)
    },
    Workload(
      "churn-of-all-sizes", "The same with blocks of up to 100 KB, and few large ones.", isTimed: true, weight: 2
    ) {
      generator in
      var builder = AllocationTraceBuilder()
      builder.churn(operations: 24_000, population: 1000, with: &generator) {
        ($0.logarithmic(8...100_000) / $0.pick(1...9), 1)
      }
      builder.deallocateAll(shuffledWith: &generator)
      return hybridTrace(builder)
    },
    Workload(
      "sessions", "Waves of a few sizes, each wave with others: what one class has left, another needs.", isTimed: true,
      weight: 2
    ) { generator in
      var builder = AllocationTraceBuilder()
      for _ in 0..<24 {
        let sizes = (0..<4).map { _ in generator.logarithmic(16...6000) }
        for _ in 0..<generator.pick(300...900) { builder.allocate(generator.pick(sizes)) }
        // A tenth of them stays a while.
        builder.punchHoles(keepingOneIn: 10, with: &generator)
        if builder.live.count > 300 { builder.deallocateAll() }
      }
      builder.deallocateAll()
      return hybridTrace(builder)
    },
    recorded("gcc", "The compiler gcc, as recorded.", isTimed: true),
    recorded("perl", "perl, as recorded."),
    recorded("python", "python, as recorded."),
  ]

  private static func recorded(_ name: String, _ summary: String, isTimed: Bool = false) -> Workload {
    Workload("recorded-\(name)", summary, isTimed: isTimed, recorded: name) { trace, _ in
      hybridTrace(Projection.general(trace, largest: 256 << 10, limit: 60_000), limit: 64 << 20)
    }
  }
}
