extension ChaosCatalogue {
  /// What sizes are asked for.
  static let sizes: [ChaosGenerator] = [
    ChaosGenerator(
      "uniform", .sizes, "Sizes from 1 to the largest, each as likely as any other.",
      source: "the baseline of Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey, 1995"
    ) { builder, generator, budget in
      let population = min(budget.liveBlocks, 2 * budget.liveBytes / budget.largest) / 2
      builder.churn(operations: budget.operations, population: max(population, 1), with: &generator) {
        ($0.pick(1...budget.largest), 1)
      }
    }
  ]
}
