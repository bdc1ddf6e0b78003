extension ChaosCatalogue {
  /// What is at the edge, and beyond it.
  static let limits: [ChaosGenerator] = [
    ChaosGenerator(
      "class-boundaries", .limits, "Sizes at the boundaries of size classes, one byte below, and one above.",
      source:
        "boundary value analysis: Myers, The Art of Software Testing, 1979; jemalloc's classes, four to a doubling"
    ) { builder, generator, budget in
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: budget.largest / 8), within: budget,
        with: &generator
      ) { (boundary(&$0, budget), 1) }
    },
    ChaosGenerator(
      "page-boundaries", .limits,
      "Sizes around halves of pages, pages and groups of pages, with and without room for a header.",
      source: "boundary value analysis: Myers, The Art of Software Testing, 1979"
    ) { builder, generator, budget in
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: budget.largest / 2), within: budget,
        with: &generator
      ) {
        let halves = $0.pick(1...max(1, budget.largest / 2048))
        return (budget.ordinary(halves * 2048 - [0, 8, 16, 32][$0.below(4)] + $0.pick(-1...1)), 1)
      }
    },
    ChaosGenerator(
      "zero-one-enormous", .limits, "Nothing, one byte, and more than any machine has, among ordinary blocks.",
      source:
        "ISO C 2018, 7.22.3 (malloc of zero bytes); the hardening tests of mimalloc-bench (impossibly large requests)"
    ) { builder, generator, budget in
      besides(&builder, &generator, budget) { builder, generator in
        switch generator.below(4) {
        case 0: keep(0, &builder, &generator, budget)
        case 1: keep(1, &builder, &generator, budget)
        default:
          let size = generator.pick(1...63) << generator.pick(40...56)
          refuse(size, alignment: 1, &builder, &generator, budget)
        }
      }
    },
    ChaosGenerator(
      "overflow", .limits,
      "Sizes so near to the largest number that adding a header or rounding to an alignment overflows.",
      source: "CWE-190, Integer Overflow or Wraparound; CVE-2017-17426 (glibc's malloc near the largest size)"
    ) { builder, generator, budget in
      besides(&builder, &generator, budget) { builder, generator in
        let alignment = 1 << generator.pick(0...12)
        let size =
          switch generator.below(4) {
          case 0: Int.max - generator.below(64)
          case 1: Int.max - generator.below(1 << 16)
          case 2: Int.max - alignment + generator.pick(-1...1)
          // What is one above a power of two is rounded up to the next, which is no number any more.
          default: 1 << 62 + generator.below(2) << 40
          }
        refuse(size, alignment: alignment, &builder, &generator, budget)
      }
    },
    ChaosGenerator(
      "exhaustion", .limits, "Fills the heap until requests are refused, frees some at random, and goes on.",
      source: "MITRE CWE-770 and CWE-252: memory that runs out, and what is not prepared for it", exhausts: true
    ) { builder, generator, budget in
      exhaust(&builder, &generator, budget) { builder, generator in
        builder.shrink(to: builder.live.count / generator.pick(2...9), with: &generator)
      }
    },
    ChaosGenerator(
      "exhaustion-recovery", .limits,
      "Fills the heap until requests are refused, frees all, and fills it again: nothing may be lost.",
      source: "MITRE CWE-770 and CWE-252: memory that runs out, and what is not prepared for it", exhausts: true
    ) { builder, generator, budget in
      exhaust(&builder, &generator, budget) { builder, generator in
        if generator.oneIn(2) { builder.deallocateAll() } else { builder.shrink(to: 0, with: &generator) }
      }
    },
    ChaosGenerator(
      "exhausted-churn", .limits,
      "Comings and goings in a heap that is full all the time, so that every second request is refused.",
      source: "MITRE CWE-770 and CWE-252: memory that runs out, and what is not prepared for it", exhausts: true
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let size = exhaustingSize(budget)
      while builder.count < end {
        let wanted = generator.pick(max(1, size / 2)...size * 3 / 2)
        if builder.liveBlocks < budget.liveBlocks, builder.liveBytes < budget.liveBytes * 3 / 2 {
          builder.allocate(wanted)
        } else {
          for _ in 0..<generator.pick(1...4) where !builder.live.isEmpty {
            builder.deallocate(at: generator.below(builder.live.count))
          }
        }
      }
    },
  ]

  /// A size of at most one byte from the boundary of a size class, of which there are four to a doubling.
  static func boundary(_ generator: inout SeededGenerator, _ budget: ChaosBudget) -> Int {
    let bits = Int.bitWidth - 1 - budget.ordinary(budget.largest).leadingZeroBitCount
    let shift = generator.pick(min(4, bits)...max(min(4, bits), bits - 1))
    let class4 = (generator.pick(4...7) << shift) >> 2
    return budget.ordinary(class4 + generator.pick(-1...1))
  }

  /// An ordinary life, and something `odd` once in a while.
  private static func besides(
    _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget,
    odd: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
  ) {
    let end = builder.count + budget.operations
    while builder.count < end {
      builder.churn(
        until: min(end, builder.count + generator.pick(1...16)), around: population(budget), within: budget,
        with: &generator
      ) { (smallSize(&$0, budget), 1) }
      odd(&builder, &generator)
    }
  }

  /// A block that stays among the others.
  private static func keep(
    _ size: Int, _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget
  ) {
    guard builder.hasRoom(for: size, in: budget) else {
      return builder.deallocate(at: generator.below(builder.live.count))
    }
    builder.allocate(size, alignment: 1 << generator.pick(0...4), zeroed: generator.oneIn(4))
  }

  /// A request that nobody can serve: the subject must say so, and be none the worse for it.
  private static func refuse(
    _ size: Int, alignment: Int, _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator,
    _ budget: ChaosBudget
  ) {
    if !builder.live.isEmpty, generator.oneIn(3) || builder.liveBlocks >= budget.liveBlocks {
      // The block must stay as it was, for it is used again.
      let place = generator.below(builder.live.count)
      let before = builder.live[place].size
      builder.reallocate(at: place, to: size, alignment: alignment)
      builder.reallocate(at: place, to: before)
    } else {
      builder.release(builder.take(size, alignment: alignment, zeroed: generator.oneIn(4)))
    }
  }

  /// Asks for half as much again as the heap holds, and then lets `recover` free some, over and over.
  private static func exhaust(
    _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget,
    recover: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
  ) {
    let end = builder.count + budget.operations
    let size = exhaustingSize(budget)
    repeat {
      while builder.liveBytes < budget.liveBytes * 3 / 2, builder.liveBlocks < budget.liveBlocks {
        builder.allocate(generator.pick(max(1, size / 2)...size * 3 / 2))
      }
      recover(&builder, &generator)
    } while builder.count < end
  }

  /// A mean size with which a heap is full before the trace is half over, and before there are too many blocks.
  private static func exhaustingSize(_ budget: ChaosBudget) -> Int {
    max(16, 2 * budget.liveBytes / max(1, min(budget.liveBlocks, budget.operations / 8)))
  }
}
