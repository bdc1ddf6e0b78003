package import Examining
package import SystemPackage
package import Traces

/// The shortest trace that was found to show what is wrong.
package struct Counterexample: Sendable {
  package let subject: Subject
  /// The name of the trace that it was made from.
  package let workload: String
  /// Operations of that trace.
  package let operationsBefore: Int
  /// What is left of it.
  package let trace: Trace
  /// What is wrong on it: of the kind that was wrong on the longer one, or that a replay in lockstep gave in its place.
  package let violation: Violation
  /// What came back, one word for each operation; fewer where the worker ended or did not answer.
  package let outcomes: [UInt64]
  /// How many traces were tried.
  package let tries: Int
  /// Whether nothing was left to try: false where the time was over.
  package let isComplete: Bool
  /// By the clock.
  package let seconds: Double
  /// Where it was saved; nil where it was not.
  package var file: FilePath?

  package init(
    subject: Subject, workload: String, operationsBefore: Int, trace: Trace, violation: Violation, outcomes: [UInt64],
    tries: Int, isComplete: Bool, seconds: Double
  ) {
    self.subject = subject
    self.workload = workload
    self.operationsBefore = operationsBefore
    self.trace = trace
    self.violation = violation
    self.outcomes = outcomes
    self.tries = tries
    self.isComplete = isComplete
    self.seconds = seconds
  }

  /// The name of its file: subject and violation.
  package var fileName: String { "\(subject.name)-\(violation.kind.rawValue).trace" }
}

/// What came of looking for a shorter trace.
package enum ShrinkResult: Sendable {
  case found(Counterexample)
  /// The trace did not fail in the same way when it was replayed again.
  case notReproduced
  /// The violation is about no single trace, or the exercise's traces are short as they are.
  case notShrinkable

  /// The counterexample, if there is one.
  package var counterexample: Counterexample? {
    if case .found(let counterexample) = self { counterexample } else { nil }
  }
}
