import Examining
import Traces
import Vocabularies
import Workloads

/// Advice on which of three allocators to take. Truth: all three are measured on the workload that is asked about.
enum Comparison: ComparingExercise {
  static let id = "comparison", title = "Comparison", assignment = "ProblemSet1"
  static let summary =
    "Says which of the three allocators is best for a workload, and is held to what is measured."
  static let handIn = HandIn(type: "Advisor", protocolName: "AllocationAdvisor")
  static let vocabulary: any Vocabulary.Type = AdviceVocabulary.self
  static let driver = "AdvisorDriver<Advisor>"
  static let meters: [Meter] = []

  static let workloads = ComparedShape.all.flatMap { shape in
    Goal.allCases.map { goal in
      Workload("\(shape.name)-\(goal.rawValue)", "\(shape.summary) Which is best for \(goal.rawValue)?") {
        generator in
        adviceTrace(shape.make(&generator), goal: goal)
      }
    }
  }

  static func companions(of trace: Trace) -> [Companion] { ComparedWorkload(describedBy: trace).companions() }

  static func oracle(for trace: Trace, given results: [CompanionResult]) -> any Oracle {
    var time = Array(repeating: Double?.none, count: AdviceVocabulary.choices.count)
    var space = time
    let served = ComparedWorkload(describedBy: trace).servingChoices
    for (choice, result) in zip(served, results) {
      time[choice] = result.slowdown
      space[choice] = Double(result.footprint)
    }
    return AdviceOracle(costs: [time, space], tolerance: 1.1)
  }
}

/// What an allocator may be best at; the raw value is the goal's name in the vocabulary.
private enum Goal: String, CaseIterable {
  case time, space
}

private func adviceTrace(_ workload: ComparedWorkload, goal: Goal) -> Trace {
  Trace(
    vocabulary: AdviceVocabulary.name, name: "comparison", origin: "generated", parameters: workload.parameters,
    operations: [UInt64(AdviceVocabulary.goals.firstIndex(of: goal.rawValue) ?? 0)])
}
