/// What reference solutions take, told by a *yardstick*, so that it says something on another machine where they are not: the
/// framework's empty allocator, which does nothing but what every replay does, on a trace that everybody has.
///
/// An instructor's machine measures both, and a student's only the yardstick and the student's own work. Machines are not faster by the
/// same factor in everything, so what comes of it is an estimate.
package struct Yardstick: Sendable, Codable, Equatable {
  /// A reference solution on one of the traces that students have.
  package struct Reference: Sendable, Codable, Equatable {
    /// Its CPU time over the yardstick's; nil where the workload is not timed.
    package var time: Double?
    /// Bytes at the worst, heap and private; nil where space is not measured.
    package var footprint: Int?

    package init(time: Double? = nil, footprint: Int? = nil) { (self.time, self.footprint) = (time, footprint) }
  }

  /// The yardstick's trace: `pool/churn`, say.
  package var exercise: String
  package var workload: String
  /// By exercise and workload.
  package var references: [String: [String: Reference]]

  package init(exercise: String, workload: String, references: [String: [String: Reference]] = [:]) {
    (self.exercise, self.workload, self.references) = (exercise, workload, references)
  }

  /// In the course's folder of a handout.
  package static let fileName = "yardstick.json"
}
