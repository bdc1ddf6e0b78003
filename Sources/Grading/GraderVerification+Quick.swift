package import Examining
package import Judging
import SystemPackage

/// The quick form: enough to see whether the grader still tells right from wrong.
///
/// A mutant is looked at until the first thing that is wrong with it, trace by trace in the same order as in a grading; or, where it is
/// known which workload tells it first, on the traces of that one alone, as long as these say what they should. Time and space are
/// measured only of mutants that are wrong in nothing else. What is told without a clock is told as well by a program that was not
/// optimised, which is built in a third of the time; what is not told so, is tried again as it is graded. Nothing is shrunk. Honest
/// designs are looked at on the hidden traces, which have other numbers than the public ones and are fewer.
extension GraderVerification {
  /// Verifies what belongs to one exercise, in the order solution, starter, honest designs, mutants.
  ///
  /// - Parameters:
  ///   - only: mutants and honest designs of these names; nil for all.
  ///   - withoutSolutions: mutants and honest designs alone.
  ///   - toldBy: which workloads are tried first.
  package func quickChecks(
    of exercise: Exercise, only names: Set<String>? = nil, withoutSolutions: Bool = false,
    _ toldBy: ToldBy = ToldBy(),
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> [Check] {
    let reference = try Submission(references.appending(exercise.assignment))
    var checks: [Check] = []
    if names == nil, !withoutSolutions {
      checks.append(try check(exercise, reference, "solution", .solution, progress))
      if let folder = starters(exercise.assignment) {
        checks.append(try check(exercise, Submission(folder), "starter", .starter, progress))
      }
    }
    let designs = try HonestDesigns.designs(of: exercise, in: grader.course.folder)
      .filter { names?.contains($0.name) ?? true }
    checks += try twoAtATime(designs.count) { number throws(JudgeError) in
      progress("\(exercise.id): \(designs[number].name)")
      return try grader.judge.profile.measure(part: designs[number].name) { () throws(JudgeError) in
        try quickCheck(exercise, designs[number], designs[number].name, .honest)
      }
    }
    guard let mutants = try Mutants.mutants(of: exercise, in: grader.course.folder, grader.judge.catalogue) else {
      return checks
    }
    let chosen = mutants.mutants.filter { names?.contains($0.name) ?? true }
    let files = reference.files(for: exercise)
    let known = try unoptimisedBatches(
      chosen.filter { toldBy[exercise.id, $0.name] != nil && Self.isToldWithoutMeters($0) }, mutants, reference,
      exercise)
    var results = try twoAtATime(known.count) { number throws(JudgeError) in
      try unoptimisedChecks(exercise, known[number], mutants, reference, toldBy, progress)
    }.flatMap { $0 }
    let told = Set(results.map(\.name))
    let rest = Self.batches(chosen.filter { !told.contains($0.name) }, of: Builder.variantsAtOnce(of: files))
    results += try twoAtATime(rest.count) { number throws(JudgeError) in
      try quickChecks(exercise, rest[number], mutants, reference, toldBy, progress)
    }.flatMap { $0 }
    // In the order of the file.
    return checks + chosen.compactMap { mutant in results.first { $0.name == mutant.name } }
  }

  /// After how many seconds of CPU time a mutant is said to hang, if that is what it should do: what is slow for another reason is
  /// looked at again, with more patience.
  private static let hangsAfter = 0.4

  /// Whether what is wrong with a mutant shows in what it answers, once it is built.
  private static func isToldWithoutMeters(_ mutant: Mutants.Mutant) -> Bool {
    !(mutant.admitsUnsafe ?? false) && !mutant.expects.contains(.doesNotCompile)
      && !mutant.expects.contains(where: \.needsMeters)
  }

  /// Mutants that are built in one program; behind them those that have to be built by themselves: these are the least work each, so
  /// that the lanes end at about the same time.
  private static func batches(_ mutants: [Mutants.Mutant], of count: Int) -> [[Mutants.Mutant]] {
    let isAlone = { (mutant: Mutants.Mutant) in
      mutant.admitsUnsafe ?? false || mutant.expects.contains(.doesNotCompile)
    }
    let others = mutants.filter { !isAlone($0) }
    // For both lanes the same.
    let lanes = max(others.count > 6 ? 2 : 1, (others.count + count - 1) / count)
    let share = max(1, (others.count + lanes - 1) / lanes)
    return stride(from: 0, to: others.count, by: share).map {
      Array(others[$0..<min($0 + share, others.count)])
    } + mutants.filter(isAlone).map { [$0] }
  }

  /// Mutants that differ from the solution in what functions do come first, since that makes small programs.
  private func unoptimisedBatches(
    _ chosen: [Mutants.Mutant], _ mutants: Mutants, _ reference: Submission, _ exercise: Exercise
  ) throws(JudgeError) -> [[Mutants.Mutant]] {
    var merged: [Mutants.Mutant] = []
    var others: [Mutants.Mutant] = []
    for mutant in chosen {
      let submission = try mutants.submission(of: mutant, from: reference)
      if grader.judge.builder.isMergeable(submission, of: exercise, madeFrom: reference) {
        merged.append(mutant)
      } else {
        others.append(mutant)
      }
    }
    return Self.batches(merged, of: 24)
      + Self.batches(others, of: Builder.variantsAtOnce(of: reference.files(for: exercise), isOptimised: false))
  }

  /// The mutants of a batch that a program which was not optimised tells as expected, by the workload that is known to tell each.
  private func unoptimisedChecks(
    _ exercise: Exercise, _ batch: [Mutants.Mutant], _ mutants: Mutants, _ reference: Submission,
    _ toldBy: ToldBy, _ progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> [Check] {
    let submissions = try batch.map { mutant throws(JudgeError) in try mutants.submission(of: mutant, from: reference) }
    let builder = grader.judge.builder
    var workers = try builder.build(variants: submissions, of: exercise, madeFrom: reference)
    if workers == nil { workers = try builder.build(variants: submissions, of: exercise, isOptimised: false) }
    guard let workers else { return [] }
    defer { for worker in workers { grader.judge.builder.discard(worker) } }
    var checks: [Check] = []
    for (number, (mutant, submission)) in zip(batch, submissions).enumerated() {
      progress("\(exercise.id): \(mutant.name)")
      let work = work(on: exercise, submission, workers[number])
      let found = try grader.judge.profile.measure(part: mutant.name) { () throws(JudgeError) in
        var judge = grader.judge(named: submission.name)
        judge.hangsAfter = Self.hangsAfter
        return try judge.judge([work], only: toldBy[exercise.id, mutant.name], stopsAtFirst: true)[0]
      }
      let check = try quickCheck(found, mutant.name, .mutant(mutant.expects))
      if check.holds { checks.append(check) }
    }
    return checks
  }

  private func quickChecks(
    _ exercise: Exercise, _ batch: [Mutants.Mutant], _ mutants: Mutants, _ reference: Submission,
    _ toldBy: ToldBy, _ progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> [Check] {
    let submissions = try batch.map { mutant throws(JudgeError) in try mutants.submission(of: mutant, from: reference) }
    let workers = try grader.judge.builder.build(variants: submissions, of: exercise)
    defer { for worker in workers ?? [] { grader.judge.builder.discard(worker) } }
    var checks: [Check] = []
    for (number, (mutant, submission)) in zip(batch, submissions).enumerated() {
      progress("\(exercise.id): \(mutant.name)")
      let truth = Check.Truth.mutant(mutant.expects)
      let admitsUnsafe = mutant.admitsUnsafe ?? false
      let told = toldBy[exercise.id, mutant.name]
      // What is slow or wasteful is only so where nothing else is wrong.
      if told != nil || !mutant.expects.allSatisfy(\.needsMeters) {
        let quick = try grader.judge.profile.measure(part: mutant.name) { () throws(JudgeError) in
          try quickCheck(
            exercise, submission, mutant.name, truth, worker: workers?[number], admitsUnsafe: admitsUnsafe,
            toldBy: told)
        }
        if quick.holds || !truth.isMeasured {
          checks.append(quick)
          continue
        }
      }
      checks.append(try check(exercise, submission, mutant.name, truth, admitsUnsafe: admitsUnsafe, progress))
    }
    return checks
  }

  private func quickCheck(
    _ exercise: Exercise, _ submission: Submission, _ name: String, _ truth: Check.Truth, worker: FilePath? = nil,
    admitsUnsafe: Bool = false, toldBy workload: String? = nil
  ) throws(JudgeError) -> Check {
    let judge = grader.admittingUnsafeCode(admitsUnsafe).judge(named: submission.name)
    let digest = submission.digest(for: exercise)
    let build =
      if let worker { Builder.Result.built(worker) } else { try judge.builder.build(exercise, of: submission) }
    switch build {
    case .refused(let messages, let kind):
      var judgement = Judgement(exercise: exercise, digest: digest)
      judgement.refusal = .init(kind, messages)
      return try quickCheck(judgement, name, truth)
    case .built(let built):
      defer { if worker == nil { judge.builder.discard(built) } }
      let work = work(on: exercise, submission, built)
      // Without meters first, where that may be enough.
      for stops in [true, false] {
        guard let workload, stops ? truth.needsNoMeters : truth.isMeasured else { continue }
        let found = try judge.judge([work], only: workload, stopsAtFirst: stops)[0]
        let check = try quickCheck(found, name, truth)
        if check.holds { return check }
      }
      let isHonest = if case .honest = truth { true } else { false }
      return try quickCheck(judge.judge([work], onlyHidden: isHonest, stopsAtFirst: true)[0], name, truth)
    }
  }

  private func work(on exercise: Exercise, _ submission: Submission, _ worker: FilePath) -> Judge.Work {
    Judge.Work(
      exercise, digest: submission.digest(for: exercise), worker: worker, settledBy: grader.course.row(of: exercise))
  }

  private func quickCheck(_ judgement: Judgement, _ name: String, _ truth: Check.Truth) throws(JudgeError) -> Check {
    guard let row = grader.course.row(of: judgement.exercise) else {
      throw .missing(
        "a rubric's row for \(judgement.exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    let score = Score(judgement, by: row)
    let wrong = judgement.cases.first { $0.violation != nil }
    return Check(
      exercise: judgement.exercise.id, name: name, truth: truth, findings: score.findings,
      // What is wrong on any trace costs points; how many, only all traces tell.
      points: score.findings.isEmpty ? score.maximum : nil, maximum: score.maximum, overfit: nil,
      complaint: judgement.refusal?.messages
        ?? wrong.flatMap { item in item.violation.map { "\(item.workload): \($0.message)" } },
      toldBy: wrong?.workload)
  }
}

extension ViolationKind {
  /// Whether it is only found by what is measured.
  fileprivate var needsMeters: Bool { [.slow, .wasteful, .recordsOffHeap, .overfitted].contains(self) }
}

extension GraderVerification.Check.Truth {
  /// Whether what is known to be wrong may only be found by what is measured.
  fileprivate var isMeasured: Bool {
    if case .mutant(let kinds) = self { kinds.contains(where: \.needsMeters) } else { false }
  }

  /// Whether it may be found without meters.
  fileprivate var needsNoMeters: Bool {
    if case .mutant(let kinds) = self { !kinds.allSatisfy(\.needsMeters) } else { true }
  }
}
