extension ChaosCatalogue {
  /// The shapes of single-threaded programs that allocators are compared on: what sizes live how long, in which order.
  static let programs: [ChaosGenerator] = [
    ChaosGenerator(
      "cfrac", .programs,
      "A factoriser's long numbers: tiny, and gone as soon as the term is evaluated; now and then one is kept.",
      source:
        "cfrac, by Dave Barrett; described by Zorn and Grunwald, Empirical Measurements of Six Allocation-Intensive C Programs, 1992"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let most = population(budget) / 2
      var kept = 0
      while builder.count < end {
        // A term: temporaries, a result that replaces an operand, and the operands' end.
        let depth = max(1, min(generator.pick(1...6), budget.liveBlocks / 2))
        for _ in 0..<depth where builder.hasRoom(for: 48, in: budget) {
          builder.allocate(budget.ordinary(8 + 4 * Int(min(9, 2 * generator.exponential()))))
          if builder.live.count > kept + 2, generator.oneIn(2) { builder.deallocate(at: builder.live.count - 2) }
        }
        while builder.live.count > kept + generator.below(2) { builder.deallocateLast() }
        if builder.live.count > kept {
          // A relation that was found stays.
          if generator.oneIn(16), kept < most { kept = builder.live.count } else { builder.deallocateLast() }
        }
      }
    },
    ChaosGenerator(
      "espresso", .programs,
      "A logic minimiser's covers: runs of equal cubes that come and go together, arrays that grow, some large tables.",
      source:
        "espresso, by Richard Rudell; described by Zorn and Grunwald, Empirical Measurements of Six Allocation-Intensive C Programs, 1992"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let cube = budget.ordinary(8 * generator.pick(2...8))
      let most = max(1, min(400, population(budget) / 2, budget.operations / 16))
      while builder.count < end {
        // The array of a cover grows while cubes come.
        var array = builder.take(budget.ordinary(32))
        var capacity = 4
        var cubes: [AllocationTraceBuilder.Block] = []
        for number in 0..<generator.logarithmic(1...most) where builder.hasRoom(for: 2 * cube, in: budget) {
          if number == capacity {
            capacity *= 2
            let wanted = budget.ordinary(8 * capacity)
            if wanted - array.size <= budget.liveBytes - builder.liveBytes { builder.reallocate(&array, to: wanted) }
          }
          cubes.append(builder.take(cube))
          // Temporaries of an intersection.
          for _ in 0..<generator.below(3) where builder.hasRoom(for: 2 * cube, in: budget) {
            builder.release(
              builder.take(budget.ordinary(generator.oneIn(12) ? generator.logarithmic(64...4096) / 2 : 2 * cube)))
          }
        }
        // A cover is freed as a whole, or what is redundant first and the rest when the next one is there.
        let stays = generator.oneIn(4)
        for (number, block) in cubes.enumerated() {
          if stays, number % 3 == 0, builder.live.count < most { builder.adopt(block) } else { builder.release(block) }
        }
        builder.release(array)
        if builder.live.count > most / 2 || generator.oneIn(6) { builder.deallocateAll() }
      }
    },
    ChaosGenerator(
      "sh6bench", .programs,
      "Small blocks more often than large ones into a buffer, of which one part is freed in order and one backwards.",
      source:
        "sh6bench, by MicroQuill, part of SmartHeap's benchmarks; described in the documentation of mimalloc-bench"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      var buffer = ShiftingBuffer(capacity: max(5, population(budget) * generator.pick(30...50) / 100))
      var base = generator.pick(1...4)
      while builder.count < end {
        var size = base
        while size > 0, builder.count < end {
          for _ in 0..<(size < 100 ? 25 : size < 1000 ? 5 : 1) {
            buffer.makeRoom(for: budget.ordinary(size), in: budget, &builder)
            if builder.hasRoom(for: budget.ordinary(size), in: budget) {
              buffer.append(builder.take(budget.ordinary(size)))
            }
          }
          size /= 2
        }
        base = base * 3 / 2 + 1
        if base > budget.ordinary(1000) { base = generator.pick(1...4) }
      }
      buffer.end(&builder)
    },
    ChaosGenerator(
      "alloc-test", .programs,
      "Slots that are emptied and filled in turn, a fifth of them four times in five, with each size class half as common as the one below.",
      source: "alloc-test, by OLogN Technologies, 2018; described in the documentation of mimalloc-bench"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      var slots: [AllocationTraceBuilder.Block?] = Array(
        repeating: nil, count: max(1, min(budget.liveBlocks, population(budget) * 5 / 4)))
      while builder.count < end {
        // Of the slots the first fifth, of these the first fifth, and so on, each with four chances in five.
        var range = 0..<slots.count
        for _ in 0..<6 where range.count >= 5 {
          let cut = range.lowerBound + range.count / 5
          range = generator.below(5) < 4 ? range.lowerBound..<cut : cut..<range.upperBound
        }
        let slot = range.lowerBound + generator.below(range.count)
        if let block = slots[slot] {
          builder.release(block)
          slots[slot] = nil
        } else {
          let shift = min((generator.next() | 1 << 8).trailingZeroBitCount, 8) + 2
          let size = budget.ordinary(1 << shift + 1 + generator.below(1 << shift))
          if builder.hasRoom(for: size, in: budget) {
            slots[slot] = builder.take(size)
          } else if let full = slots.firstIndex(where: { $0 != nil }), let block = slots[full] {
            builder.release(block)
            slots[full] = nil
          }
        }
      }
    },
  ]
}

/// A buffer that is emptied whenever it is full, but for a window of a fifth that moves on each time: below it in the order of
/// allocation, above it backwards.
struct ShiftingBuffer {
  private var blocks: [AllocationTraceBuilder.Block?]
  private var place = 0
  /// What stays.
  private var window = 0..<0

  init(capacity: Int) { blocks = Array(repeating: nil, count: capacity) }

  mutating func append(_ block: AllocationTraceBuilder.Block) {
    blocks[place] = block
    place += 1
  }

  /// Goes on to the next free place, and empties the buffer where there is none, or no room for a block of `size` bytes.
  mutating func makeRoom(for size: Int, in budget: ChaosBudget, _ builder: inout AllocationTraceBuilder) {
    while place < blocks.count, blocks[place] != nil { place += 1 }
    if place < blocks.count, builder.hasRoom(for: size, in: budget) { return }
    let start = window.upperBound >= blocks.count ? 0 : window.upperBound
    window = start..<min(blocks.count, start + max(1, blocks.count / 5))
    for place in 0..<window.lowerBound { free(place, &builder) }
    for place in (window.upperBound..<blocks.count).reversed() { free(place, &builder) }
    // What has stayed for one round ends with the next, unless the window is all there is.
    if window.count == blocks.count { end(&builder) }
    place = 0
    while place < blocks.count, blocks[place] != nil { place += 1 }
  }

  /// Frees everything, in order.
  mutating func end(_ builder: inout AllocationTraceBuilder) {
    for place in blocks.indices { free(place, &builder) }
    place = 0
  }

  private mutating func free(_ place: Int, _ builder: inout AllocationTraceBuilder) {
    if let block = blocks[place] { builder.release(block) }
    blocks[place] = nil
  }
}
