package import Exercises
package import Judging
package import SystemPackage

/// Grades what the outcome of is known: reference solutions, starters and mutants.
package struct GraderVerification: Sendable {
  /// A submission with a known outcome, and what came of it.
  package struct Check: Sendable {
    package let exercise: String
    package let name: String
    /// What should come of it, in words: a mutant's kinds of violation, or points.
    package let expected: String
    package let findings: [ViolationKind]
    package let points: Double
    package let maximum: Double
    /// Whether it came as expected.
    package let holds: Bool
  }

  private let grader: Grader
  private let references: FilePath
  /// The folder with the starters of each assignment.
  private let starters: @Sendable (String) -> FilePath?

  package init(_ grader: Grader, references: FilePath, starters: @escaping @Sendable (String) -> FilePath?) {
    self.grader = grader
    self.references = references
    self.starters = starters
  }

  /// Grades all that belongs to one exercise, in the order solution, starter, mutants.
  ///
  /// - Parameter progress: told what is graded now.
  package func checks(
    of exercise: Exercise, progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> [Check] {
    let reference = try Submission(references.appending(exercise.assignment))
    var checks = [
      try check(exercise, reference, "solution", expected: "full marks", progress) { $0.points == $0.maximum }
    ]
    if let folder = starters(exercise.assignment) {
      let starter = try Submission(folder)
      checks.append(try check(exercise, starter, "starter", expected: "0 points", progress) { $0.points == 0 })
    }
    guard let mutants = try Mutants.mutants(of: exercise, in: grader.course.folder) else { return checks }
    // What is wrong with a mutant does not hang on the clock, so two may share the machine.
    return try checks
      + twoAtATime(mutants.mutants.count) { number throws(JudgeError) in
        let mutant = mutants.mutants[number]
        let submission = try mutants.submission(of: mutant, from: reference)
        let expected = mutant.expects.map(\.rawValue).joined(separator: " or ")
        return try check(exercise, submission, mutant.name, expected: expected, progress) { report in
          report.points < report.maximum && report.findings.first.map(mutant.expects.contains) ?? false
        }
      }
  }

  private func check(
    _ exercise: Exercise, _ submission: Submission, _ name: String, expected: String,
    _ progress: @escaping @Sendable (String) -> Void, holds: (ExerciseReport) -> Bool
  ) throws(JudgeError) -> Check {
    progress("\(exercise.id): \(name)")
    let report = try grader.grade(submission, exercises: [exercise.id])
    guard let graded = report.assignments.flatMap(\.exercises).first(where: { $0.exercise == exercise.id }) else {
      throw .missing("a rubric's row for \(exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    return Check(
      exercise: exercise.id, name: name, expected: expected, findings: graded.findings, points: graded.points,
      maximum: graded.maximum, holds: holds(graded))
  }
}

extension GraderVerification.Check {
  /// The checks as a table.
  package static func text(_ checks: [Self], style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column(""), TextTable.Column("exercise"), TextTable.Column("submission"), TextTable.Column("expected"),
      TextTable.Column("found"), TextTable.Column("points", .right),
    ])
    for check in checks {
      table.append([
        check.holds ? style.green("✓") : style.red("✗"), check.exercise, check.name,
        truncated(check.expected, toWidth: 44),
        check.findings.map(\.rawValue).joined(separator: ", "),
        "\(Score.short(check.points))/\(Score.short(check.maximum))",
      ])
    }
    return table.text(style: style)
  }
}
