package import Examining
import Traces

/// From which everything hidden is drawn that one piece of work is judged by.
///
/// It is a function of the course's seed, the exercise, the student and what was handed in. So whoever grades the same again has
/// the same traces, and whoever hands in anything else has others: nothing that a report tells of hidden traces adds up. From what
/// is drawn nobody comes back to the seed, or to another draw.
package struct HiddenDraw: Sendable {
  private let key: [UInt8]

  /// - Parameters:
  ///   - student: nil for what all students share.
  ///   - content: the digest of the files that the exercise is built from; nil for what does not change with them.
  package init(_ seed: CourseSeed, exercise: String, student: String? = nil, content: String? = nil) {
    key = MessageCode.code(of: Self.message(["draw", exercise, student, content]), key: seed.bytes)
  }

  /// The seed for one purpose, which has nothing to do with that for another.
  package func seed(_ purpose: String) -> UInt64 {
    MessageCode.code(of: Self.message([purpose]), key: key).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Fields, each with its length, so that no two lists of fields are the same bytes.
  private static func message(_ fields: [String?]) -> [UInt8] {
    fields.flatMap { field in field.map { Array("\($0.utf8.count) \($0)".utf8) } ?? Array("-".utf8) }
  }
}

extension HiddenDraw {
  /// Of a work of a student's; the same for all students where they share their traces, or reference solutions have to be measured on
  /// each.
  package init(_ seed: CourseSeed, _ exercise: Exercise, student: String?, content: String) {
    if let student, !exercise.hasCompanions {
      self.init(seed, exercise: exercise.id, student: student, content: content)
    } else {
      self.init(seed, exercise: exercise.id)
    }
  }

  /// Of the trace of a workload.
  package func seed(of workload: String) -> UInt64 { seed("trace \(workload)") }
}
