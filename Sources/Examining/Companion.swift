package import Traces

/// A trace on which an exercise's oracle wants another exercise's reference solution measured.
package struct Companion: Sendable {
  /// The other exercise's id.
  package let exercise: String
  package let trace: Trace

  package init(_ exercise: any ExerciseDefinition.Type, trace: Trace) {
    self.exercise = exercise.id
    self.trace = trace
  }
}

/// How a companion did.
package struct CompanionResult: Sendable {
  /// Seconds of CPU time of a batch replay.
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
