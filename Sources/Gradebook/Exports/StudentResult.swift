package import Examining
package import Grading
import Judging
package import SystemPackage

/// What other systems are told of one student's result: what the student may see, and where there is no report, why.
///
/// Every export begins with it, so that none tells more than another, and a result is there whatever happened.
package struct StudentResult: Sendable {
  package let student: String
  package let state: Standing.State
  /// After lateness, with points by hand; 0 where nothing is graded.
  package let total: Double
  package let maximum: Double
  /// What was not taken, what lateness costs, and where there is no report, why; a line each.
  package let remarks: [String]
  /// Nil where there is none.
  package let report: Report?
  /// The report as it came, for instructors.
  package let full: Report?
  /// Why the grader failed, for instructors; nil where it did not.
  package let fault: String?

  /// One exercise of one assignment.
  struct Part {
    let assignment: AssignmentReport
    let exercise: ExerciseReport

    var name: String { "\(assignment.title): \(exercise.title)" }
    var isFull: Bool { exercise.points >= exercise.maximum }

    /// The arithmetic, what went wrong, and what the compiler said.
    var lines: [String] {
      exercise.arithmetic.map {
        "\($0.criterion): \(Score.short($0.points)) of \(Score.short($0.maximum)), \($0.arithmetic)"
      }
        + exercise.cases.compactMap { item in item.violation.map { "\(item.workload): \($0.message ?? $0.explanation)" }
        }
        + (exercise.compilerMessages.map { [printable($0, maximumBytes: 16_384, keepsLines: true)] } ?? [])
    }
  }

  var parts: [Part] {
    (report?.assignments ?? []).flatMap { assignment in
      assignment.exercises.map { Part(assignment: assignment, exercise: $0) }
    }
  }

  package init(_ standing: Standing, _ report: Report?, _ policy: LatePolicy?) {
    student = printable(standing.student)
    state = standing.state
    total = standing.state == .graded ? standing.total(policy) : 0
    maximum = standing.maximum
    full = report
    self.report = report?.concealed
    fault = standing.failure
    var lines = standing.problems.split(separator: "\n").map { "not taken: \(printable(String($0)))" }
    if standing.lateDays > 0 {
      lines.append("\(standing.lateReason)\(policy.map { "; \(standing.lateArithmetic($0))" } ?? "")")
    }
    if standing.awarded != 0 { lines.append("points by hand: \(Score.short(standing.awarded))") }
    if report == nil {
      lines.append(
        standing.failure == nil
          ? Standing.State.notHandedIn.rawValue : "the grader failed, which costs no points: ask your instructor")
    }
    remarks = lines
  }

  /// Of what `alloclab grade` wrote in `file`: a report, or that the grader failed. Where neither can be read the grader failed as
  /// well, so that whoever waits for a result has one.
  package init(reading file: FilePath, _ catalogue: Catalogue) {
    do throws(JudgeError) {
      let text = String(decoding: try Files.read(file, limit: 64 << 20), as: UTF8.self)
      self.init(parsing: text, source: file.string, catalogue)
    } catch { self.init(failed: "\(error)", source: file.string) }
  }

  package init(parsing text: String, source: String, _ catalogue: Catalogue) {
    let decoder = JSONReportDecoder()
    guard let document = try? JSONDocument(parsing: text, source: source) else {
      self.init(failed: "\(source) is no JSON", source: source)
      return
    }
    if let report = try? decoder.decode(Report.self, from: document) {
      var standing = Standing(student: report.submission.name, source: source, result: 0)
      (standing.points, standing.maximum, standing.extraCredit) = (report.points, report.maximum, report.extraCredit)
      self.init(standing, report.explained(by: catalogue), nil)
    } else if let failure = try? decoder.decode(GraderFailure.self, from: document) {
      self.init(Standing(student: failure.submission, failure: failure.reason), nil, nil)
    } else {
      self.init(failed: "\(source) is no report", source: source)
    }
  }

  private init(failed why: String, source: String) {
    self.init(Standing(student: FilePath(source).stem ?? source, failure: why), nil, nil)
  }
}
