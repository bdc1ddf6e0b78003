import Grading

/// A result as an external grader hands it to PrairieLearn: `results.json`.
///
/// The grader's own fault is *not gradable*, which costs the student no attempt. PrairieLearn takes no more than 1 MB, so long
/// outputs are cut.
///
/// Source: PrairieLearn's documentation, "External grading".
package struct PrairieLearnResults: Sendable, Encodable {
  struct Test: Sendable, Encodable {
    let name: String
    let points: Double
    let maxPoints: Double
    let output: String

    enum CodingKeys: String, CodingKey {
      case name, points, output
      case maxPoints = "max_points"
    }
  }

  enum CodingKeys: CodingKey { case gradable, score, message, tests }

  let gradable: Bool
  /// From 0 to 1: extra credit is more than PrairieLearn can take.
  let score: Double
  let message: String
  let tests: [Test]

  /// Bytes of all outputs together.
  private static let outputLimit = 400_000

  package init(_ result: StudentResult) {
    gradable = result.state != .failed
    score = result.maximum > 0 ? min(1, max(0, result.total / result.maximum)) : 0
    message = printable(result.remarks.joined(separator: "\n"), maximumBytes: 16_384, keepsLines: true)
    let parts = result.parts
    let share = Self.outputLimit / max(1, parts.count)
    tests = parts.map { part in
      Test(
        name: part.name, points: part.exercise.points, maxPoints: part.exercise.maximum,
        output: printable(part.lines.joined(separator: "\n"), maximumBytes: share, keepsLines: true))
    }
  }
}
