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
  /// Seconds of CPU time of a batch replay; 0 where it was not timed.
  package let seconds: Double
  /// Its least time over the least of all companions measured with it.
  package let slowdown: Double
  /// The most bytes touched at once in a checked replay.
  package let footprint: Int

  package init(seconds: Double, slowdown: Double, footprint: Int) {
    self.seconds = seconds
    self.slowdown = slowdown
    self.footprint = footprint
  }
}
