extension ChaosCatalogue {
  /// Blocks that change their size, in chains.
  static let reallocations: [ChaosGenerator] = [
    ChaosGenerator(
      "realloc-doubling", .sizes,
      "Arrays that double whenever they are full, several at once, and are freed when large.",
      source:
        "the growth of dynamic arrays: Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, section 17.4"
    ) { builder, generator, budget in
      chains(&builder, &generator, budget, first: { budget.ordinary($0.pick(4...32)) }) { size, _ in
        size >= budget.largest / 2 ? nil : 2 * size
      }
    },
    ChaosGenerator(
      "realloc-creeping", .sizes,
      "Strings that grow by a few bytes at a time, so that copying each time takes quadratic time.",
      source:
        "the realloc traces of the malloc lab of Bryant and O'Hallaron, Computer Systems: A Programmer's Perspective"
    ) { builder, generator, budget in
      chains(&builder, &generator, budget, first: { budget.ordinary($0.pick(1...64)) }) { size, generator in
        size >= budget.largest / 2 || generator.oneIn(400) ? nil : size + generator.pick(1...24)
      }
    },
    ChaosGenerator(
      "realloc-shrinking", .sizes,
      "Large buffers that are cut down to what was read into them, and then again by a little.",
      source:
        "the use of realloc after reading a line or a file: Kernighan and Ritchie, The C Programming Language, 1988"
    ) { builder, generator, budget in
      chains(
        &builder, &generator, budget, first: { budget.ordinary($0.pick(budget.largest / 4...budget.largest)) }
      ) { size, generator in
        size <= 8
          ? nil : max(1, generator.oneIn(2) ? size - generator.pick(1...min(size, 32)) : size / generator.pick(2...9))
      }
    },
    ChaosGenerator(
      "realloc-seesaw", .sizes, "Blocks that grow and shrink by one byte across the boundaries of size classes.",
      source: "jemalloc's manual, section Implementation notes (size classes, four to a doubling)"
    ) { builder, generator, budget in
      chains(&builder, &generator, budget, first: { boundary(&$0, budget) }) { size, generator in
        if generator.oneIn(40) { return nil }
        let step = generator.pick(1...2)
        // Odd numbers of steps down, so that a chain stays about where it began.
        return budget.ordinary(generator.oneIn(2) ? size + step : size - step)
      }
    },
    ChaosGenerator(
      "realloc-random", .sizes, "Blocks that take any other size at random, among blocks that come and go.",
      source:
        "the random traces of the malloc lab of Bryant and O'Hallaron, Computer Systems: A Programmer's Perspective"
    ) { builder, generator, budget in
      chains(&builder, &generator, budget, first: { budget.ordinary($0.logarithmic(1...budget.largest)) }) {
        size, generator in
        generator.oneIn(4) ? nil : budget.ordinary(generator.logarithmic(1...budget.largest))
      }
    },
  ]

  /// Blocks whose sizes follow chains: `next` says what comes after a size, or nil where the block ends.
  ///
  /// Short-lived blocks come and go in between, so that what grows does not always have room behind it.
  private static func chains(
    _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget,
    first: (inout SeededGenerator) -> Int, next: (Int, inout SeededGenerator) -> Int?
  ) {
    let end = builder.count + budget.operations
    let chains = max(1, min(64, budget.liveBlocks / 2, budget.liveBytes / (2 * budget.largest), budget.operations / 16))
    while builder.count < end {
      let place = generator.below(chains)
      if place >= builder.live.count {
        let size = first(&generator)
        if builder.hasRoom(for: size, in: budget) {
          builder.allocate(size)
        } else if !builder.live.isEmpty {
          builder.deallocate(at: generator.below(builder.live.count))
        } else {
          return
        }
        continue
      }
      let size = builder.live[place].size
      if let wanted = next(size, &generator), wanted - size <= budget.liveBytes - builder.liveBytes {
        builder.reallocate(at: place, to: wanted)
      } else {
        builder.deallocate(at: place)
      }
      if generator.oneIn(8) {
        let size = budget.ordinary(generator.pick(8...128))
        if builder.hasRoom(for: size, in: budget) { builder.release(builder.take(size)) }
      }
    }
  }
}
