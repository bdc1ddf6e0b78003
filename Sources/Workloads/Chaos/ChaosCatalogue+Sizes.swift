extension ChaosCatalogue {
  /// What sizes are asked for, in random comings and goings.
  static let sizes: [ChaosGenerator] = [
    sized(
      "uniform", "Sizes from 1 to the largest, each as likely as any other.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (its simulations)",
      meanShare: 2
    ) { budget, _ in { $0.pick(1...budget.largest) } },
    sized(
      "exponential-sizes", "Small sizes are common and large ones rare, with an exponential tail.",
      source: "Knuth, The Art of Computer Programming, volume 1, 1968, section 2.5 (its simulations)",
      meanShare: 16
    ) { budget, _ in
      let mean = Double(budget.largest) / 16
      return { budget.ordinary(Int(mean * $0.exponential()) + 1) }
    },
    sized(
      "pareto", "Pareto's sizes: of all blocks, x^(-4/3) are larger than x times 16 bytes.",
      source: "Feitelson, Workload Modeling for Computer Systems Performance Evaluation, 2015, chapter 5",
      meanShare: 64
    ) { budget, _ in { $0.paretoSize(.fourThirds, from: 16, to: budget.largest) } },
    sized(
      "power-law", "A tail so heavy that the rare large blocks hold as many bytes as all small ones together.",
      source: "Newman, Power laws, Pareto distributions and Zipf's law, 2005",
      meanShare: 64
    ) { budget, _ in { $0.paretoSize(.one, from: 8, to: budget.largest) } },
    sized(
      "zipf", "A few dozen distinct sizes, the second half as common as the first, the third a third as common.",
      source:
        "Zipf's law; that few sizes make up most requests: Johnstone and Wilson, The Memory Fragmentation Problem: Solved?, 1998",
      meanShare: 16
    ) { budget, generator in
      let sizes = (0..<32).map { _ in budget.ordinary(generator.logarithmic(8...max(8, budget.largest / 4))) }
      var table: [Int] = []
      for (rank, size) in sizes.enumerated() { table += Array(repeating: size, count: 250 / (rank + 1)) }
      return { $0.pick(table) }
    },
    sized(
      "bimodal", "Nineteen blocks in twenty are tiny, the others nearly as large as can be.",
      source: "Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, 1995",
      meanShare: 20
    ) { budget, _ in
      { budget.ordinary($0.oneIn(20) ? $0.pick(budget.largest / 2...budget.largest) : $0.pick(8...48)) }
    },
    sized(
      "logarithmic", "Each power of two is as likely as any other, and so are the sizes between two of them.",
      source:
        "Evans, A Scalable Concurrent malloc(3) Implementation for FreeBSD, 2006 (classes spaced by the logarithm)",
      meanShare: 8
    ) { budget, _ in { budget.ordinary($0.logarithmic(1...budget.largest)) } },
    sized(
      "one-size", "All blocks have one size, so that nothing can be fragmented.",
      source: "Kenwright, Fast Efficient Fixed-Size Memory Pool, 2012",
      meanShare: 16
    ) { budget, generator in
      let size = budget.ordinary(generator.logarithmic(8...max(8, budget.largest / 4)))
      return { _ in size }
    },
  ]

  /// Random comings and goings of blocks whose sizes are drawn from a distribution, which may itself be drawn.
  ///
  /// - Parameter meanShare: how many times as large the largest size is as the mean, about.
  private static func sized(
    _ name: String, _ summary: String, source: String, meanShare: Int,
    distribution: @escaping @Sendable (ChaosBudget, inout SeededGenerator) -> (inout SeededGenerator) -> Int
  ) -> ChaosGenerator {
    ChaosGenerator(name, .sizes, summary, source: source) { builder, generator, budget in
      let size = distribution(budget, &generator)
      builder.churn(
        until: builder.count + budget.operations, around: budget.population(mean: budget.largest / meanShare) * 2 / 3,
        within: budget,
        with: &generator
      ) { (budget.ordinary(size(&$0)), 1) }
    }
  }
}
