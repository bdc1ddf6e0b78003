import Examining
import Grading

/// A result as systems see it that know tests only: each case one that passed or failed, each refusal one that broke off, and points
/// lost by space and time none.
struct TestCases: Sendable {
  enum Outcome: String, Sendable {
    case passed, failed
    /// Nothing was tried: it does not compile, or the grader failed.
    case broken
  }

  struct Case: Sendable {
    var name: String
    var outcome: Outcome
    /// Why it did not pass: a kind, in one line, and at length.
    var kind = ""
    var message = ""
    var details = ""
  }

  /// The cases of one exercise; the first group tells of the whole where there is no exercise.
  struct Group: Sendable {
    var name: String
    var points: Double
    var maximum: Double
    var cases: [Case]
  }

  var groups: [Group]

  init(_ result: StudentResult) {
    groups = result.parts.map { part in
      let exercise = part.exercise
      var cases = exercise.cases.map { Self.tested($0, exercise.counterexample) }
      if let messages = exercise.compilerMessages {
        let kind = exercise.findings.first
        cases.append(
          Case(
            name: "is taken", outcome: .broken, kind: kind?.rawValue ?? "refused",
            message: kind?.explanation ?? "not taken", details: messages))
      }
      return Group(name: exercise.exercise, points: exercise.points, maximum: exercise.maximum, cases: cases)
    }
    if groups.isEmpty {
      let kind = result.state == .failed ? "grader-failed" : "missing"
      groups = [
        Group(
          name: "submission", points: 0, maximum: result.maximum,
          cases: [Case(name: "is graded", outcome: .broken, kind: kind, message: result.remarks.last ?? "")])
      ]
    }
  }

  private static func tested(_ item: CaseReport, _ shrunk: CounterexampleReport?) -> Case {
    let suffix = item.change.map { " (\($0))" } ?? (item.isHidden ? " (hidden)" : "")
    guard let violation = item.violation else {
      return Case(name: item.workload + suffix, outcome: item.verdict == "passed" ? .passed : .failed)
    }
    var details = [violation.explanation] + violation.evidence
    if let shrunk, shrunk.workload == item.workload, !shrunk.isHidden, !item.isHidden {
      details += ["", "the shortest trace that shows it:"] + shrunk.listing
    }
    return Case(
      name: item.workload + suffix, outcome: .failed, kind: violation.kind.rawValue,
      message: violation.message ?? violation.explanation, details: details.joined(separator: "\n"))
  }
}
