package import Grading

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

  /// Of what a student may see; where there is no report, a result that says why.
  package init(_ standing: Standing, _ report: Report?, _ policy: LatePolicy?) {
    var lines = standing.problems.split(separator: "\n").map { "not taken: \($0)" }
    if standing.lateDays > 0 {
      lines.append("\(standing.lateReason)\(policy.map { "; \($0.arithmetic(days: standing.lateDays))" } ?? "")")
    }
    guard let report = report?.concealed else {
      let why =
        standing.failure == nil
        ? standing.state.rawValue : "the grader failed, which costs no points: ask your instructor"
      (score, executionTime, tests) = (0, 0, [])
      output = (lines + [why]).joined(separator: "\n")
      return
    }
    score = standing.total(policy)
    executionTime = report.provenance.timing.seconds
    output = lines.joined(separator: "\n")
    tests = report.assignments.flatMap { assignment in
      assignment.exercises.map { exercise in
        let parts = exercise.arithmetic.map {
          "\($0.criterion): \(Score.short($0.points)) of \(Score.short($0.maximum)), \($0.arithmetic)"
        }
        let faults = exercise.cases.compactMap { item in
          item.violation.map { "\(item.workload): \($0.message ?? $0.explanation)" }
        }
        let messages = exercise.compilerMessages.map { [printable($0, keepsLines: true)] } ?? []
        return Test(
          name: "\(assignment.title): \(exercise.title)", score: exercise.points, maxScore: exercise.maximum,
          status: exercise.points < exercise.maximum ? "failed" : "passed",
          output: (parts + faults + messages).joined(separator: "\n"))
      }
    }
  }
}
