package import Examining
import Vocabularies

/// Checks recommendations against what was measured.
package struct AdviceOracle: Oracle {
  /// How the three allocators did, by goal and then by choice; lower is better, nil where one cannot serve the workload.
  package typealias Costs = [[Double?]]

  private let costs: Costs
  private let tolerance: Double

  /// - Parameter tolerance: how many times the best cost is still as good as the best.
  package init(costs: Costs, tolerance: Double) {
    self.costs = costs
    self.tolerance = tolerance
  }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      let goal = Int(clamping: operations[place])
      let choice = Int(clamping: outcomes[place])
      guard goal < costs.count, let best = costs[goal].compactMap({ $0 }).min() else { continue }
      let cost = choice < costs[goal].count ? costs[goal][choice] : nil
      if let cost, cost <= best * tolerance { continue }
      let figures = zip(AdviceVocabulary.choices, costs[goal]).map { name, cost in
        "\(name) \(cost.map { "\(rounded($0 / best))×" } ?? "cannot serve it")"
      }
      return Violation(
        .wrongRecommendation, at: window.firstIndex + place,
        "\(AdviceVocabulary.describe(operation: operations[place])) → "
          + "\(AdviceVocabulary.describe(outcome: outcomes[place], of: operations[place])) is not within "
          + "\(Int((tolerance * 100 - 100).rounded())) % of the best",
        evidence: ["measured, as multiples of the best: " + figures.joined(separator: ", ")])
    }
    return nil
  }

  private func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }
}
