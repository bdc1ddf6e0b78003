import Vocabularies

extension ChaosCatalogue {
  /// Frees that are wrong, mixed into ordinary comings and goings.
  ///
  /// A subject that promises to detect them must reject each and be none the worse for it; others are not given these traces.
  static let negative: [ChaosGenerator] = [
    ChaosGenerator(
      "double-free", .negative, "Frees blocks twice, the second time before the memory has been used again.",
      source: "CWE-415, Double Free"
    ) { builder, generator, budget in
      mistaken(&builder, &generator, budget, mistake: doubleFree)
    },
    ChaosGenerator(
      "interior-free", .negative, "Frees addresses inside of live blocks, some of them as aligned as a block would be.",
      source: "CWE-761, Free of Pointer not at Start of Buffer"
    ) { builder, generator, budget in
      mistaken(&builder, &generator, budget, mistake: interiorFree)
    },
    ChaosGenerator(
      "foreign-free", .negative, "Frees addresses beyond the heap's end, which no allocator handed out.",
      source: "CWE-590, Free of Memory not on the Heap"
    ) { builder, generator, budget in
      mistaken(&builder, &generator, budget, mistake: foreignFree)
    },
    ChaosGenerator(
      "misaligned-free", .negative, "Frees addresses a few bytes before live blocks, where no block can begin.",
      source: "CWE-763, Release of Invalid Pointer or Reference"
    ) { builder, generator, budget in
      mistaken(&builder, &generator, budget, mistake: misalignedFree)
    },
    ChaosGenerator(
      "wrong-frees", .negative, "Every kind of wrong free, in random order.",
      source: "the security tests of mimalloc-bench; CWE-415, CWE-590, CWE-761 and CWE-763"
    ) { builder, generator, budget in
      let mistakes = [doubleFree, interiorFree, foreignFree, misalignedFree]
      mistaken(&builder, &generator, budget) { builder, generator in
        mistakes[generator.below(mistakes.count)](&builder, &generator)
      }
    },
  ]

  private typealias Mistake = @Sendable (inout AllocationTraceBuilder, inout SeededGenerator) -> Void

  /// What a wrong free is aligned to, and how far a misaligned one is off: less than this.
  private static let alignment8 = 8

  private static let doubleFree: Mistake = { builder, generator in
    builder.deallocate(at: generator.below(builder.live.count))
    builder.freeAgain()
    // Once more, and it is still wrong.
    if generator.oneIn(8) { builder.freeAgain() }
  }

  private static let interiorFree: Mistake = { builder, generator in
    let place = generator.below(builder.live.count)
    let size = builder.live[place].size
    guard size > 1 else { return }
    // Half of them at multiples of 8, where only the allocator's own records tell that no block begins there.
    let offset =
      generator.oneIn(2)
      ? generator.pick(1...size - 1) : (size - 1) / 8 == 0 ? 1 : 8 * generator.pick(1...(size - 1) / 8)
    builder.freeWrongly(.interiorFree, at: place, offset: offset)
  }

  private static let foreignFree: Mistake = { builder, generator in
    builder.freeForeign(offset: generator.oneIn(4) ? 0 : 8 * generator.below(1 << generator.pick(1...20)))
  }

  private static let misalignedFree: Mistake = { builder, generator in
    builder.freeWrongly(
      .misalignedFree, at: generator.below(builder.live.count), offset: generator.pick(1...alignment8 - 1))
  }

  /// An ordinary life of blocks that are aligned to 8 bytes, with one mistake every few operations.
  private static func mistaken(
    _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget,
    mistake: (inout AllocationTraceBuilder, inout SeededGenerator) -> Void
  ) {
    let end = builder.count + budget.operations
    while builder.count < end {
      builder.churn(
        until: min(end, builder.count + generator.pick(1...24)), around: population(budget), within: budget,
        with: &generator
      ) { (smallSize(&$0, budget), alignment8) }
      if !builder.live.isEmpty { mistake(&builder, &generator) }
    }
  }
}
