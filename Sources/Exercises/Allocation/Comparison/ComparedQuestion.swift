package import Traces
import Vocabularies

/// One question to an advisor: a workload and a goal.
package struct ComparedQuestion: Sendable, Equatable {
  package let workload: ComparedWorkload
  /// A number of `AdviceVocabulary.goals`.
  package let goal: Int

  package init(_ workload: ComparedWorkload, goal: Int) {
    self.workload = workload
    self.goal = goal
  }

  package var isAboutTime: Bool { goal == 0 }

  /// A trace that asks these questions.
  package static func trace(of questions: [ComparedQuestion]) -> Trace {
    Trace(
      vocabulary: AdviceVocabulary.name, name: "comparison", origin: "generated", parameters: [],
      operations: questions.flatMap { question in
        question.workload.figures.enumerated().map { AdviceVocabulary.statement(figure: $0, $1) }
          + [AdviceVocabulary.question(goal: question.goal)]
      })
  }

  /// The questions of a trace, which may come from anywhere.
  package static func all(of trace: Trace) -> [ComparedQuestion] {
    var figures = ComparedWorkload.plain.figures
    var questions: [ComparedQuestion] = []
    for operation in trace.operations {
      if let (number, value) = AdviceVocabulary.figure(of: operation) { figures[number] = value }
      guard let goal = AdviceVocabulary.goal(of: operation) else { continue }
      questions.append(ComparedQuestion(ComparedWorkload(figures: figures), goal: goal))
    }
    return questions
  }
}
