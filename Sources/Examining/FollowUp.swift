package import Traces

/// What follows from a subject's answers: a trace for a *trusted* subject, which is replayed in a process where no student's code is.
///
/// So what a subject has planned, or given away, is tried and measured where it cannot cheat: an attack that is made of the addresses that it
/// gave, a plan, or a program.
package struct FollowUp {
  /// The type in `Worker` that drives the trusted subject; it needs nobody's files.
  package let driver: String
  package let trace: Trace
  /// The judge of what comes of it. What it finds is held against the subject that gave the answers.
  package let oracle: any Oracle

  package init(driver: String, trace: Trace, oracle: any Oracle) {
    self.driver = driver
    self.trace = trace
    self.oracle = oracle
  }
}

/// An exercise in which something follows from answers.
package protocol FollowedExercise: ExerciseDefinition {
  /// Whether something may follow from the answers to a trace, so that they have to be kept.
  static func isFollowed(_ trace: Trace) -> Bool
  /// What follows; nil where nothing does.
  ///
  /// - Parameters:
  ///   - outcomes: of the trace's operations, all of which were found to be right.
  ///   - answers: the lists that some of them were answered with.
  static func followUp(to trace: Trace, _ outcomes: [UInt64], _ answers: Answers) -> FollowUp?
}

extension Exercise {
  /// Whether something may follow from the answers to a trace.
  package func isFollowed(_ trace: Trace) -> Bool {
    (definition as? any FollowedExercise.Type)?.isFollowed(trace) ?? false
  }

  /// What follows from answers; nil where nothing does.
  package func followUp(to trace: Trace, _ outcomes: [UInt64], _ answers: Answers) -> FollowUp? {
    (definition as? any FollowedExercise.Type)?.followUp(to: trace, outcomes, answers)
  }
}
