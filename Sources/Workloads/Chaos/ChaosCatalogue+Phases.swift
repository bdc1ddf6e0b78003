extension ChaosCatalogue {
  /// How what is live changes over time.
  static let phases: [ChaosGenerator] = [
    ChaosGenerator(
      "bursts", .phases, "Long quiet stretches, and now and then a burst of blocks that are gone at once.",
      source:
        "Leland, Taqqu, Willinger and Wilson, On the Self-Similar Nature of Ethernet Traffic, 1994 (traffic without a typical burst)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let most = population(budget)
      builder.grow(to: most / 8, until: end, within: budget, with: &generator) { (smallSize(&$0, budget), 1) }
      while builder.count < end {
        builder.churn(
          until: min(end, builder.count + generator.pick(10...max(11, most / 4))), around: most / 8, within: budget,
          with: &generator
        ) { (smallSize(&$0, budget), 1) }
        let burst = Int(min(8 * generator.pareto(.one), Double(most / 2 + 1)))
        var blocks: [AllocationTraceBuilder.Block] = []
        for _ in 0..<burst {
          let size = smallSize(&generator, budget)
          guard builder.hasRoom(for: size, in: budget) else { break }
          blocks.append(builder.take(size))
        }
        for block in blocks.reversed() { builder.release(block) }
      }
    },
    ChaosGenerator(
      "ramp", .phases, "Grows to a peak without freeing anything, and then frees everything, in one of three orders.",
      source:
        "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995 (ramps)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        builder.grow(
          to: max(1, budget.liveBlocks), until: (builder.count + end) / 2 + 1, within: budget, with: &generator
        ) {
          (smallSize(&$0, budget), 1)
        }
        switch generator.below(3) {
        case 0: builder.deallocateAll()
        case 1: while !builder.live.isEmpty { builder.deallocateLast() }
        default: builder.shrink(to: 0, with: &generator)
        }
      }
    },
    ChaosGenerator(
      "sawtooth", .phases, "Grows to the same peak again and again, and drops to a base that stays.",
      source:
        "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995 (peaks)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let peak = population(budget)
      while builder.count < end {
        builder.grow(to: peak, within: budget, with: &generator) { (smallSize(&$0, budget), 1) }
        // The base is at the front, which what is freed from the end never reaches.
        let base = builder.live.count / generator.pick(8...12)
        while builder.live.count > base { builder.deallocateLast() }
        if generator.oneIn(4) { builder.shrink(to: base / 2, with: &generator) }
      }
    },
    ChaosGenerator(
      "plateaus", .phases,
      "Stays at one level for a while, with blocks coming and going, then at a higher or lower one.",
      source:
        "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995 (plateaus)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let most = population(budget)
      let length = max(10, budget.operations / 8)
      while builder.count < end {
        let level = most * generator.pick(1...8) / 8
        let phase = builder.count + length
        builder.shrink(to: level, with: &generator)
        builder.grow(to: level, until: min(end, phase), within: budget, with: &generator) {
          (smallSize(&$0, budget), 1)
        }
        // One for one, so that the level is level.
        while builder.count < min(end, phase), !builder.live.isEmpty {
          builder.deallocate(at: generator.below(builder.live.count))
          let size = smallSize(&generator, budget)
          if builder.hasRoom(for: size, in: budget) { builder.allocate(size) }
        }
      }
    },
    ChaosGenerator(
      "phase-changes", .phases,
      "Every phase has sizes and numbers of its own, and leaves a few blocks behind in the next.",
      source:
        "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995 (phases)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let length = max(20, budget.operations / 10)
      while builder.count < end {
        let least = generator.logarithmic(8...max(8, budget.largest / 8))
        let most = budget.ordinary(least * generator.pick(1...4))
        let population = budget.population(mean: (least + most) / 2) * generator.pick(2...6) / 6
        builder.churn(
          until: min(end, builder.count + length), around: max(1, population), within: budget, with: &generator
        ) { (budget.ordinary($0.pick(min(least, most)...most)), 1) }
        builder.shrink(to: builder.live.count / generator.pick(10...40), with: &generator)
      }
    },
    ChaosGenerator(
      "hole-punching", .phases,
      "Fills up, frees 95 % at random so that scattered survivors remain, and asks for larger blocks.",
      source: "Powers, Tench, Berger and McGregor, Mesh: Compacting Memory Management for C/C++ Applications, 2019"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      // What survives four rounds ends, oldest first, so that there is room for the next.
      var survivors = BlockQueue()
      var size = 16
      while builder.count < end {
        size = size >= budget.ordinary(2048) ? 16 : size * generator.pick(2...4)
        let wanted = budget.ordinary(size)
        builder.grow(to: budget.population(mean: wanted), within: budget, with: &generator) {
          (budget.ordinary($0.pick(max(1, wanted / 2)...wanted)), 1)
        }
        let kept = builder.live.count / 20
        builder.shrink(to: kept, with: &generator)
        while survivors.count > 4 * kept, let block = survivors.popFirst() { builder.release(block) }
        for block in builder.letGo() { survivors.append(block) }
        if builder.count == 0 { return }
      }
    },
  ]
}
