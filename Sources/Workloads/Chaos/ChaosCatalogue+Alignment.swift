extension ChaosCatalogue {
  /// Where blocks must begin.
  static let alignment: [ChaosGenerator] = [
    ChaosGenerator(
      "alignment-torture", .alignment, "Every alignment from 1 to a page, with sizes just below, at and above it.",
      source: "the tests of posix_memalign and aligned_alloc in jemalloc and mimalloc"
    ) { builder, generator, budget in
      let largest = largestAlignment(budget)
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: 1024), within: budget,
        with: &generator
      ) {
        let alignment = 1 << $0.pick(0...largest)
        return (budget.ordinary(alignment * $0.pick(1...2) + $0.pick(-1...1)), alignment)
      }
    },
    ChaosGenerator(
      "over-aligned", .alignment, "Blocks far smaller than what they must be aligned to.",
      source: "ISO C++ 2017, [new.delete] (new-extended alignment)"
    ) { builder, generator, budget in
      let largest = largestAlignment(budget)
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: 1024), within: budget,
        with: &generator
      ) {
        let shift = $0.pick(min(4, largest)...largest)
        return (budget.ordinary($0.pick(1...max(1, (1 << shift) >> 3))), 1 << shift)
      }
    },
    ChaosGenerator(
      "alignment-holes", .alignment,
      "Aligned blocks with odd ones in between, which go first and leave holes with crooked ends.",
      source: "glibc's memalign, which cuts what is before and after an aligned block off a larger one"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let largest = largestAlignment(budget)
      var odd = BlockQueue()
      var even = BlockQueue()
      let population = budget.population(mean: 512) / 2
      while builder.count < end {
        for _ in 0..<generator.pick(1...max(1, population / 2)) {
          let alignment = 1 << generator.pick(min(5, largest)...largest)
          let (small, large) = (
            budget.ordinary(2 * generator.pick(0...40) + 1), budget.ordinary(generator.pick(1...alignment))
          )
          guard builder.hasRoom(for: small + large, in: budget), builder.liveBlocks + 1 < budget.liveBlocks else {
            break
          }
          odd.append(builder.take(small))
          even.append(builder.take(large, alignment: alignment))
        }
        while let block = odd.popFirst() { builder.release(block) }
        for _ in 0..<(even.count + 1) / 2 { if let block = even.popFirst() { builder.release(block) } }
      }
    },
    ChaosGenerator(
      "cache-lines", .alignment, "Blocks that begin at a cache line or at a pair of them, among others that need not.",
      source:
        "Torrellas, Lam and Hennessy, False Sharing and Spatial Locality in Multiprocessor Caches, 1994 (padding to lines)"
    ) { builder, generator, budget in
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: 128), within: budget, with: &generator
      ) {
        let alignment = min([1, 8, 64, 128][$0.below(4)], 1 << largestAlignment(budget))
        return (budget.ordinary(max(1, 64 * $0.pick(0...3) + $0.pick(-8...8))), alignment)
      }
    },
  ]

  /// The base-2 logarithm of the largest alignment: that of a page, or less in a small heap.
  private static func largestAlignment(_ budget: ChaosBudget) -> Int {
    min(12, Int.bitWidth - 1 - max(1, budget.liveBytes / 64).leadingZeroBitCount)
  }
}
