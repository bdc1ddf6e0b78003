package import Examining
package import SystemPackage
import Traces
import Workloads

/// Reference solutions: which they are, and what they do on a trace.
extension Judge {
  /// What the reference solution does in a checked replay of the same trace, in the same windows.
  func referenceFigures(
    _ exercise: Exercise, _ item: Case, worker: FilePath
  ) throws(JudgeError) -> ReferenceFigures {
    let digest = try referenceDigest(exercise)
    let key = "checked \(builder.key) \(exercise.id) \(digest) \(item.trace.contentHash) \(item.windowSeed)"
    if let known = records.lines(key).flatMap({ ReferenceFigures($0) }) { return known }
    let result = try checked(exercise, worker, item.trace, item.companions, windowSeed: item.windowSeed)
    if let violation = result.violation {
      throw .reference(exercise: exercise.id, "fails on \(item.workload.name): \(violation.message)")
    }
    let figures = ReferenceFigures(footprint: result.footprint, measurements: result.measurements)
    records.keep(figures.lines, key)
    return figures
  }

  /// The reference solution of an exercise, or what stands in for it.
  private func reference(_ exercise: Exercise) throws(JudgeError) -> Submission {
    if let references { return try Submission(references.appending(exercise.assignment)) }
    if let standIn, standIn.contains(exercise) { return standIn }
    throw .missing(exercise.file, remedy: "it is measured as well, so put it beside your other files")
  }

  /// The worker of an exercise's reference solution, built once and kept.
  package func referenceWorker(_ exercise: Exercise) throws(JudgeError) -> FilePath {
    let submission = try reference(exercise)
    switch try builder.build(exercise, of: submission, isCached: true) {
    case .built(let worker): return worker
    case .refused(let messages, _): throw .reference(exercise: exercise.id, "does not compile:\n\(messages)")
    }
  }

  private func referenceDigest(_ exercise: Exercise) throws(JudgeError) -> String {
    try records.digest(of: exercise.id) { () throws(JudgeError) in
      try reference(exercise).digest(for: exercise)
    }
  }

  /// Under which a record of companions is kept: all that their figures depend on.
  private func key(of companions: [Companion]) throws(JudgeError) -> String {
    var key = "companions \(builder.key)"
    for companion in companions {
      key += " \(companion.exercise) \(companion.trace.contentHash) \(companion.isTimed)"
      if let exercise = catalogue.exercise(companion.exercise) { key += " \(try referenceDigest(exercise))" }
    }
    return key
  }

  /// How companions did when they were measured; nil where they never were.
  func known(_ companions: [Companion]) throws(JudgeError) -> [CompanionResult]? {
    guard !companions.isEmpty else { return [] }
    let results = try records.lines(key(of: companions))?.compactMap { CompanionResult($0) }
    return results?.count == companions.count ? results : nil
  }

  /// How often each companion whose time matters is replayed in a session, all in turn.
  private static let rounds = 12
  /// How many sessions a verdict against a submission rests on.
  private static let sessions = 3

  /// How the reference solutions of other exercises do on traces, all in turn; in the order of `companions`.
  package func measure(_ companions: [Companion]) throws(JudgeError) -> [CompanionResult] {
    if let known = try known(companions) { return known }
    let workers = try workers(of: companions)
    let footprints = try twoAtATime(companions.count) { place throws(JudgeError) in
      let trace = companions[place].trace
      guard let exercise = catalogue.exercise(companions[place].exercise) else { return 0 }
      let checked = try checked(exercise, workers[place], trace, windowSeed: Exercise.publicSeed)
      if let violation = checked.violation {
        throw .reference(exercise: exercise.id, "fails on \(trace.name): \(violation.message)")
      }
      return checked.footprint
    }
    let results = zip(footprints, try seconds(of: companions, workers)).map { footprint, times in
      CompanionResult(seconds: times.min() ?? 0, footprint: footprint)
    }
    records.keep(results.map(\.fields), try key(of: companions))
    return results
  }

  /// The same measured once more, where a verdict hangs on their times: one busy moment must not decide it, for whoever is graded later
  /// either.
  ///
  /// - Parameter violation: the verdict. What does not finish does not hang on them.
  /// - Returns: nil where no verdict does, where nothing is timed, or where that was done often enough.
  func measureAgain(
    _ companions: [Companion], after violation: Violation?
  ) throws(JudgeError) -> [CompanionResult]? {
    guard let violation, violation.kind != .hang, companions.contains(where: \.isTimed) else { return nil }
    let known = try measure(companions)
    guard known.allSatisfy({ $0.sessions < Self.sessions }) else { return nil }
    let results = zip(known, try seconds(of: companions, try workers(of: companions))).map { before, times in
      CompanionResult(
        seconds: min(before.seconds, times.min() ?? before.seconds), footprint: before.footprint,
        sessions: before.sessions + 1)
    }
    records.keep(results.map(\.fields), try key(of: companions))
    return results
  }

  private func workers(of companions: [Companion]) throws(JudgeError) -> [FilePath] {
    try companions.map { (companion) throws(JudgeError) in
      guard let exercise = catalogue.exercise(companion.exercise) else {
        throw .missing("the exercise \(companion.exercise)", remedy: "add it to the catalogue")
      }
      return try referenceWorker(exercise)
    }
  }

  /// What each companion took in each round of one session; nothing where its time does not matter.
  private func seconds(of companions: [Companion], _ workers: [FilePath]) throws(JudgeError) -> [[Double]] {
    let timed = companions.indices.filter { companions[$0].isTimed }
    let measured = try timedReplay.rounds(timed.map { (workers[$0], [], companions[$0].trace) }, count: Self.rounds)
      .map { $0.filter { $0 > 0 } }
    if measured.contains(where: \.isEmpty) {
      throw .workerFailed("the reference solutions could not be timed; grade again when the machine is less busy")
    }
    var seconds: [[Double]] = companions.map { _ in [] }
    for (place, times) in zip(timed, measured) { seconds[place] = times }
    return seconds
  }
}
