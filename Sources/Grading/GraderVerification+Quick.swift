package import Examining
package import Judging
import SystemPackage

/// The quick form: enough to see whether the grader still tells right from wrong.
///
/// A mutant is looked at until the first thing that is wrong with it, trace by trace in the same order as in a grading, so what it is
/// told first is the same. Time and space are measured only of mutants that are wrong in nothing else. Nothing is shrunk.
extension GraderVerification {
  /// What needs the meters, and so all traces.
  private static let measured: Set<ViolationKind> = [.slow, .wasteful, .recordsOffHeap, .overfitted]

  /// Verifies what belongs to one exercise, in the order solution, starter, honest designs, mutants.
  ///
  /// - Parameter only: mutants and honest designs of these names; nil for all.
  package func quickChecks(
    of exercise: Exercise, only names: Set<String>? = nil,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> [Check] {
    let reference = try Submission(references.appending(exercise.assignment))
    var checks: [Check] = []
    if names == nil {
      checks.append(try check(exercise, reference, "solution", .solution, progress))
      if let folder = starters(exercise.assignment) {
        checks.append(try check(exercise, Submission(folder), "starter", .starter, progress))
      }
    }
    let designs = try HonestDesigns.designs(of: exercise, in: grader.course.folder)
      .filter { names?.contains($0.name) ?? true }
    checks += try twoAtATime(designs.count) { number throws(JudgeError) in
      progress("\(exercise.id): \(designs[number].name)")
      return try quickCheck(exercise, designs[number], designs[number].name, .honest)
    }
    guard let mutants = try Mutants.mutants(of: exercise, in: grader.course.folder, grader.judge.catalogue) else {
      return checks
    }
    let chosen = mutants.mutants.filter { names?.contains($0.name) ?? true }
    return try checks
      + twoAtATime(chosen.count) { number throws(JudgeError) in
        let mutant = chosen[number]
        let submission = try mutants.submission(of: mutant, from: reference)
        progress("\(exercise.id): \(mutant.name)")
        let quick = try quickCheck(
          exercise, submission, mutant.name, .mutant(mutant.expects), admitsUnsafe: mutant.admitsUnsafe ?? false)
        // What is slow or wasteful is only so where nothing else is wrong.
        if quick.holds || !mutant.expects.contains(where: Self.measured.contains) { return quick }
        return try check(
          exercise, submission, mutant.name, .mutant(mutant.expects), admitsUnsafe: mutant.admitsUnsafe ?? false,
          progress)
      }
  }

  private func quickCheck(
    _ exercise: Exercise, _ submission: Submission, _ name: String, _ truth: Check.Truth, admitsUnsafe: Bool = false
  ) throws(JudgeError) -> Check {
    let judge = grader.admittingUnsafeCode(admitsUnsafe).judge(named: submission.name)
    var judgement = Judgement(exercise: exercise, digest: submission.digest(for: exercise))
    switch try judge.builder.build(exercise, of: submission) {
    case .refused(let messages, let kind): judgement.refusal = .init(kind, messages)
    case .built(let worker):
      defer { judge.builder.discard(worker) }
      judgement = try judge.judge(
        [Judge.Work(exercise, digest: judgement.digest, worker: worker)], stopsAtFirst: true)[0]
    }
    guard let row = grader.course.row(of: exercise) else {
      throw .missing("a rubric's row for \(exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    let score = Score(judgement, by: row)
    return Check(
      exercise: exercise.id, name: name, truth: truth, findings: score.findings,
      // What is wrong on any trace costs points; how many, only all traces tell.
      points: score.findings.isEmpty ? score.maximum : nil, maximum: score.maximum, overfit: nil,
      complaint: judgement.refusal?.messages
        ?? judgement.cases.lazy.compactMap { item in item.violation.map { "\(item.workload): \($0.message)" } }.first)
  }
}
