extension ChaosCatalogue {
  /// What is worst for whole families of allocators.
  static let adversaries: [ChaosGenerator] = [
    ChaosGenerator(
      "robson", .adversaries,
      "Robson's bad program: no allocator that cannot move blocks gets by without (log2 n) / 2 + 1 times what is live.",
      source:
        "Robson, An Estimate of the Store Size Necessary for Dynamic Storage Allocation, 1971; Bounds for Some Functions Concerning Dynamic Storage Allocation, 1974"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      repeat {
        let unit = budget.ordinary(8 * generator.pick(1...8))
        // A round takes about three operations a unit.
        let most = min(budget.liveBlocks, (end - builder.count) / 3, budget.liveBytes / unit)
        let live = max(1, most * generator.pick(80...100) / 100)
        let bound = max(1, min(budget.ordinary(budget.largest) / unit, live / 4))
        let largest = 1 << (Int.bitWidth - 1 - bound.leadingZeroBitCount)
        // Multiples of two largest blocks, so that nothing of the bound is lost to rounding.
        let whole = max(1, live / (2 * largest) * 2 * largest)
        robson(&builder, unit: unit, live: whole, largest: largest)
        builder.deallocateAll(shuffledWith: &generator)
        // The last round may be small, but not so small that it is none.
      } while end - builder.count > max(24, budget.operations / 8)
    },
    ChaosGenerator(
      "sawdust", .adversaries,
      "Each hole is used again for a block that is a little smaller, until slivers are everywhere.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (best fit and small leftover blocks)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      while builder.count < end {
        let first = generator.pick(96...512)
        let step = generator.pick(1...24)
        let count = max(1, min(budget.population(mean: first + 16) / 2, budget.operations / 16))
        var blocks: [AllocationTraceBuilder.Block] = []
        for _ in 0..<count {
          guard builder.hasRoom(for: first + 16, in: budget), builder.liveBlocks + 1 < budget.liveBlocks else { break }
          blocks.append(builder.take(budget.ordinary(first)))
          // What stays in between, so that nothing coalesces.
          builder.allocate(budget.ordinary(16))
        }
        var size = budget.ordinary(first) - step
        while size > first / 2, size > 0, builder.count < end {
          for place in blocks.indices {
            builder.release(blocks[place])
            blocks[place] = builder.take(size)
          }
          size -= step
        }
        for block in blocks { builder.release(block) }
        builder.deallocateAll()
        if blocks.isEmpty { return }
      }
    },
    ChaosGenerator(
      "class-by-class", .adversaries,
      "Fills one size class, frees it but for one block in 64, and goes on to the next, for segregated fit to keep what no other class can use.",
      source:
        "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995 (simple segregated storage)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      // As many bytes of each class, so that the small ones take most of the operations.
      let bytes = max(16, min(budget.liveBytes * 3 / 4, budget.liveBlocks * 12, budget.operations * 2))
      while builder.count < end {
        var kept: [AllocationTraceBuilder.Block] = []
        var class4 = 4 * generator.pick(16...24)
        while class4 / 4 <= budget.ordinary(budget.largest / 4), builder.count < end {
          let size = class4 / 4
          builder.grow(to: max(1, bytes / size), within: budget, with: &generator) { _ in (size, 1) }
          let blocks = builder.letGo()
          for (number, block) in blocks.enumerated() {
            if number % 64 == 63 { kept.append(block) } else { builder.release(block) }
          }
          class4 = class4 * generator.pick(5...8) / 4
        }
        for block in kept { builder.release(block) }
        if budget.ordinary(budget.largest / 4) < 24 {
          builder.release(builder.take(1))
        }
      }
    },
    ChaosGenerator(
      "split-and-merge", .adversaries,
      "Three neighbours are freed, the middle one last, and a block of the size of all three is taken and freed: each operation splits or merges.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (boundary tags)"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let base = max(1, min(generator.pick(2...16) * 16, budget.largest / 3, budget.liveBytes / 8))
      // Fences between the groups, so that each merges alone.
      let groups = max(1, min(64, budget.liveBlocks / 8, budget.liveBytes / (8 * base), budget.operations / 20))
      var fences: [AllocationTraceBuilder.Block] = []
      for _ in 0..<groups {
        let trio = builder.take(3 * base)
        fences.append(builder.take(base))
        builder.release(trio)
      }
      while builder.count < end {
        for _ in 0..<groups {
          let parts = (0..<3).map { _ in builder.take(base) }
          let order = generator.oneIn(2) ? [0, 2, 1] : [2, 0, 1]
          for place in order { builder.release(parts[place]) }
          builder.release(builder.take(3 * base))
        }
      }
      for fence in fences { builder.release(fence) }
    },
  ]

  /// The bad program P_R, where twice `largest`, a power of two, divides `live`, both in units: in step i, what does not lie across one address in each 2^i is freed, and blocks of 2^i are asked for.
  ///
  /// Robson's adversary looks at the addresses that the allocator chose. A fixed trace cannot: this one is written against an
  /// allocator that puts each new block behind the last live one, as address-ordered first fit does here: no gap is as large as
  /// the blocks of the next step. Against other placements the trace is valid, but the bound is not promised.
  private static func robson(_ builder: inout AllocationTraceBuilder, unit: Int, live: Int, largest: Int) {
    var blocks: [(block: AllocationTraceBuilder.Block, address: Int, size: Int)] = []
    for address in 0..<live { blocks.append((builder.take(unit), address, 1)) }
    var used = live
    var offset = 0
    var size = 2
    while size <= largest {
      // Of the two residues, the one whose blocks leave more of their neighbourhood unused.
      let other = offset + size / 2
      var waste = (0, 0)
      for block in blocks {
        if covers(block.address, block.size, offset, size) { waste.0 += size - block.size }
        if covers(block.address, block.size, other, size) { waste.1 += size - block.size }
      }
      if waste.1 >= waste.0 { offset = other }
      var kept = 0
      for block in blocks {
        if covers(block.address, block.size, offset, size) {
          blocks[kept] = block
          kept += 1
        } else {
          builder.release(block.block)
          used -= block.size
        }
      }
      blocks.removeLast(blocks.count - kept)
      var top = blocks.last.map { $0.address + $0.size } ?? 0
      while used + size <= live {
        blocks.append((builder.take(unit * size), top, size))
        top += size
        used += size
      }
      size *= 2
    }
    for block in blocks { builder.adopt(block.block) }
  }

  /// Whether a block of `size` words at `address` has one whose address is `offset` modulo `period`, a power of two.
  private static func covers(_ address: Int, _ size: Int, _ offset: Int, _ period: Int) -> Bool {
    (offset - address) & (period - 1) < size
  }
}
