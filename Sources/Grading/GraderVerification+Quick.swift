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
    let batches = Self.batches(chosen)
    let results = try twoAtATime(batches.count) { number throws(JudgeError) in
      try quickChecks(exercise, batches[number], mutants, reference, progress)
    }.flatMap { $0 }
    // In the order of the file.
    return checks + chosen.compactMap { mutant in results.first { $0.name == mutant.name } }
  }

  /// Mutants that are built in one program; behind them those that have to be built by themselves: these are the least work each, so
  /// that the lanes end at about the same time.
  private static func batches(_ mutants: [Mutants.Mutant]) -> [[Mutants.Mutant]] {
    let isAlone = { (mutant: Mutants.Mutant) in
      mutant.admitsUnsafe ?? false || mutant.expects.contains(.doesNotCompile)
    }
    let others = mutants.filter { !isAlone($0) }
    return stride(from: 0, to: others.count, by: Builder.variantsAtOnce).map {
      Array(others[$0..<min($0 + Builder.variantsAtOnce, others.count)])
    } + mutants.filter(isAlone).map { [$0] }
  }

  private func quickChecks(
    _ exercise: Exercise, _ batch: [Mutants.Mutant], _ mutants: Mutants, _ reference: Submission,
    _ progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> [Check] {
    let submissions = try batch.map { mutant throws(JudgeError) in try mutants.submission(of: mutant, from: reference) }
    let workers = try grader.judge.builder.build(variants: submissions, of: exercise)
    defer { for worker in workers ?? [] { grader.judge.builder.discard(worker) } }
    var checks: [Check] = []
    for (number, (mutant, submission)) in zip(batch, submissions).enumerated() {
      progress("\(exercise.id): \(mutant.name)")
      let quick = try quickCheck(
        exercise, submission, mutant.name, .mutant(mutant.expects), worker: workers?[number],
        admitsUnsafe: mutant.admitsUnsafe ?? false)
      // What is slow or wasteful is only so where nothing else is wrong.
      if quick.holds || !mutant.expects.contains(where: Self.measured.contains) {
        checks.append(quick)
      } else {
        checks.append(
          try check(
            exercise, submission, mutant.name, .mutant(mutant.expects), admitsUnsafe: mutant.admitsUnsafe ?? false,
            progress))
      }
    }
    return checks
  }

  private func quickCheck(
    _ exercise: Exercise, _ submission: Submission, _ name: String, _ truth: Check.Truth, worker: FilePath? = nil,
    admitsUnsafe: Bool = false
  ) throws(JudgeError) -> Check {
    let judge = grader.admittingUnsafeCode(admitsUnsafe).judge(named: submission.name)
    var judgement = Judgement(exercise: exercise, digest: submission.digest(for: exercise))
    let build =
      if let worker { Builder.Result.built(worker) } else { try judge.builder.build(exercise, of: submission) }
    switch build {
    case .refused(let messages, let kind): judgement.refusal = .init(kind, messages)
    case .built(let built):
      defer { if worker == nil { judge.builder.discard(built) } }
      judgement = try judge.judge(
        [Judge.Work(exercise, digest: judgement.digest, worker: built)], stopsAtFirst: true)[0]
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
