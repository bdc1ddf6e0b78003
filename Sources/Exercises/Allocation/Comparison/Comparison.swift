import Examining
import Traces
import Vocabularies
import Workloads

/// Advice on which of three allocators to take. Truth: all three are measured on the workloads that are asked about.
///
/// A trace asks about several workloads of one shape, and is right only if every answer is.
enum Comparison: ComparingExercise {
  static let id = "comparison", title = "Comparison", assignment = "ProblemSet1"
  static let summary =
    "Says which of the three allocators is best for a workload, and is held to what is measured."
  static let handIn = HandIn(type: "Advisor", protocolName: "AllocationAdvisor")
  static let vocabulary: any Vocabulary.Type = AdviceVocabulary.self
  static let driver = "AdvisorDriver<Advisor>"
  static let meters: [Meter] = []

  static let workloads = ComparedShape.all.map { shape in
    Workload(shape.name, "\(shape.summary) Which is best for \(AdviceVocabulary.goals[shape.goal])?") { generator in
      ComparedQuestion.trace(of: shape.questions(with: &generator))
    }
  }

  static func privateLimit(on trace: Trace) -> Int? { 128 << 10 }

  static func companions(of trace: Trace) -> [Companion] {
    ComparedQuestion.all(of: trace).flatMap { $0.workload.companions(isTimed: $0.isAboutTime) }
  }

  static func oracle(for trace: Trace, given results: [CompanionResult]) -> any Oracle {
    var results = results[...]
    let costs = ComparedQuestion.all(of: trace).map { question in
      var costs = Array(repeating: Double?.none, count: AdviceVocabulary.choices.count)
      for choice in question.workload.servingChoices {
        guard let result = results.popFirst() else { break }
        costs[choice] = question.isAboutTime ? result.seconds : Double(result.footprint)
      }
      return costs
    }
    return AdviceOracle(costs: costs)
  }
}
