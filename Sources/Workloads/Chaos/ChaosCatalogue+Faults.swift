import Vocabularies

extension ChaosCatalogue {
  /// The heap refuses to grow, though there would be room.
  ///
  /// A subject that is refused must fail cleanly: the request, and no other, is answered with nil; a reallocation leaves its block as
  /// it was. It must lose nothing: live blocks keep their bytes, and what was free before can still be handed out. And it must
  /// recover: once the heap grows again, so must the subject. Each generator ends by freeing everything and asking again.
  static let faults: [ChaosGenerator] = [
    ChaosGenerator(
      "growth-fails-once", .faults, "One call of grow fails, the first or a later one, and all others work.",
      source:
        "Broadwell, Sastry and Traupman, FIG: A Prototype Tool for Online Verification of Recovery Mechanisms, 2002 (injecting failures of malloc and sbrk)"
    ) { builder, generator, budget in
      faulty(&builder, &generator, budget) { generator, step in
        // Several in a row: a subject that grows by much at once is asked seldom.
        step == 0 ? (.growthFailsOnce, generator.oneIn(2) ? 1 : generator.pick(2...6)) : nil
      }
    },
    ChaosGenerator(
      "growth-fails", .faults, "From some moment on each call of grow fails, until memory is there again.",
      source: "Marinescu and Candea, LFI: A Practical and General Library-Level Fault Injector, 2009"
    ) { builder, generator, budget in
      faulty(&builder, &generator, budget) { generator, step in
        // From the next call on: so the judge can see from where blocks lie that none succeeded.
        generator.oneIn(2) || step == 1 ? (.growthFails, 1) : nil
      }
    },
    ChaosGenerator(
      "growth-fails-at-random", .faults, "Every now and then calls of grow fail for a while, and then work again.",
      source: "the Linux kernel's fault injection (failslab, fail_page_alloc): Documentation/fault-injection"
    ) { builder, generator, budget in
      faulty(&builder, &generator, budget) { generator, step in
        generator.oneIn(2) || step == 1 ? (.growthFails, 1) : (.growthWorks, 0)
      }
    },
    ChaosGenerator(
      "growth-fails-first", .faults,
      "The heap refuses from the very first request on, and the subject has nothing at all.",
      source: "the Linux kernel's fault injection (failslab, fail_page_alloc): Documentation/fault-injection"
    ) { builder, generator, budget in
      builder.fault(.growthFails, 1)
      for _ in 0..<min(budget.liveBlocks, 10) {
        builder.release(builder.take(smallSize(&generator, budget), zeroed: generator.oneIn(4)))
      }
      builder.fault(.growthWorks)
      builder.grow(to: max(1, population(budget) / 10), within: budget, with: &generator) {
        (smallSize(&$0, budget), 1)
      }
      faulty(&builder, &generator, budget) { _, step in
        step == 0 ? (.growthFails, 1) : nil
      }
    },
  ]

  /// Steps to each level.
  private static let steps = 4

  /// Levels, each higher than the one before, so that the heap has to grow: on the way up it fails, and then there is a recovery.
  ///
  /// - Parameter arm: asked before each of the steps to a level that grows, counted from 0, what befalls the heap; nil for what does already.
  private static func faulty(
    _ builder: inout AllocationTraceBuilder, _ generator: inout SeededGenerator, _ budget: ChaosBudget,
    arm: (inout SeededGenerator, _ step: Int) -> (Hostility, Int)?
  ) {
    let end = builder.count + budget.operations
    let levels = max(1, min(8, budget.operations / 40))
    let most = budget.population(mean: 128) * 9 / 10
    let size: (inout SeededGenerator) -> (size: Int, alignment: Int) = {
      (budget.ordinary($0.logarithmic(8...1024)), $0.oneIn(8) ? 64 : 1)
    }
    for level in 1...levels {
      let phase = budget.operations / levels
      let start = builder.count
      // There are as many slots as blocks were ever live at once.
      let population = max(builder.slotCount + 2, most * level / levels)
      let lowest = builder.live.count
      var fault = Hostility.growthWorks
      var done = 0
      for step in 0..<steps {
        let target = lowest + (population - lowest) * (step + 1) / steps
        let stop = start + max(4, phase / 2) * (step + 1) / steps
        guard builder.live.count < target, builder.count < stop else { continue }
        if let (wanted, size) = arm(&generator, done), wanted != fault {
          builder.fault(wanted, size)
          fault = wanted
        }
        done += 1
        builder.grow(to: target, until: stop, within: budget, with: &generator, size: size)
      }
      // Growing a block may need the heap to grow as well.
      for _ in 0..<min(8, builder.live.count, phase / 16) {
        let place = generator.below(builder.live.count)
        let wanted = budget.ordinary(2 * builder.live[place].size)
        if wanted - builder.live[place].size <= budget.liveBytes - builder.liveBytes {
          builder.reallocate(at: place, to: wanted)
        }
      }
      builder.churn(
        until: start + phase * 5 / 8, around: population, within: budget, with: &generator, size: size)
      // Recovery: requests are served again.
      if fault != .growthWorks { builder.fault(.growthWorks) }
      builder.shrink(to: builder.live.count - min(builder.live.count / 3, phase / 8), with: &generator)
      builder.grow(
        to: max(population, builder.live.count + 4), until: start + phase, within: budget, with: &generator, size: size)
      builder.churn(until: start + phase, around: population, within: budget, with: &generator, size: size)
    }
    builder.shrink(to: 0, with: &generator)
    builder.grow(to: max(1, most / 2), until: end + 50, within: budget, with: &generator, size: size)
  }
}
