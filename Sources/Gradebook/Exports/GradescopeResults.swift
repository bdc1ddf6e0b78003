import Grading

/// A result as Gradescope's autograder hands it over: `results.json`.
///
/// Source: gradescope-autograders.readthedocs.io, "Autograder Specifications".
package struct GradescopeResults: Sendable, Encodable {
  struct Test: Sendable, Encodable {
    var name: String
    var score: Double
    var maxScore: Double
    var status: String
    var output: String
    var visibility = "visible"

    enum CodingKeys: String, CodingKey {
      case name, score, status, output, visibility
      case maxScore = "max_score"
    }
  }

  enum CodingKeys: String, CodingKey {
    case score, output, visibility, tests
    case executionTime = "execution_time"
    case outputFormat = "output_format"
    case stdoutVisibility = "stdout_visibility"
  }

  /// Overrides the tests' sum.
  var score: Double
  /// In seconds.
  var executionTime: Double
  var output: String
  var outputFormat = "text"
  var visibility = "visible"
  var stdoutVisibility = "hidden"
  var tests: [Test]

  package init(_ result: StudentResult) {
    score = result.total
    executionTime = result.report?.provenance.timing.seconds ?? 0
    output = result.remarks.joined(separator: "\n")
    tests = result.parts.map { part in
      Test(
        name: part.name, score: part.exercise.points, maxScore: part.exercise.maximum,
        status: part.isFull ? "passed" : "failed", output: part.lines.joined(separator: "\n"))
    }
  }
}
