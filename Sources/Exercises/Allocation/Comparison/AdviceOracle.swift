package import Examining
import Vocabularies

/// Checks recommendations against what was measured.
package struct AdviceOracle: Oracle {
  /// How the three allocators did, by question and then by choice; lower is better, nil where one cannot serve the workload.
  package typealias Costs = [[Double?]]

  /// How many times the best cost is still as good as the best, by goal: memory is counted, time is measured.
  package static let tolerances = [1.4, 1.1]

  private let costs: Costs
  private var asked = 0
  /// The figures of the workload that is being described, as far as they were stated.
  private var figures: [Int?] = Array(repeating: nil, count: AdviceVocabulary.figures.count)

  package init(costs: Costs) { self.costs = costs }

  package mutating func check(operations: Span<UInt64>, outcomes: Span<UInt64>, in window: Window) -> Violation? {
    for place in operations.indices {
      if let (number, value) = AdviceVocabulary.figure(of: operations[place]) {
        figures[number] = value
        continue
      }
      guard let goal = AdviceVocabulary.goal(of: operations[place]) else { continue }
      let tolerance = goal < Self.tolerances.count ? Self.tolerances[goal] : 1
      let question = asked
      asked += 1
      // Of what was not measured, nothing can be held against the subject.
      guard question < costs.count, let best = costs[question].compactMap({ $0 }).min() else { continue }
      let choice = Int(clamping: outcomes[place])
      let cost = choice < costs[question].count ? costs[question][choice] : nil
      if let cost, cost <= best * tolerance { continue }
      let measured = zip(AdviceVocabulary.choices, costs[question]).map { name, cost in
        "\(name) \(cost.map { "\(rounded($0 / best))×" } ?? "cannot serve it")"
      }
      let described = zip(AdviceVocabulary.figures, figures).compactMap { name, value in value.map { "\(name) \($0)" } }
      return Violation(
        .wrongRecommendation, at: window.firstIndex + place,
        "\(AdviceVocabulary.describe(operation: operations[place])) → "
          + "\(AdviceVocabulary.describe(outcome: outcomes[place], of: operations[place])) is not within "
          + "\(Int((tolerance * 100 - 100).rounded())) % of the best",
        evidence: [
          "measured, as multiples of the best: " + measured.joined(separator: ", "),
          "the workload: " + described.joined(separator: ", "),
        ])
    }
    return nil
  }

  private func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }
}
