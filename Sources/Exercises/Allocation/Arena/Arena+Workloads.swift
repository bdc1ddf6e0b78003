import Examining
import Traces
import Vocabularies
import Workloads

/// What is drawn changes numbers, and never what is tested.
extension Arena {
  // What is short comes first: whoever fails there reads a few lines.
  static let workloads: [Workload] =
    exhaustive + [
      Workload("one-chunk", "A few blocks, a mark, a few more, and back.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<6 {
          for _ in 0..<3 { builder.allocate(8 * generator.pick(1...9), alignment: 8) }
          builder.mark()
          for _ in 0..<4 { builder.allocate(generator.pick(1...70)) }
          builder.release(to: builder.markCount - 1)
          builder.allocate(generator.pick(30...40), alignment: 4)
        }
        builder.reset()
        builder.allocate(24, alignment: 8)
        return arenaTrace(builder)
      },
      Workload("empty", "Resets, marks and blocks of no bytes, where there is nothing yet.") { generator in
        var builder = AllocationTraceBuilder()
        builder.reset()
        builder.mark()
        builder.release(to: 0)
        builder.release(to: 0)
        builder.allocate(0)
        builder.allocate(0)
        builder.release(to: 0)
        builder.allocate(generator.pick(1...9))
        builder.allocate(0, alignment: 64)
        builder.allocate(0, alignment: 64)
        builder.reset()
        builder.reset()
        for _ in 0..<600 { builder.allocate(0) }
        // Back to before the first chunk that a large request needs.
        builder.reset()
        builder.mark()
        builder.allocate(100_000)
        builder.release(to: 0)
        builder.allocate(50)
        return arenaTrace(builder)
      },
      Workload("mid-chunk", "Marks in the middle of chunks and at their ends, with larger blocks behind.") {
        generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<300 {
          builder.allocate(generator.pick(1...900), alignment: 1 << generator.pick(0...4))
          builder.mark()
          let large = 1 << generator.pick(4...14)
          for _ in 0..<generator.pick(1...6) { builder.allocate(large + generator.pick(0...40)) }
          builder.release(to: builder.markCount - 1)
          builder.allocate(generator.pick(1...300))
          if round % 40 == 39 { builder.reset() }
        }
        return arenaTrace(builder)
      },
      Workload("nested", "Calls that mark when they begin, and release when they return.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<14_000 {
          if builder.markCount > 0, generator.oneIn(2) || builder.markCount > 60 {
            builder.release(to: builder.markCount - 1 - (generator.oneIn(9) ? generator.below(builder.markCount) : 0))
          } else {
            builder.mark()
          }
          for _ in 0..<generator.pick(2...9) { builder.allocate(8 * generator.pick(1...14), alignment: 8) }
          if builder.live.count > 20_000 { builder.reset() }
        }
        return arenaTrace(builder)
      },
      Workload("thousand-marks", "A thousand marks, one inside the other, and outer ones returned to.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<5 {
          for _ in 0..<1000 {
            builder.mark()
            if !generator.oneIn(3) { builder.allocate(generator.pick(1...200)) }
          }
          while builder.markCount > 1 {
            builder.release(to: generator.below(builder.markCount))
            builder.allocate(generator.pick(1...100))
            builder.release(to: max(0, builder.markCount - generator.pick(1...30)))
          }
          builder.reset()
        }
        return arenaTrace(builder)
      },
      Workload("oversized", "Requests larger than any chunk between marks, again and again.", weight: 2) { generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<400 {
          builder.allocate(generator.pick(20...60))
          builder.mark()
          builder.allocate(generator.pick(10...50))
          builder.allocate(90_000 + generator.pick(0...2000))
          builder.allocate(generator.pick(10...50))
          if round % 3 == 0 { builder.allocate(200_000 + generator.pick(0...2000)) }
          builder.release(to: builder.markCount - 1)
          if round % 4 == 3 { builder.reset() }
        }
        return arenaTrace(builder)
      },
      Workload("shared-heap", "Two arenas that take turns in growing one heap.", weight: 2) { generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<60 {
          if round % 3 == 0 { builder.mark() }
          for _ in 0..<generator.pick(100...200) {
            builder.allocate(generator.pick(1...260), alignment: 1 << generator.pick(0...5))
          }
          if generator.oneIn(3) { builder.allocate(generator.pick(20_000...40_000)) }
          if builder.markCount > 0, round % 5 == 4 { builder.release(to: generator.below(builder.markCount)) }
          if round % 20 == 19 { builder.reset() }
        }
        return arenaTrace(builder, arenas: 2)
      },
      Workload("shared-oversized", "Two arenas that share a heap, with requests larger than any chunk.") { generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<300 {
          builder.mark()
          for _ in 0..<4 { builder.allocate(generator.pick(1...64)) }
          for size in [70_000, 70_001] { builder.allocate(size + 2 * generator.pick(0...900)) }
          for _ in 0..<4 { builder.allocate(generator.pick(1...64)) }
          builder.release(to: 0)
          if round % 7 == 6 { builder.reset() }
        }
        return arenaTrace(builder, arenas: 2)
      },
      Workload("alignments", "Alignments up to four pages, larger than the chunks that are there.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<80 {
          builder.mark()
          for _ in 0..<12 {
            builder.allocate(generator.pick(0...90), alignment: 1 << generator.pick(0...14))
            builder.allocate(1)
          }
          builder.release(to: 0)
          if generator.oneIn(4) { builder.reset() }
        }
        return arenaTrace(builder, arenas: 1)
      },
      Workload("shared-alignments", "Large alignments in two arenas that share a heap.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<60 {
          for _ in 0..<12 {
            builder.allocate(generator.pick(0...90), alignment: 1 << generator.pick(4...13))
            builder.allocate(generator.pick(1...2))
          }
          builder.reset()
        }
        return arenaTrace(builder, arenas: 2)
      },
      Workload("absurd-sizes", "Sizes that no heap has, and smaller requests after them.") { generator in
        var builder = AllocationTraceBuilder()
        for size in [Int.max, Int.max - 1, Int.max - 4096, 1 << 62, 1 << 40] {
          builder.allocate(generator.pick(1...40))
          builder.allocate(size, alignment: 1)
          builder.allocate(size, alignment: 4096)
          builder.allocate(generator.pick(1...40))
          builder.mark()
          builder.allocate(size, alignment: 16)
          builder.allocate(generator.pick(1...40))
          builder.release(to: builder.markCount - 1)
        }
        return arenaTrace(builder)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.", weight: 2) {
        generator in
        var builder = AllocationTraceBuilder()
        let limit = 300_000 + generator.pick(0...900)
        for round in 0..<8 {
          builder.mark()
          for _ in 0..<900 { builder.allocate(generator.pick(200...600)) }
          builder.allocate(1)
          builder.release(to: 0)
          for _ in 0..<60 { builder.allocate(generator.pick(200...600)) }
          builder.reset()
          if round % 2 == 1 { for _ in 0..<2 { builder.allocate(25_000 + generator.pick(0...99)) } }
          builder.reset()
        }
        return arenaTrace(builder, limit: limit)
      },
      Workload("refused-growth", "A heap that refuses to grow now and then.") { generator in
        var builder = AllocationTraceBuilder()
        // One that must be served, since nothing was refused yet.
        builder.allocate(generator.pick(1...100))
        for round in 0..<40 {
          builder.mark()
          builder.fault([.growthFailsOnce, .growthFails, .growthFailsAtRandom][round % 3], 1 + round % 3)
          for _ in 0..<120 { builder.allocate(generator.pick(1...2000)) }
          builder.fault(.growthWorks)
          builder.allocate(generator.pick(1...2000) + 4000 * round)
          builder.release(to: generator.below(builder.markCount))
          if round % 9 == 8 { builder.reset() }
        }
        return arenaTrace(builder)
      },
      Workload("last-block", "The last block is given back, and asked for again, larger or smaller.", weight: 2) {
        generator in
        var builder = AllocationTraceBuilder()
        for round in 0..<4000 {
          builder.allocate(generator.pick(1...600), alignment: 1 << generator.pick(0...4))
          builder.deallocateLast()
          if round % 8 == 0 { builder.allocate(generator.pick(1...8)) }
          if round % 400 == 100 { builder.mark() }
          if round % 400 == 300 { builder.release(to: 0) }
        }
        return arenaTrace(builder)
      },
      Workload("any-block", "Blocks are given back in any order.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<10 {
          builder.churn(operations: 1500, population: 200, with: &generator) { (8 * $0.pick(1...30), 8) }
          builder.reset()
        }
        return arenaTrace(builder)
      },
      Workload("growing-blocks", "Blocks that grow and shrink, the last one and others.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<30 {
          builder.mark()
          for _ in 0..<30 { builder.allocate(generator.pick(1...100)) }
          for _ in 0..<30 {
            let place = generator.oneIn(2) ? builder.live.count - 1 : generator.below(builder.live.count)
            builder.reallocate(at: place, to: generator.pick(0...700), alignment: 1 << generator.pick(0...5))
          }
          builder.reset()
        }
        return arenaTrace(builder)
      },
      Workload("frames", "Tens of thousands of blocks, and all of them end at once.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<6 {
          for _ in 0..<generator.pick(29_000...30_000) {
            builder.allocate(generator.pick(1...12) * 8, alignment: 8)
          }
          builder.reset()
        }
        return arenaTrace(builder)
      },
      Workload(
        "resets", "A few megabytes once, and then thousands of resets of a few blocks.", isTimed: true,
        measuresSpace: false
      ) {
        generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<generator.pick(1450...1500) { builder.allocate(generator.pick(150...160) * 16, alignment: 16) }
        for _ in 0..<12_000 {
          builder.reset()
          for _ in 0..<4 { builder.allocate(generator.pick(1...8) * 16, alignment: 16) }
        }
        return arenaTrace(builder)
      },
      Workload("again", "Two arenas with the same requests after each reset, which were served before.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<12 {
          let requests = (0..<generator.pick(10...400)).map { _ -> (size: Int, shift: Int) in
            let size = generator.oneIn(30) ? generator.pick(1000...9000) : generator.pick(0...300)
            return (size: size, shift: generator.pick(0...5))
          }
          for _ in 0..<5 {
            for request in requests { builder.allocate(request.size, alignment: 1 << request.shift) }
            builder.reset()
          }
        }
        return arenaTrace(builder, arenas: 2)
      },
      Workload("small-arena", "A few hundred bytes, however often.") { generator in
        var builder = AllocationTraceBuilder()
        for _ in 0..<900 {
          for _ in 0..<generator.pick(3...5) { builder.allocate(generator.pick(8...90)) }
          builder.reset()
        }
        return arenaTrace(builder)
      },
    ]
    + chaosFit.workloads("realloc-doubling", "exhausted-churn", "overflow")
}
