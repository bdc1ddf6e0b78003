package import Examining
package import Judging
package import SystemPackage

/// Gives right solutions small mistakes, and sees which of them the grader takes for right all the same: who looks for holes in the
/// workloads finds them where a mutation survives.
///
/// A mutation is killed where a trace goes wrong, by the public half where it is one that students have; or where it costs at least
/// `leastLoss` of the exercise's points against what the solution has without it. What does not compile counts as nothing.
package struct MutationVerification: Sendable {
  /// A right solution that mutations are of.
  struct Solution: Sendable {
    /// Nil for the reference solution.
    let design: String?
    let submission: Submission
  }

  /// What became of one mutation.
  package enum Fate: Sendable, Equatable {
    /// On a trace that students have, or on a hidden one.
    case killed(ViolationKind, isPublic: Bool)
    /// It is right, but has lost that share of the points.
    case costly(Double)
    /// It is right, and has lost that share of the points, which is less than tells anything.
    case survived(Double)
    /// It survived, and is listed with that reason as one that nobody can tell from the solution.
    case equivalent(String)
  }

  /// One mutation that compiles.
  package struct Row: Sendable {
    package let exercise: String
    package let design: String?
    /// The exercise's id and the place in the order of its draw; of the same seed always the same.
    package let name: String
    package let mutation: Mutation
    /// The file's bytes without it.
    package let bytes: [UInt8]
    package var fate: Fate
    /// Whether it is listed as one that nobody can tell from the solution.
    package let isListed: Bool

    package init(
      exercise: String, design: String?, name: String, mutation: Mutation, bytes: [UInt8], fate: Fate, isListed: Bool
    ) {
      self.exercise = exercise
      self.design = design
      self.name = name
      self.mutation = mutation
      self.bytes = bytes
      self.fate = fate
      self.isListed = isListed
    }
  }

  /// All that was found of one exercise.
  package struct Result: Sendable {
    package let exercise: String
    package var rows: [Row] = []
    /// How many were drawn that do not compile.
    package var refused = 0
    /// How many were wanted.
    package let wanted: Int
    /// Entries of the list of equivalent ones whose text is not there any more.
    package var stale: [EquivalentMutations.Entry] = []

    package init(exercise: String, wanted: Int) {
      self.exercise = exercise
      self.wanted = wanted
    }
  }

  /// The least share of an exercise's points whose loss tells a mutation from the solution: twice of what luck may be.
  package static let leastLoss = DrawSpread.bound * 2 / 100

  private let grader: Grader
  private let references: FilePath
  private let seed: UInt64
  private let timed: Bool
  private let mutator: Mutator
  private let list: EquivalentMutations

  /// - Parameter timed: have survivors' time measured, to which the machine's noise adds; otherwise all are taken to be as fast as the
  ///   reference.
  package init(_ grader: Grader, references: FilePath, seed: UInt64, timed: Bool) throws(JudgeError) {
    self.grader = grader
    self.references = references
    self.seed = seed
    self.timed = timed
    mutator = try Mutator(grader.judge)
    list = try EquivalentMutations(in: grader.course.folder, grader.judge.catalogue)
  }

  /// Tries so many mutations of an exercise, fewer where there are no more.
  ///
  /// - Parameters:
  ///   - only: mutations of these names alone.
  ///   - progress: told what is graded now.
  package func result(
    of exercise: Exercise, count: Int, only names: Set<String>? = nil,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(JudgeError) -> Result {
    let solutions = try solutions(of: exercise)
    var result = Result(exercise: exercise.id, wanted: count)
    result.stale = stale(of: exercise, in: solutions)
    var candidates: [MutationDraw.Candidate] = []
    for (number, solution) in solutions.enumerated() {
      let files = solution.submission.files(for: exercise)
      candidates += try mutator.mutations(of: files, in: solution.submission.folder).map {
        MutationDraw.Candidate(solution: number, mutation: $0)
      }
    }
    let order = MutationDraw.order(candidates, of: exercise.id, seed: seed)
    var tried: [Trial] = []
    var next = 0
    // As many as are missing, until so many compile: which ones are tried hangs on nothing but the seed.
    while tried.count < count, next < order.count {
      let batch = Array(next..<min(next + count - tried.count, order.count))
      next += batch.count
      let done = try twoAtATime(batch.count) { place throws(JudgeError) -> Trial? in
        let candidate = order[batch[place]]
        let name = "\(exercise.id)-\(batch[place] + 1)"
        if let names, !names.contains(name) { return Trial(candidate, name) }
        progress("\(exercise.id): \(name), \(candidate.mutation.kind)")
        return try trial(candidate, name, exercise, solutions[candidate.solution])
      }
      tried += done.compactMap { $0 }
      result.refused += done.count { $0 == nil }
    }
    result.rows = try rows(of: exercise, tried.filter { $0.outcome != nil }, solutions, progress)
    return result
  }

  /// A mutation that compiles, and what the judge found of it.
  private struct Trial: Sendable {
    let candidate: MutationDraw.Candidate
    let name: String
    /// Nil where it is not one that is asked for.
    var outcome: Judgement?

    init(_ candidate: MutationDraw.Candidate, _ name: String, _ outcome: Judgement? = nil) {
      self.candidate = candidate
      self.name = name
      self.outcome = outcome
    }
  }

  private func solutions(of exercise: Exercise) throws(JudgeError) -> [Solution] {
    let reference = Solution(design: nil, submission: try Submission(references.appending(exercise.assignment)))
    let designs = try HonestDesigns.designs(of: exercise, in: grader.course.folder)
    return [reference] + designs.map { Solution(design: $0.name, submission: $0) }
  }

  private func stale(of exercise: Exercise, in solutions: [Solution]) -> [EquivalentMutations.Entry] {
    list.equivalent.filter { entry in
      guard entry.exercise == exercise.id else { return false }
      let file = solutions.first { $0.design == entry.design }?.submission.files.first { $0.name == entry.file }
      return file.map { entry.applied(to: $0.bytes) == nil } ?? true
    }
  }

  private func mutated(_ candidate: MutationDraw.Candidate, _ name: String, _ solution: Solution) -> Submission {
    let mutation = candidate.mutation
    let bytes = solution.submission.files.first { $0.name == mutation.file }?.bytes ?? []
    return Submission(
      solution.submission, named: "mutation-\(name)", replacing: mutation.file, with: mutation.applied(to: bytes))
  }

  /// Nil where it does not compile.
  private func trial(
    _ candidate: MutationDraw.Candidate, _ name: String, _ exercise: Exercise, _ solution: Solution
  ) throws(JudgeError) -> Trial? {
    try judgement(of: mutated(candidate, name, solution), exercise, stopsAtFirst: true, timed: false).map {
      Trial(candidate, name, $0)
    }
  }

  /// Nil where the submission does not compile.
  private func judgement(
    of submission: Submission, _ exercise: Exercise, stopsAtFirst: Bool, timed: Bool
  ) throws(JudgeError) -> Judgement? {
    let judge = grader.judge(named: submission.name)
    guard case .built(let worker) = try judge.builder.build(exercise, of: submission) else { return nil }
    defer { judge.builder.discard(worker) }
    let work = Judge.Work(exercise, digest: submission.digest(for: exercise), worker: worker)
    return try judge.judge([work], stopsAtFirst: stopsAtFirst, measuresTime: timed)[0]
  }

  /// What became of each: of those that are right on all traces, by what they lost.
  private func rows(
    of exercise: Exercise, _ trials: [Trial], _ solutions: [Solution], _ progress: (String) -> Void
  ) throws(JudgeError) -> [Row] {
    guard let row = grader.course.row(of: exercise) else {
      throw .missing("a rubric's row for \(exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    /// What the solutions have without a mutation, by number.
    var points: [Int: Double] = [:]
    var rows: [Row] = []
    for trial in trials {
      guard var judgement = trial.outcome else { continue }
      let (number, mutation) = (trial.candidate.solution, trial.candidate.mutation)
      let solution = solutions[number]
      let bytes = solution.submission.files.first { $0.name == mutation.file }?.bytes ?? []
      let entry = list.entry(for: mutation, of: bytes, exercise: exercise.id, design: solution.design)
      var fate = entry.map { Fate.equivalent($0.reason) } ?? .survived(0)
      if timed, judgement.cases.allSatisfy({ $0.violation == nil }) {
        progress("\(exercise.id): \(trial.name), against the clock")
        let submission = mutated(trial.candidate, trial.name, solution)
        judgement = try self.judgement(of: submission, exercise, stopsAtFirst: false, timed: true) ?? judgement
      }
      if let wrong = judgement.cases.first(where: { $0.violation != nil }), let kind = wrong.violation?.kind {
        fate = .killed(kind, isPublic: !wrong.isHidden)
      } else {
        if !timed { judgement.assumeReferenceTime() }
        if points[number] == nil {
          progress("\(exercise.id): \(solution.design ?? "solution"), without a mutation")
          points[number] = try self.points(of: solution, exercise, row)
        }
        let lost = ((points[number] ?? row.points) - Score(judgement, by: row).points) / row.points
        if lost >= Self.leastLoss { fate = .costly(lost) } else if entry == nil { fate = .survived(max(0, lost)) }
      }
      rows.append(
        Row(
          exercise: exercise.id, design: solution.design, name: trial.name, mutation: mutation, bytes: bytes,
          fate: fate, isListed: entry != nil))
    }
    return rows
  }

  /// What a solution has as it is.
  private func points(of solution: Solution, _ exercise: Exercise, _ row: Rubric.Row) throws(JudgeError) -> Double {
    let name = solution.design ?? "the reference solution"
    guard var judgement = try judgement(of: solution.submission, exercise, stopsAtFirst: false, timed: timed) else {
      throw .reference(exercise: exercise.id, "(\(name)) does not compile")
    }
    if let violation = judgement.cases.lazy.compactMap(\.violation).first {
      throw .reference(
        exercise: exercise.id, "(\(name)) is not right: \(violation.kind.rawValue); mend it or the grader first")
    }
    if !timed { judgement.assumeReferenceTime() }
    return Score(judgement, by: row).points
  }
}
