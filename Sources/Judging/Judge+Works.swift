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
    var item: Case
    /// Companions that have to be measured first.
    var unmeasured: [Companion] = []
  }

  /// How many traces of an exercise may hang before the rest are not even tried.
  private static let patience = 3

  /// Judges a submission's work on some exercises: first what does not hang on the clock, all exercises together, then time.
  ///
  /// - Parameters:
  ///   - only: on the traces of this workload alone; nil for all.
  ///   - onlyHidden: on the traces that students do not have alone.
  ///   - measuresTime: false where only what does not hang on the clock is asked for.
  ///   - stopsAtFirst: end each exercise with the first case that is wrong; for students who want to see that one.
  ///   - progress: told of each case before it runs.
  package func judge(
    _ works: [Work], only workload: String? = nil, onlyHidden: Bool = false, stopsAtFirst: Bool = false,
    measuresTime: Bool = true,
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(JudgeError) -> [Judgement] {
    let drawn = try twoAtATime(works.count) { number throws(JudgeError) in
      try profile.measure(.drawing) { () throws(JudgeError) in
        try self.cases(of: works[number].exercise, content: works[number].digest, only: workload)
          .filter { $0.isHidden || !onlyHidden }.map { Task(work: number, item: $0) }
      }
    }.flatMap { $0 }
    var tasks = try twoAtATime(drawn.count) { place throws(JudgeError) in
      var task = drawn[place]
      let companions = works[task.work].exercise.companions(task.item.trace)
      if let known = try known(companions) { task.item.companions = known } else { task.unmeasured = companions }
      return task
    }
    // Against the clock, and so before anything else runs.
    for place in tasks.indices where !tasks[place].unmeasured.isEmpty {
      tasks[place].item.companions = try measure(tasks[place].unmeasured)
      tasks[place].unmeasured = []
    }
    let workers = try works.map { (work) throws(JudgeError) in
      try hiddenSeed == nil || references == nil ? nil : referenceWorker(work.exercise)
    }
    let all = tasks
    var judgements = works.map { Judgement(exercise: $0.exercise, digest: $0.digest) }
    let budgets = works.indices.map { work in
      SleepBudget(
        operations: all.filter { $0.work == work }.reduce(0) { $0 + $1.item.trace.operations.count })
    }
    try check(all, of: works, workers, budgets, stopsAtFirst, into: &judgements, progress)
    if !stopsAtFirst, measuresTime { try time(all, of: works, workers, budgets, into: &judgements, progress) }
    return judgements
  }

  /// Everything that does not hang on the clock: two traces may share the machine.
  private func check(
    _ tasks: [Task], of works: [Work], _ references: [FilePath?], _ budgets: [SleepBudget], _ stopsAtFirst: Bool,
    into judgements: inout [Judgement], _ progress: @escaping @Sendable (Progress) -> Void
  ) throws(JudgeError) {
    let wrong = Mutex<[Int: [(place: Int, kind: ViolationKind)]]>([:])
    // By place: what came before in the order of the traces is the same, whatever ran at the same time.
    let slept = Mutex<[Int: Double]>([:])
    @Sendable func isWithinBudget(_ place: Int) -> Bool {
      let work = tasks[place].work
      let seconds = slept.withLock { $0.filter { $0.key < place && tasks[$0.key].work == work }.values.reduce(0, +) }
      return seconds <= budgets[work].limit
    }
    @Sendable func isNeeded(_ place: Int) -> Bool {
      let isWanted = wrong.withLock { wrong in
        let before = (wrong[tasks[place].work] ?? []).filter { $0.place < place }
        return !(stopsAtFirst && !before.isEmpty) && before.filter { $0.kind == .hang }.count < Self.patience
      }
      return isWanted && isWithinBudget(place)
    }
    @Sendable func check(
      _ place: Int, _ remeasured: Case? = nil
    ) throws(JudgeError) -> (CaseResult, enforcement: Enforcement)? {
      let task = tasks[place]
      let item = remeasured ?? task.item
      let work = works[task.work]
      guard isNeeded(place) else { return nil }
      progress(
        Progress(exercise: work.exercise, done: place, count: tasks.count, what: item.workload.name))
      var judge = self
      let sleeping = SleepBudget()
      judge.sleeping = sleeping
      let found = try judge.check(item, work.exercise, work.worker, references[task.work])
      slept.withLock { $0[place] = sleeping.seconds }
      budgets[task.work].add(sleeping.seconds)
      if let kind = found.0.violation?.kind {
        wrong.withLock { $0[task.work, default: []].append((place, kind)) }
      }
      return found
    }
    // Students' own checkers take their time, and are told in order.
    var found =
      if asksInvariants { try tasks.indices.map { (place) throws(JudgeError) in try check(place) } } else {
        try twoAtATime(tasks.count) { place throws(JudgeError) in try check(place) }
      }
    // Against the clock, and so after all the others.
    for (place, task) in tasks.enumerated() where found[place]?.0.violation != nil {
      let companions = works[task.work].exercise.companions(task.item.trace)
      while let again = try measureAgain(companions, after: found[place]?.0.violation) {
        var item = task.item
        item.companions = again
        wrong.withLock { $0[task.work]?.removeAll { $0.place == place } }
        found[place] = try check(place, item)
      }
    }
    // What was done although something before it, which took longer, had made it needless, is passed over: the judgement is the
    // same whatever came first.
    for (place, task) in tasks.enumerated() {
      if let (result, enforcement) = found[place], isNeeded(place) {
        judgements[task.work].enforcement = enforcement
        judgements[task.work].cases.append(result)
      } else if !stopsAtFirst {
        let isLate = !isWithinBudget(place)
        if isLate { judgements[task.work].budgetRanOut = budgets[task.work].explanation }
        let reason =
          isLate ? budgets[task.work].explanation : "\(Self.patience) traces before it did not finish either"
        var skipped = CaseResult(task.item, violation: Violation(.hang, at: nil, "not run: \(reason)"))
        skipped.wasRun = false
        judgements[task.work].cases.append(skipped)
      }
    }
    for work in judgements.indices { judgements[work].disbelieve() }
  }

  /// Time against the reference solution's, on the traces that were right.
  private func time(
    _ tasks: [Task], of works: [Work], _ references: [FilePath?], _ budgets: [SleepBudget],
    into judgements: inout [Judgement],
    _ progress: @escaping @Sendable (Progress) -> Void
  ) throws(JudgeError) {
    var timed: [(task: Task, reference: FilePath, result: Int)] = []
    var places = Array(repeating: 0, count: works.count)
    for task in tasks {
      let place = places[task.work]
      places[task.work] += 1
      guard let reference = references[task.work], isTimed(task.item, works[task.work].exercise),
        judgements[task.work].cases[place].violation == nil
      else { continue }
      timed.append((task, reference, place))
    }
    let all = timed
    let answers = timed.map { judgements[$0.task.work].cases[$0.result].answers }
    let results = try inTwoLanes(all.count) { number, lane throws(JudgeError) in
      let (task, reference, _) = all[number]
      let work = works[task.work]
      progress(
        Progress(
          exercise: work.exercise, done: number, count: all.count,
          what: "\(task.item.workload.name), against the clock"))
      var judge = self
      judge.sleeping = budgets[task.work]
      return try judge.time(task.item, work, reference, answers: answers[number], processor: lane)
    }
    for (item, result) in zip(all, results) {
      judgements[item.task.work].cases[item.result].time = result
      judgements[item.task.work].cases[item.result].violation = result.violation
      if result.violation != nil, budgets[item.task.work].isOver {
        judgements[item.task.work].budgetRanOut = budgets[item.task.work].explanation
      }
      judgements[item.task.work].cases[item.result].charge(result)
      if let estimate = result.ratio {
        judgements[item.task.work].cases[item.result].ratios.append(
          MeterReading(meter: .time, ratio: estimate.median, estimate: estimate))
      }
    }
  }
}
