extension ChaosCatalogue {
  /// The shapes of threaded programs, their threads one after the other: which thread acts is marked in the trace.
  static let threadedPrograms: [ChaosGenerator] = [
    ChaosGenerator(
      "larson", .programs,
      "A server: each thread replaces random blocks of its own, and then hands all of them to the next thread.",
      source: "Larson and Krishnan, Memory Allocation for Long-Running Server Applications, 1998"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let threads = max(1, min(4, budget.liveBlocks / 2))
      let largest = budget.ordinary(1000)
      let each = max(1, min(budget.population(mean: largest / 2) / threads, 1000))
      var blocks: [[AllocationTraceBuilder.Block]] = Array(repeating: [], count: threads)
      for thread in 0..<threads {
        builder.thread(thread)
        while blocks[thread].count < each {
          let size = generator.pick(min(8, largest)...largest)
          guard builder.hasRoom(for: size, in: budget) else { break }
          blocks[thread].append(builder.take(size))
        }
      }
      var thread = 0
      var generation = 0
      while builder.count < end {
        let number = (generation + thread) % 64
        builder.thread(number)
        for _ in 0..<min(generator.pick(1...2 * each), max(4, budget.operations / 16)) {
          guard !blocks[thread].isEmpty else { break }
          let place = generator.below(blocks[thread].count)
          builder.release(blocks[thread][place])
          var size = generator.pick(min(8, largest)...largest)
          // Where memory is short, the block that was there before has room.
          if !builder.hasRoom(for: size, in: budget) { size = blocks[thread][place].size }
          blocks[thread][place] = builder.take(size)
        }
        thread = (thread + 1) % threads
        // The threads end, and others inherit what they had.
        if thread == 0 { generation += 1 }
      }
    },
    ChaosGenerator(
      "sh8bench", .programs,
      "As sh6bench, in several threads, each of which frees part of what the one before it has allocated.",
      source:
        "sh8bench, by MicroQuill, part of SmartHeap's benchmarks; described in the documentation of mimalloc-bench"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let threads = max(1, min(3, budget.liveBlocks / 4))
      let each = max(5, population(budget) / (3 * threads))
      var buffers = (0..<threads).map { _ in ShiftingBuffer(capacity: each) }
      var foreign: [[AllocationTraceBuilder.Block]] = Array(repeating: [], count: threads)
      let sizes = [8, 12, 16, 24, 32, 48, 64, 96, 128, 200, 320, 500, 1000].map(budget.ordinary)
      var thread = 0
      while builder.count < end {
        builder.thread(thread)
        for block in foreign[thread] { builder.release(block) }
        foreign[thread].removeAll(keepingCapacity: true)
        for _ in 0..<generator.pick(1...6) {
          // The smaller, the more common.
          let size = sizes[min(generator.below(sizes.count), generator.below(sizes.count))]
          for _ in 0..<generator.pick(1...16) {
            buffers[thread].makeRoom(for: size, in: budget, &builder)
            guard builder.hasRoom(for: size, in: budget) else { break }
            if generator.oneIn(4), threads > 1 {
              foreign[(thread + 1) % threads].append(builder.take(size))
            } else {
              buffers[thread].append(builder.take(size))
            }
          }
        }
        thread = (thread + 1) % threads
      }
    },
    ChaosGenerator(
      "xmalloc-test", .programs,
      "Threads that only allocate, in batches of mixed sizes, and others that only free them.",
      source: "Lever and Boreham, malloc() Performance in a Multithreaded Linux Environment, 2000"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let sizes = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048].map(budget.ordinary)
      let batch = max(1, min(100, budget.population(mean: 500) / 4, budget.operations / 10))
      let most = max(batch, budget.population(mean: 500))
      var queue = BlockQueue(capacity: most)
      while builder.count < end {
        if queue.count + batch <= most, generator.oneIn(2) || queue.isEmpty {
          builder.thread(generator.below(2))
          for _ in 0..<batch {
            let size = generator.pick(sizes)
            guard builder.hasRoom(for: size, in: budget) else { break }
            queue.append(builder.take(size))
          }
        } else {
          builder.thread(2 + generator.below(2))
          for _ in 0..<batch { if let block = queue.popFirst() { builder.release(block) } }
        }
      }
    },
    ChaosGenerator(
      "cache-scratch", .programs,
      "Each thread frees a small block that another made, and then makes and frees one of that size over and over.",
      source:
        "Berger, McKinley, Blumofe and Wilson, Hoard: A Scalable Memory Allocator for Multithreaded Applications, 2000 (passive false sharing)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let threads = max(1, min(8, budget.liveBlocks))
      while builder.count < end {
        let size = budget.ordinary(generator.pick(1...8) * 8)
        builder.thread(0)
        let given = (0..<threads).map { _ in builder.take(size) }
        let rounds = generator.logarithmic(1...max(1, min(400, budget.operations / 100)))
        for (number, block) in given.enumerated() {
          builder.thread(number + 1)
          builder.release(block)
          for _ in 0..<rounds { builder.release(builder.take(size)) }
        }
      }
    },
    ChaosGenerator(
      "mstress", .programs,
      "Threads whose blocks live short or to the thread's end, are freed at random, and are swapped with other threads'.",
      source:
        "mstress, by Daan Leijen, part of mimalloc's tests, 2018; described in the documentation of mimalloc-bench"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let share = budget.population(mean: 512)
      var transfer: [AllocationTraceBuilder.Block?] = Array(repeating: nil, count: max(1, min(1000, share / 4)))
      let lifetime = max(20, min(budget.operations / 8, 2 * share))
      var number = 0
      while builder.count < end {
        builder.thread(number % 16)
        number += 1
        let death = min(end, builder.count + lifetime)
        var retained: [AllocationTraceBuilder.Block] = []
        while builder.count < death {
          var words = generator.pick(1...128)
          if generator.oneIn(100) { words *= 100 }
          let isRetained = generator.oneIn(3) && retained.count < share / 4
          let size = budget.ordinary(8 * (isRetained ? generator.pick(1...256) : words))
          if !builder.hasRoom(for: size, in: budget) {
            if builder.live.isEmpty { break }
            builder.deallocate(at: generator.below(builder.live.count))
          } else if isRetained {
            retained.append(builder.take(size))
          } else {
            builder.allocate(size)
          }
          if generator.below(3) < 2, !builder.live.isEmpty, builder.live.count > share / 4 || generator.oneIn(2) {
            builder.deallocate(at: generator.below(builder.live.count))
          }
          if generator.oneIn(4), !builder.live.isEmpty {
            let place = generator.below(transfer.count)
            transfer[place] = builder.exchange(at: generator.below(builder.live.count), with: transfer[place])
          }
        }
        // The thread dies: what it retained and what it holds ends, what it gave away lives on.
        for block in retained { builder.release(block) }
        builder.deallocateAll()
        if !builder.hasRoom(for: budget.ordinary(1024), in: budget) || generator.oneIn(8) {
          for place in transfer.indices {
            if let block = transfer[place] { builder.release(block) }
            transfer[place] = nil
          }
        }
      }
      for case let block? in transfer { builder.release(block) }
    },
  ]
}
