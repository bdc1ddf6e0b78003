/// Shapes that keep within a budget.
extension AllocationTraceBuilder {
  /// Whether a block of `size` bytes more stays within the budget.
  func hasRoom(for size: Int, in budget: ChaosBudget) -> Bool {
    liveBlocks < budget.liveBlocks && size <= budget.liveBytes &- liveBytes
  }

  /// Random comings and goings around `population` blocks of `live`, a handful at a time, until there are `end` operations.
  mutating func churn(
    until end: Int, around population: Int, within budget: ChaosBudget, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) {
    while count < end {
      let burst = min(generator.pick(1...24), end - count)
      // The further from the target, the more likely the step towards it.
      if generator.below(2 * max(population, 1)) >= live.count {
        for _ in 0..<burst {
          let (size, alignment) = size(&generator)
          if !hasRoom(for: size, in: budget) {
            guard !live.isEmpty else { return }
            deallocate(at: generator.below(live.count))
          } else {
            allocate(size, alignment: alignment)
          }
        }
      } else {
        for _ in 0..<min(burst, live.count) { deallocate(at: generator.below(live.count)) }
      }
    }
  }

  /// Allocates blocks into `live` until there are `population`, or the budget or `end` is reached.
  mutating func grow(
    to population: Int, until end: Int = .max, within budget: ChaosBudget, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> (size: Int, alignment: Int)
  ) {
    while live.count < population, count < end {
      let (size, alignment) = size(&generator)
      guard hasRoom(for: size, in: budget) else { return }
      allocate(size, alignment: alignment)
    }
  }

  /// Frees blocks of `live` at random until `population` are left.
  mutating func shrink(to population: Int, with generator: inout SeededGenerator) {
    while live.count > max(population, 0) { deallocate(at: generator.below(live.count)) }
  }

  /// Ends what is due, tick by tick, until there is room for a block of `size` bytes.
  mutating func makeRoom(for size: Int, in budget: ChaosBudget, ending calendar: inout BlockCalendar) {
    while calendar.count > 0, !hasRoom(for: size, in: budget) {
      calendar.advance()
      while let block = calendar.popDue() { release(block) }
    }
  }

  /// Blocks that live for as many allocations as `lifetime` says.
  mutating func populate(
    until end: Int, within budget: ChaosBudget, span: Int, with generator: inout SeededGenerator,
    size: (inout SeededGenerator) -> Int, lifetime: (inout SeededGenerator) -> Int
  ) {
    var calendar = BlockCalendar(span: span)
    while count < end {
      let size = size(&generator)
      makeRoom(for: size, in: budget, ending: &calendar)
      guard hasRoom(for: size, in: budget) else { return }
      calendar.schedule(take(size), in: lifetime(&generator))
      calendar.advance()
      while let block = calendar.popDue() { release(block) }
    }
  }
}

extension ChaosBudget {
  /// A size that an ordinary block may have.
  func ordinary(_ size: Int) -> Int { max(1, min(size, largest, liveBytes)) }

  /// How many blocks of `mean` bytes a trace of this length can be about: at most three quarters of what may be live.
  func population(mean: Int) -> Int {
    max(1, min(liveBlocks * 3 / 4, liveBytes / max(mean, 1) * 3 / 4, operations / 5))
  }
}
