/// The shapes of allocation that workloads are made of; each writes operations into a builder.
extension AllocationTraceBuilder {
  /// Random comings and goings around `population` live blocks, a handful at a time (the steady state of a server whose
  /// requests allocate several blocks, and whose replies free some).
  package mutating func churn(
    operations: Int, population: Int, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) {
    let end = count + operations
    while count < end {
      let burst = generator.pick(1...24)
      // The further from the target, the more likely the step towards it.
      if generator.below(2 * population) >= live.count {
        for _ in 0..<burst {
          let (size, alignment) = size(&generator)
          allocate(size, alignment: alignment)
        }
      } else {
        for _ in 0..<min(burst, live.count) { deallocate(at: generator.below(live.count)) }
      }
    }
  }

  /// Grows to `count` blocks and then frees them: first in, first out; last in, first out; or in random order.
  package mutating func ramp(
    count: Int, order: ReleaseOrder, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) {
    for _ in 0..<count {
      let (size, alignment) = size(&generator)
      allocate(size, alignment: alignment)
    }
    switch order {
    case .firstInFirstOut: deallocateAll()
    case .lastInFirstOut: while !live.isEmpty { deallocateLast() }
    case .random: deallocateAll(shuffledWith: &generator)
    }
  }

  /// Allocates a block and frees it again, over and over, with `depth` blocks live in between (a stack of temporaries).
  package mutating func pairs(
    operations: Int, depth: Int, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) {
    for _ in 0..<operations / (2 * depth) {
      for _ in 0..<depth {
        let (size, alignment) = size(&generator)
        allocate(size, alignment: alignment)
      }
      for _ in 0..<depth { deallocateLast() }
    }
  }

  /// Frees all but one block in `keep`, at random places, so that what is left is scattered.
  package mutating func punchHoles(keepingOneIn keep: Int, with generator: inout SeededGenerator) {
    live.shuffle(using: &generator)
    let survivors = live.count / keep
    while live.count > survivors { deallocateLast() }
  }
}

/// In which order blocks are freed.
package enum ReleaseOrder: Sendable, CaseIterable {
  case firstInFirstOut, lastInFirstOut, random
}
