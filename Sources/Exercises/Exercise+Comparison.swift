import Traces
import Vocabularies
import Workloads

extension Exercise {
  static let comparison = Exercise(
    id: "comparison", title: "Comparison", assignment: "ProblemSet1",
    summary: "Says which of the three allocators is best for a workload, and is held to what is measured.",
    vocabulary: "advice", protocolName: "AllocationAdvisor", file: "Advisor.swift",
    driver: "Worker::AdvisorDriver<Advisor>",
    workloads: ComparedShape.all.flatMap { shape in
      Goal.allCases.map { goal in
        Workload("\(shape.name)-\(goal.rawValue)", "\(shape.summary) Which is best for \(goal.rawValue)?") {
          generator in
          adviceTrace(shape.make(&generator), goal: goal)
        }
      }
    },
    meters: [], causes: comparisonCauses,
    companions: { trace in ComparedWorkload(describedBy: trace).companions() },
    oracle: { trace, results in
      var time = Array(repeating: Double?.none, count: AdviceVocabulary.choices.count)
      var space = time
      let served = ComparedWorkload(describedBy: trace).servingChoices
      for (choice, result) in zip(served, results) {
        time[choice] = result.slowdown
        space[choice] = Double(result.footprint)
      }
      return AdviceOracle(costs: [time, space], tolerance: 1.1)
    })
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
