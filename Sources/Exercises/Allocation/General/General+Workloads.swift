import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested.
extension General {
  /// Workloads by their names, for other exercises about blocks of any size.
  static func workloads(_ names: String...) -> [Workload] { workloads.filter { names.contains($0.name) } }

  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload(
        "few-blocks", "A few blocks, freed in three orders, and one as large as all of them.", measuresSpace: false
      ) { generator in
        var builder = AllocationTraceBuilder()
        for order in ReleaseOrder.allCases {
          builder.ramp(count: 6, order: order, with: &generator) { (8 * $0.pick(1...60), 8) }
          builder.allocate(3000)
          builder.deallocateLast()
        }
        return generalTrace(builder, limit: 16 << 10)
      },
      Workload(
        "absurd-sizes", "Sizes and alignments that no heap has, and smaller requests after them.", measuresSpace: false
      ) { generator in
        var builder = AllocationTraceBuilder()
        for size in [Int.max, Int.max - 7, Int.max - 15, Int.max - 4096, 1 << 62, 1 << 40] {
          builder.allocate(generator.pick(1...40))
          builder.allocate(size, alignment: 1)
          builder.deallocateLast()
          builder.allocate(size, alignment: 4096)
          builder.deallocateLast()
          builder.allocate(generator.pick(1...40), alignment: 1 << 31)
          builder.deallocateLast()
          builder.reallocate(at: 0, to: size)
          builder.reallocate(at: 0, to: generator.pick(1...90))
        }
        return generalTrace(builder)
      },
      Workload(
        "filled", "A small heap, filled with blocks of one size, freed in any order, and then one block of all of it.",
        weight: 4
      ) {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 128 << 10
        for size in [16, 40, 100, 500, 1000, 2040, 6000] {
          for order in [ReleaseOrder.random, .firstInFirstOut] {
            builder.ramp(
              count: (limit - 4096) / (size + 16) + 40, order: order, with: &generator
            ) { _ in (size, 1) }
            builder.allocate(limit - 4096 - 256)
            builder.deallocateLast()
          }
        }
        return generalTrace(builder, limit: limit)
      },
      Workload("exhaustion", "A small heap that is always nearly full, with all sizes.", weight: 4) { generator in
        var builder = AllocationTraceBuilder()
        let limit = (256 << 10) + 64 * generator.pick(0...40)
        for _ in 0..<8 {
          while builder.liveBytes < limit { builder.allocate(generator.logarithmic(1...9000)) }
          builder.punchHoles(keepingOneIn: generator.pick(2...6), with: &generator)
          for _ in 0..<40 { builder.allocate(generator.pick(1000...4000)) }
        }
        return generalTrace(builder, limit: limit)
      },
      Workload("same-bin", "Free blocks of nearly the same size, of which only the oldest is large enough.", weight: 2)
      { generator in
        var builder = AllocationTraceBuilder()
        var held: [AllocationTraceBuilder.Block] = []
        let base = 4096 + 16 * generator.pick(0...8)
        let count = 60
        for place in 0..<count {
          builder.allocate(base + (place == 0 ? 800 : 0))
          held.append(builder.take(200))
        }
        builder.deallocateAll()
        builder.allocate(base + 400)
        builder.allocate(base + 100)
        for block in held { builder.release(block) }
        return generalTrace(builder, limit: 4096 + count * (base + 232) + 512)
      },
      Workload("set-aside", "A few small blocks, and then a heap that is full to the last kilobyte.", weight: 2) {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 64 << 10
        for _ in 0..<6 {
          builder.allocate(generator.pick(1...24))
          for _ in 0..<66 { builder.allocate(generator.pick(980...1000)) }
          for size in [1500, 700, 300] { builder.allocate(size) }
          builder.deallocateAll(shuffledWith: &generator)
        }
        return generalTrace(builder, limit: limit)
      },
      Workload(
        "growth-in-place", "Blocks that grow into what was freed behind them, or beyond the heap's end.", weight: 4
      ) { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<400 {
          let size = 8 * generator.pick(3...200)
          for _ in 0..<4 { builder.allocate(size) }
          builder.deallocate(at: builder.live.count - 2)
          let place = builder.live.count - (generator.oneIn(2) ? 3 : 2)
          builder.reallocate(at: place, to: size + generator.pick(1...max(size / 2, 2)))
          builder.reallocate(at: builder.live.count - 1, to: size * 3)
          builder.reallocate(at: builder.live.count - 2, to: size * 2 + generator.pick(0...20))
          if builder.live.count > 300 { builder.deallocateAll(shuffledWith: &generator) }
        }
        return generalTrace(builder)
      },
      Workload("last-grows", "The last block grows and shrinks, up to the heap's limit.", weight: 2) { generator in
        var builder = AllocationTraceBuilder()
        let limit = 512 << 10
        builder.allocate(generator.pick(1...200))
        builder.allocate(100)
        for size in [2000, 60, 70_000, 5000, 300_000, 1, limit - 8192, 40, limit + 1, limit - 8192, 0] {
          builder.reallocate(at: 1, to: size)
        }
        builder.allocate(limit - 8192)
        return generalTrace(builder, limit: limit)
      },
      Workload(
        "shrinking", "Large blocks that shrink, and others that need what they give back.", measuresSpace: false,
        weight: 4
      ) { generator in
        var builder = AllocationTraceBuilder()
        // Of each block but a little comes back, so each round is served by what those before left.
        for size in [32 << 10, 16 << 10, 8 << 10, 4 << 10, 2 << 10, 1 << 10] {
          for _ in 0..<16 {
            builder.allocate(size - generator.pick(0...200))
            builder.reallocate(at: builder.live.count - 1, to: generator.pick(30...64))
          }
        }
        builder.deallocateAll(shuffledWith: &generator)
        builder.allocate(50_000)
        return generalTrace(builder, limit: 64 << 10)
      },
      Workload("moves", "Blocks that grow and shrink among others, and must keep their bytes.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<300 { builder.allocate(generator.logarithmic(1...2000)) }
        for _ in 0..<8000 {
          let place = generator.below(builder.live.count)
          if generator.oneIn(5) {
            builder.deallocate(at: place)
            builder.allocate(generator.logarithmic(1...2000))
          } else {
            let size = builder.live[place].size
            builder.reallocate(
              at: place, to: generator.oneIn(3) ? size / 3 : min(size + generator.pick(1...size + 64), 12_000),
              alignment: generator.oneIn(20) ? 64 : 1)
          }
        }
        return generalTrace(builder)
      },
      Workload("aligned-among-holes", "Large alignments where there are free blocks of every size.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<3 {
          // Of each of these one block, and a small one behind it that stays.
          for steps in Array(2...130).shuffled(using: &generator) + [200, 300, 600, 1200, 2400] {
            builder.allocate(16 * steps - 8)
            builder.allocate(generator.pick(1...24))
          }
          for place in 0..<builder.live.count / 2 { builder.deallocateKeepingOrder(at: place) }
          for shift in 5...14 {
            for size in [10, 1000, 5000, 30_000] {
              builder.allocate(size + generator.pick(0...9), alignment: 1 << shift)
            }
          }
          builder.deallocateAll(shuffledWith: &generator)
        }
        return generalTrace(builder)
      },
      Workload("alignments", "Alignments up to four pages, among blocks that have none.", weight: 2) { generator in
        var builder = AllocationTraceBuilder()
        builder.churn(operations: 9000, population: 300, with: &generator) {
          ($0.logarithmic(1...3000), $0.oneIn(2) ? 1 : 1 << $0.pick(0...14))
        }
        builder.deallocateAll(shuffledWith: &generator)
        return generalTrace(builder)
      },
      Workload(
        "aligned-full", "Blocks at multiples of 512 fill a heap, and what lies between them serves small ones.",
        weight: 3
      ) {
        generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<4 {
          for _ in 0..<120 { builder.allocate(generator.pick(300...420), alignment: 512) }
          for _ in 0..<160 { builder.allocate(generator.pick(1...40)) }
          builder.deallocateAll(shuffledWith: &generator)
          builder.allocate(56_000)
          builder.deallocateLast()
        }
        return generalTrace(builder, limit: 64 << 10)
      },
      Workload("refused-growth", "A heap that refuses to grow now and then.") { generator in
        var builder = AllocationTraceBuilder()
        builder.allocate(generator.pick(1...100))
        for round in 0..<40 {
          builder.fault([.growthFailsOnce, .growthFails, .growthFailsAtRandom][round % 3], 1 + round % 3)
          for _ in 0..<60 { builder.allocate(generator.pick(1...3000)) }
          builder.fault(.growthWorks)
          builder.allocate(generator.pick(1...2000) + 1000 * round)
          builder.punchHoles(keepingOneIn: 3, with: &generator)
        }
        return generalTrace(builder)
      },
      Workload("trims", "The heap is large, and then nearly empty; pages behind the last block go back.", weight: 4) {
        generator in
        var builder = AllocationTraceBuilder()
        builder.reap()
        for round in 0..<12 {
          builder.allocate(generator.pick(1...3000))
          let held = builder.letGo()
          for _ in 0..<generator.pick(300...400) { builder.allocate(generator.logarithmic(16...4000)) }
          builder.allocate(200_000)
          builder.deallocateAll(shuffledWith: &generator)
          builder.reap()
          builder.allocate(generator.pick(1...60))
          builder.allocate(150_000 + generator.pick(0...99))
          builder.reap()
          builder.deallocateAll()
          if round % 3 == 2 { builder.reap() }
          for block in held { if round % 4 == 3 { builder.release(block) } else { builder.adopt(block) } }
        }
        builder.deallocateAll()
        builder.reap()
        builder.reap()
        return generalTrace(builder)
      },
    ] + suite + chaosFit.workloads("robson", "overflow", "exhausted-churn")
}
