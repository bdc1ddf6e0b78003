extension ChaosCatalogue {
  /// What is worst for buddy systems.
  static let buddyAdversaries: [ChaosGenerator] = [
    ChaosGenerator(
      "buddy-half-empty", .adversaries, "Sizes one above a power of two, so that nearly half of every block is unused.",
      source: "Peterson and Norman, Buddy Systems, 1977 (internal fragmentation)"
    ) { builder, generator, budget in
      let bits = Int.bitWidth - 1 - budget.ordinary(budget.largest - 1).leadingZeroBitCount
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: budget.largest / 4), within: budget,
        with: &generator
      ) { (budget.ordinary(1 << $0.pick(min(4, bits)...bits) + 1), 1) }
    },
    ChaosGenerator(
      "buddy-survivors", .adversaries,
      "One of each pair of buddies stays, so that nothing coalesces, and the next size finds no room.",
      source:
        "Knowlton, A Fast Storage Allocator, 1965; Peterson and Norman, Buddy Systems, 1977 (external fragmentation)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        var size = 1 << generator.pick(4...7)
        var kept: [AllocationTraceBuilder.Block] = []
        var wanted = budget.population(mean: size) / 2
        while size <= budget.ordinary(budget.largest) {
          var pair = 0
          var blocks: [AllocationTraceBuilder.Block] = []
          while blocks.count < wanted, builder.hasRoom(for: size, in: budget) { blocks.append(builder.take(size)) }
          if blocks.count < 2 {
            for block in blocks { builder.release(block) }
            break
          }
          // Which of the two goes is as good as any.
          while pair + 1 < blocks.count {
            let goes = pair + generator.below(2)
            builder.release(blocks[goes])
            kept.append(blocks[2 * pair + 1 - goes])
            pair += 2
          }
          if pair < blocks.count { builder.release(blocks[pair]) }
          size *= 2
          wanted /= 2
        }
        for block in kept { builder.release(block) }
        // Now all must coalesce: the largest block is there again.
        builder.release(builder.take(budget.ordinary(budget.largest)))
      }
    },
    ChaosGenerator(
      "buddy-cascades", .adversaries,
      "In an empty heap, the smallest block splits every order, and its end merges them all again.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (algorithms R and S)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        switch generator.below(4) {
        case 0...1:
          for _ in 0..<generator.pick(1...8) { builder.release(builder.take(budget.ordinary(generator.pick(1...16)))) }
        case 2:
          // One block of each order, from the smallest up or down: what one splits off is what the next one takes.
          var sizes: [Int] = []
          var size = 16
          var total = 0
          while size <= budget.ordinary(budget.largest), total + size <= budget.liveBytes,
            sizes.count < budget.liveBlocks
          {
            sizes.append(size)
            total += size
            size *= 2
          }
          if sizes.isEmpty { sizes = [1] }
          if generator.oneIn(2) { sizes.reverse() }
          let blocks = sizes.map { builder.take($0) }
          for block in generator.oneIn(2) ? blocks : blocks.reversed() { builder.release(block) }
        default:
          let size = budget.ordinary(16)
          let pair = budget.liveBlocks > 1 ? [builder.take(size), builder.take(size)] : [builder.take(size)]
          for block in pair { builder.release(block) }
        }
      }
    },
  ]
}
