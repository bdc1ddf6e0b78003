package import Traces

/// A trace on which an exercise's oracle wants another exercise's reference solution measured.
package struct Companion: Sendable {
  /// The other exercise's id.
  package let exercise: String
  package let trace: Trace
  /// Whether its time matters; its footprint is measured in any case.
  package let isTimed: Bool

  package init(_ exercise: any ExerciseDefinition.Type, trace: Trace, isTimed: Bool) {
    self.exercise = exercise.id
    self.trace = trace
    self.isTimed = isTimed
  }
}

/// How a companion did.
package struct CompanionResult: Sendable {
  /// Seconds of CPU time of a batch replay, the least of all that were measured: noise only ever adds time. 0 where it was not timed.
  package let seconds: Double
  /// The most bytes touched at once in a checked replay.
  package let footprint: Int
  /// How many times it was measured, each time beside all the others.
  package let sessions: Int

  package init(seconds: Double, footprint: Int, sessions: Int = 1) {
    self.seconds = seconds
    self.footprint = footprint
    self.sessions = sessions
  }
}
