extension ChaosCatalogue {
  /// How long blocks live. Time is counted in allocations.
  static let lifetimes: [ChaosGenerator] = [
    ChaosGenerator(
      "exponential-lifetimes", .lifetimes, "Every block is as likely to end next as any other, however old it is.",
      source:
        "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5; Zorn and Grunwald, Evaluating Models of Memory Allocation, 1994"
    ) { builder, generator, budget in
      let mean = Double(turnover(budget)) * 0.7
      builder.populate(
        until: builder.count + budget.operations, within: budget, span: Int(16 * mean), with: &generator,
        size: { smallSize(&$0, budget) }, lifetime: { Int(mean * $0.exponential()) + 1 })
    },
    ChaosGenerator(
      "generational", .lifetimes, "Nine blocks in ten die young; the tenth lives hundreds of times as long.",
      source:
        "Lieberman and Hewitt, A Real-Time Garbage Collector Based on the Lifetimes of Objects, 1983; Ungar, Generation Scavenging, 1984"
    ) { builder, generator, budget in
      let old = max(40, 4 * turnover(budget))
      builder.populate(
        until: builder.count + budget.operations, within: budget, span: old, with: &generator,
        size: { smallSize(&$0, budget) },
        lifetime: { $0.oneIn(10) ? $0.pick(old / 2...old) : Int(4 * $0.exponential()) + 1 })
    },
    ChaosGenerator(
      "uniform-lifetimes", .lifetimes, "Lifetimes from 1 to a bound, each as likely as any other.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (its simulations)"
    ) { builder, generator, budget in
      let longest = max(4, turnover(budget) * 3 / 2)
      builder.populate(
        until: builder.count + budget.operations, within: budget, span: longest, with: &generator,
        size: { smallSize(&$0, budget) }, lifetime: { $0.pick(1...longest) })
    },
    ChaosGenerator(
      "pareto-lifetimes", .lifetimes,
      "A block that has lived long will live for long: lifetimes without a typical length.",
      source:
        "Harchol-Balter and Downey, Exploiting Process Lifetime Distributions for Dynamic Load Balancing, 1997 (the same law, of processes)"
    ) { builder, generator, budget in
      let longest = 8 * turnover(budget)
      builder.populate(
        until: builder.count + budget.operations, within: budget, span: longest, with: &generator,
        size: { smallSize(&$0, budget) }, lifetime: { Int(min(4 * $0.pareto(.one), Double(longest))) })
    },
    ChaosGenerator(
      "leaks", .lifetimes,
      "Short-lived blocks around others that are never freed, until these fill half of what there is.",
      source:
        "memory leaks: Hauswirth and Chilimbi, Low-Overhead Memory Leak Detection Using Adaptive Statistical Profiling, 2004"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let leaked = population(budget) / 2
      var kept = 0
      let period = max(4, budget.operations / (4 * max(leaked, 1)))
      while builder.count < end {
        let size = smallSize(&generator, budget)
        guard builder.hasRoom(for: size, in: budget) else {
          guard !builder.live.isEmpty else { return }
          builder.deallocateLast()
          continue
        }
        if kept < leaked, builder.liveBytes < budget.liveBytes / 2, generator.oneIn(period) {
          _ = builder.take(size)
          kept += 1
        } else {
          builder.allocate(size)
          if builder.live.count > 8 { builder.deallocate(at: generator.below(builder.live.count)) }
        }
      }
      builder.deallocateAll()
    },
    ChaosGenerator(
      "regions", .lifetimes, "Requests of a server: all that one asks for ends with it, in one go.",
      source:
        "Tofte and Talpin, Region-Based Memory Management, 1997; Berger, Zorn and McKinley, Reconsidering Custom Memory Allocation, 2002"
    ) { builder, generator, budget in
      let end = builder.count + budget.operations
      let requests = max(1, min(8, population(budget) / 8))
      var blocks: [[AllocationTraceBuilder.Block]] = Array(repeating: [], count: requests)
      let longest = max(2, min(200, population(budget) / requests))
      while builder.count < end {
        let request = generator.below(requests)
        let size = smallSize(&generator, budget)
        if blocks[request].count >= generator.pick(1...longest) || !builder.hasRoom(for: size, in: budget) {
          for block in blocks[request] { builder.release(block) }
          blocks[request].removeAll(keepingCapacity: true)
        }
        if builder.hasRoom(for: size, in: budget) { blocks[request].append(builder.take(size)) }
      }
      for block in blocks.joined() { builder.release(block) }
    },
  ]

  /// A size like those of most programs: small, with a tail.
  static func smallSize(_ generator: inout SeededGenerator, _ budget: ChaosBudget) -> Int {
    generator.paretoSize(.two, from: 16, to: budget.ordinary(1024))
  }

  /// So many allocations after which most blocks have ended, for a trace in which all that happens many times.
  private static func turnover(_ budget: ChaosBudget) -> Int { max(2, min(population(budget), budget.operations / 24)) }

  /// How many blocks of `smallSize` there may be, with room for the tail.
  static func population(_ budget: ChaosBudget) -> Int { budget.population(mean: 40) }
}
