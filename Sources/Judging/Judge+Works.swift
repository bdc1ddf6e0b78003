package import Examining
import Sandbox
import Synchronization
package import SystemPackage
import Traces
import Workloads

extension Judge {
  /// A submission's work on one exercise, built.
  package struct Work: Sendable {
    package let exercise: Exercise
    /// SHA-256 over the files that it was built from.
    package let digest: String
    package let worker: FilePath
    /// Whether a ratio of times is known well enough; where it is not, and not narrow either, measuring goes on.
    package var isTimeSettled: @Sendable (RatioEstimate) -> Bool = { _ in false }

    package init(_ exercise: Exercise, digest: String, worker: FilePath) {
      self.exercise = exercise
      self.digest = digest
      self.worker = worker
    }
  }

  /// What is done now, for people who wait.
  package struct Progress: Sendable {
    package let exercise: Exercise
    /// Counted over all exercises.
    package let done: Int
    package let count: Int
    package let what: String
  }

  /// One trace of one work.
  private struct Task {
    let work: Int
    let item: Case
  }

  /// How many traces of an exercise may hang before the rest are not even tried.
  private static let patience = 3

  /// Judges a submission's work on some exercises: first what does not hang on the clock, all exercises together, then time.
  ///
  /// - Parameters:
  ///   - stopsAtFirst: end each exercise with the first case that is wrong; for students who want to see that one.
  ///   - progress: told of each case before it runs.
  package func judge(
    _ works: [Work], stopsAtFirst: Bool = false, progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(JudgeError) -> [Judgement] {
    let cases = try twoAtATime(works.count) { number throws(JudgeError) in
      try profile.measure(.drawing) { () throws(JudgeError) in try self.cases(of: works[number].exercise) }
    }
    var references: [FilePath?] = []
    var tasks: [Task] = []
    for (number, work) in works.enumerated() {
      references.append(try hiddenSeed == nil || self.references == nil ? nil : referenceWorker(work.exercise))
      for item in cases[number] {
        // Companions are measured against the clock, and so before anything else runs.
        var item = item
        item.companions = try measure(work.exercise.companions(item.trace))
        tasks.append(Task(work: number, item: item))
      }
    }
    let (all, workers) = (tasks, references)
    var judgements = works.map { Judgement(exercise: $0.exercise, digest: $0.digest) }
    try check(all, of: works, workers, stopsAtFirst, into: &judgements, progress)
    if !stopsAtFirst { try time(all, of: works, workers, into: &judgements, progress) }
    return judgements
  }

  /// Everything that does not hang on the clock: two traces may share the machine.
  private func check(
    _ tasks: [Task], of works: [Work], _ references: [FilePath?], _ stopsAtFirst: Bool,
    into judgements: inout [Judgement], _ progress: @escaping @Sendable (Progress) -> Void
  ) throws(JudgeError) {
    let wrong = Mutex<[Int: [(place: Int, kind: ViolationKind)]]>([:])
    @Sendable func isNeeded(_ place: Int) -> Bool {
      wrong.withLock { wrong in
        let before = (wrong[tasks[place].work] ?? []).filter { $0.place < place }
        return !(stopsAtFirst && !before.isEmpty) && before.filter { $0.kind == .hang }.count < Self.patience
      }
    }
    @Sendable func check(_ place: Int) throws(JudgeError) -> (CaseResult, enforcement: Enforcement)? {
      let task = tasks[place]
      let work = works[task.work]
      guard isNeeded(place) else { return nil }
      progress(
        Progress(exercise: work.exercise, done: place, count: tasks.count, what: task.item.workload.name))
      let found = try self.check(task.item, work.exercise, work.worker, references[task.work])
      if let kind = found.0.violation?.kind {
        wrong.withLock { $0[task.work, default: []].append((place, kind)) }
      }
      return found
    }
    // Students' own checkers take their time, and are told in order.
    let found =
      if asksInvariants { try tasks.indices.map { (place) throws(JudgeError) in try check(place) } } else {
        try twoAtATime(tasks.count) { place throws(JudgeError) in try check(place) }
      }
    // What was done although something before it, which took longer, had made it needless, is passed over: the judgement is the
    // same whatever came first.
    for (place, task) in tasks.enumerated() {
      if let (result, enforcement) = found[place], isNeeded(place) {
        judgements[task.work].enforcement = enforcement
        judgements[task.work].cases.append(result)
      } else if !stopsAtFirst {
        var skipped = CaseResult(
          task.item,
          violation: Violation(.hang, at: nil, "not run: \(Self.patience) traces before it did not finish either"))
        skipped.wasRun = false
        judgements[task.work].cases.append(skipped)
      }
    }
  }

  /// Time against the reference solution's, on the traces that were right.
  private func time(
    _ tasks: [Task], of works: [Work], _ references: [FilePath?], into judgements: inout [Judgement],
    _ progress: @escaping @Sendable (Progress) -> Void
  ) throws(JudgeError) {
    var timed: [(task: Task, reference: FilePath, result: Int)] = []
    var places = Array(repeating: 0, count: works.count)
    for task in tasks {
      let place = places[task.work]
      places[task.work] += 1
      guard let reference = references[task.work], works[task.work].exercise.meters.contains(.time),
        task.item.isHidden, task.item.change == nil, task.item.workload.isTimed,
        judgements[task.work].cases[place].violation == nil
      else { continue }
      timed.append((task, reference, place))
    }
    let all = timed
    let results = try inTwoLanes(all.count) { number, lane throws(JudgeError) in
      let (task, reference, _) = all[number]
      let work = works[task.work]
      progress(
        Progress(
          exercise: work.exercise, done: number, count: all.count,
          what: "\(task.item.workload.name), against the clock"))
      return try time(task.item, work, reference, processor: lane)
    }
    for (item, result) in zip(all, results) {
      judgements[item.task.work].cases[item.result].time = result
      judgements[item.task.work].cases[item.result].violation = result.violation
      if let estimate = result.ratio {
        judgements[item.task.work].cases[item.result].ratios.append(
          MeterReading(meter: .time, ratio: estimate.median, estimate: estimate))
      }
    }
  }
}
