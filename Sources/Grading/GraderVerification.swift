package import Examining
package import Judging
package import SystemPackage

/// Grades what the outcome of is known: reference solutions, starters and mutants.
package struct GraderVerification: Sendable {
  /// A submission with a known outcome, and what came of it.
  package struct Check: Sendable {
    /// What is known about it.
    package enum Truth: Sendable {
      /// It is right, and must have full marks.
      case solution
      /// A solution that was graded before, and must have the same points again.
      case repetition(points: Double)
      /// It is right, in a way of its own: nothing may be found wrong, whatever it takes.
      case honest
      /// Nothing has been done yet, so nothing may be given.
      case starter
      /// It is wrong in one of these ways, and must be told so first.
      case mutant([ViolationKind])
    }

    package let exercise: String
    package let name: String
    package let truth: Truth
    package let findings: [ViolationKind]
    /// Nil where it was seen only that some are lost.
    package let points: Double?
    package let maximum: Double
    /// How much better it did on the public traces than on changes of them.
    package let overfit: OverfitGap?
    /// The first thing that was found wrong, with the workload that showed it; nil where nothing was.
    package var complaint: String? = nil
    /// The workload that showed it.
    package var toldBy: String? = nil

    /// Whether it was taken for right, or for wrong, as it is.
    package var isCaught: Bool {
      switch truth {
      case .solution: points == maximum && findings.isEmpty
      case .honest: findings.allSatisfy { $0 == .slow || $0 == .wasteful || $0 == .recordsOffHeap }
      case .repetition(let before): points == before
      case .starter: points == 0
      case .mutant: points.map { $0 < maximum } ?? true && !findings.isEmpty
      }
    }

    /// Whether, besides, the first thing that it was told is what is wrong with it.
    package var holds: Bool {
      guard case .mutant(let kinds) = truth else { return isCaught }
      return isCaught && findings.first.map(kinds.contains) ?? false
    }

    /// What should come of it, in words.
    package var expected: String {
      switch truth {
      case .solution: "full marks"
      case .honest: "full correctness"
      case .repetition(let points): "\(Score.short(points)) again"
      case .starter: "0 points"
      case .mutant(let kinds): kinds.map(\.rawValue).joined(separator: " or ")
      }
    }
  }

  let grader: Grader
  let references: FilePath
  /// The folder with the starters of each assignment.
  let starters: @Sendable (String) -> FilePath?

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
    var checks = [try check(exercise, reference, "solution", .solution, progress)]
    checks.append(
      try check(exercise, reference, "solution, again", .repetition(points: checks[0].points ?? 0), progress))
    if let folder = starters(exercise.assignment) {
      checks.append(try check(exercise, Submission(folder), "starter", .starter, progress))
    }
    for design in try HonestDesigns.designs(of: exercise, in: grader.course.folder) {
      checks.append(try check(exercise, design, design.name, .honest, progress))
    }
    guard let mutants = try Mutants.mutants(of: exercise, in: grader.course.folder, grader.judge.catalogue) else {
      return checks
    }
    // What is wrong with a mutant does not hang on the clock, so two may share the machine.
    return try checks
      + twoAtATime(mutants.mutants.count) { number throws(JudgeError) in
        let mutant = mutants.mutants[number]
        let submission = try mutants.submission(of: mutant, from: reference)
        return try check(
          exercise, submission, mutant.name, .mutant(mutant.expects), admitsUnsafe: mutant.admitsUnsafe ?? false,
          progress)
      }
  }

  func check(
    _ exercise: Exercise, _ submission: Submission, _ name: String, _ truth: Check.Truth,
    admitsUnsafe: Bool = false, _ progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> Check {
    progress("\(exercise.id): \(name)")
    let report = try grader.judge.profile.measure(part: name) { () throws(JudgeError) in
      try grader.admittingUnsafeCode(admitsUnsafe).grade(submission, exercises: [exercise.id])
    }
    guard let graded = report.assignments.flatMap(\.exercises).first(where: { $0.exercise == exercise.id }) else {
      throw .missing("a rubric's row for \(exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    return Check(
      exercise: exercise.id, name: name, truth: truth, findings: graded.findings, points: graded.points,
      maximum: graded.maximum, overfit: graded.overfit,
      complaint: graded.compilerMessages
        ?? graded.cases.lazy.compactMap { item in
          item.violation.map { "\(item.workload): \($0.message ?? $0.kind.rawValue)" }
        }.first,
      toldBy: graded.mostTelling?.workload)
  }
}

extension ExerciseReport {
  /// The first trace on which something is wrong; where nothing is, the one on which a meter gives least.
  fileprivate var mostTelling: CaseReport? {
    if let wrong = cases.first(where: { $0.violation != nil }) { return wrong }
    func share(_ item: CaseReport) -> Double {
      arithmetic.compactMap { item.reading(of: $0.criterion)?.share }.min() ?? 1
    }
    return cases.min { share($0) < share($1) }
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
        check.findings.map(\.rawValue).joined(separator: ", ")
          + (check.overfit.map { $0.isTold ? " (overfit gap \(Score.short($0.gap)))" : "" } ?? ""),
        "\(check.points.map(Score.short) ?? "–")/\(Score.short(check.maximum))",
      ])
    }
    // Which rule failed a right design, and with what words.
    let complaints = checks.compactMap { check -> String? in
      guard case .honest = check.truth, !check.holds, let complaint = check.complaint else { return nil }
      return "  \(check.exercise) · \(check.name): \(printable(complaint))\n"
    }
    return table.text(style: style) + complaints.joined()
  }
}
