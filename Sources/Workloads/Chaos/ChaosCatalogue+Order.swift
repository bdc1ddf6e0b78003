extension ChaosCatalogue {
  /// In which order blocks are freed.
  static let order: [ChaosGenerator] = [
    ChaosGenerator(
      "fifo", .order, "A queue: always the oldest block is freed.",
      source: "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let length = population(budget)
      var queue = BlockQueue(capacity: length)
      while builder.count < end {
        for _ in 0..<generator.pick(1...8) {
          let size = smallSize(&generator, budget)
          while queue.count >= length || !builder.hasRoom(for: size, in: budget), let block = queue.popFirst() {
            builder.release(block)
          }
          if builder.hasRoom(for: size, in: budget) { queue.append(builder.take(size)) }
        }
        // The queue's length wanders.
        for _ in 0..<generator.below(8) { if let block = queue.popFirst() { builder.release(block) } }
      }
    },
    ChaosGenerator(
      "lifo", .order, "A stack: always the youngest block is freed.",
      source: "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let depth = population(budget)
      while builder.count < end {
        // Up and down by steps of all lengths, so that the stack is now shallow and now deep.
        let step = generator.logarithmic(1...max(1, depth / 2))
        if generator.oneIn(2) {
          builder.grow(
            to: min(depth, builder.live.count + step), until: end, within: budget, with: &generator
          ) { (smallSize(&$0, budget), 1) }
          if builder.live.count >= depth { for _ in 0..<depth / 2 { builder.deallocateLast() } }
        } else {
          for _ in 0..<min(step, builder.live.count) { builder.deallocateLast() }
        }
        if let last = builder.live.last, !builder.hasRoom(for: last.size, in: budget) { builder.deallocateLast() }
      }
    },
    ChaosGenerator(
      "random-order", .order, "Fills up, frees everything in random order, and begins again.",
      source: "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        builder.grow(to: population(budget), within: budget, with: &generator) { (smallSize(&$0, budget), 1) }
        builder.shrink(to: 0, with: &generator)
      }
    },
    ChaosGenerator(
      "producer-consumer", .order,
      "One thread makes messages, another frees them in the order of their arrival, now behind, now level.",
      source:
        "Berger, McKinley, Blumofe and Wilson, Hoard: A Scalable Memory Allocator for Multithreaded Applications, 2000"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let length = population(budget)
      var queue = BlockQueue(capacity: length)
      while builder.count < end {
        builder.thread(0)
        for _ in 0..<generator.logarithmic(1...max(2, min(length, 512))) where queue.count < length {
          let size = smallSize(&generator, budget)
          if builder.hasRoom(for: size, in: budget) { queue.append(builder.take(size)) }
        }
        builder.thread(1)
        for _ in 0..<generator.logarithmic(1...max(2, min(length, 512))) {
          if let block = queue.popFirst() { builder.release(block) }
        }
      }
    },
    ChaosGenerator(
      "interleaved-queues", .order,
      "Several queues of different lengths and sizes, filled in turn, so that neighbours die apart.",
      source:
        "Barrett and Zorn, Using Lifetime Predictors to Improve Memory Allocation Performance, 1993 (lifetimes by call site)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let count = max(1, min(6, population(budget) / 2))
      var queues = (0..<count).map { _ in BlockQueue() }
      let sizes = (0..<count).map { _ in budget.ordinary(generator.logarithmic(8...512)) }
      // Each queue is twice as long as the one before it.
      let share = max(1, min(population(budget), budget.liveBytes / 512) >> count)
      while builder.count < end {
        let place = generator.below(count)
        if queues[place].count >= share << place || !builder.hasRoom(for: sizes[place], in: budget) {
          if let block = queues[place].popFirst() { builder.release(block) }
        }
        if builder.hasRoom(for: sizes[place], in: budget) { queues[place].append(builder.take(sizes[place])) }
      }
    },
    ChaosGenerator(
      "every-other", .order, "Frees every other block in the order of allocation, and then the rest, backwards.",
      source:
        "the checkerboard: Shore, On the External Storage Fragmentation Produced by First-Fit and Best-Fit Allocation Strategies, 1975"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      var blocks: [AllocationTraceBuilder.Block] = []
      while builder.count < end {
        let count = generator.pick(1...max(1, population(budget) / 2))
        while blocks.count < count {
          let size = smallSize(&generator, budget)
          guard builder.hasRoom(for: size, in: budget) else { break }
          blocks.append(builder.take(size))
        }
        for place in stride(from: 0, to: blocks.count, by: 2) { builder.release(blocks[place]) }
        for place in stride(from: 1, to: blocks.count, by: 2).reversed() { builder.release(blocks[place]) }
        blocks.removeAll(keepingCapacity: true)
      }
    },
    ChaosGenerator(
      "largest-first", .order,
      "Fills up with all sizes and frees them sorted by size, the largest or the smallest first.",
      source: "Randell, A Note on Storage Fragmentation and Program Segmentation, 1969 (frees that depend on size)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        // Few enough that sorting costs no more than the rest.
        builder.grow(to: min(population(budget), 256), within: budget, with: &generator) {
          (smallSize(&$0, budget), 1)
        }
        let isLargestFirst = generator.oneIn(2)
        builder.live.sort { isLargestFirst ? $0.size > $1.size : $0.size < $1.size }
        builder.deallocateAll()
      }
    },
  ]
}
