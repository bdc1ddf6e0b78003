import Examining
import Sandbox
import SystemPackage
import Traces
import Workloads

/// What is done with one trace of a submission.
extension Judge {
  /// Everything about one trace that does not hang on the clock.
  func check(
    _ item: Case, _ exercise: Exercise, _ worker: FilePath, _ reference: FilePath?
  ) throws(JudgeError) -> (CaseResult, enforcement: Enforcement) {
    let trace = item.trace
    let checked = try checked(
      exercise, worker, trace, item.companions, windowSeed: item.windowSeed,
      keepsAnswers: isTimed(item, exercise) || isInspected(item, exercise))
    var result = CaseResult(item, violation: checked.violation)
    if let violation = checked.violation {
      if trace.hasLives {
        let alone = try alone(violation, exercise, worker, checked.reproducible(trace))
        result.violation = alone?.violation ?? violation
        result.failing = alone.map { FailingTrace(trace: $0.trace, windowSeed: item.windowSeed) }
      } else {
        let failing = checked.reproducible(trace)
        result.violation = try diagnosed(violation, exercise, failing, in: session(worker))
        result.failing = FailingTrace(trace: failing, windowSeed: item.windowSeed)
      }
    }
    result.footprint = checked.footprint
    result.privateFootprint = checked.privateFootprint
    result.spread = checked.spread
    result.answers = checked.answers
    result.measurements = checked.measurements
    guard checked.violation == nil else { return (result, checked.enforcement) }
    var inspected: TimedResult?
    if isInspected(item, exercise) {
      let found = try timedReplay.inspect(
        worker, timed(item, exercise), answers: checked.answers, oracle: { exercise.oracle(trace, item.companions) })
      result.violation = found.violation
      if let violation = found.violation {
        // What takes too long may do so by accident.
        if violation.kind != .hang { result.inspection = .another }
        return (result, checked.enforcement)
      }
      result.inspection = .same
      inspected = found
    }
    guard item.isHidden, let reference, !exercise.meters.isEmpty, !item.workload.isExhaustive else {
      return (result, checked.enforcement)
    }
    if let inspected { result.charge(inspected) }
    if item.original != nil {
      result.violation = try overfit(item, exercise, checked, worker, reference)
      return (result, checked.enforcement)
    }
    let its = try referenceFigures(exercise, item, worker: reference)
    for meter in exercise.meters {
      switch meter {
      case .space:
        guard item.workload.measuresSpace else { continue }
        result.ratios.append(ratio(meter, Double(result.footprint), Double(its.footprint)))
      case .counted(let name):
        guard let mine = checked.measurements.first(where: { $0.name == name }),
          let other = its.measurements.first(where: { $0.name == name })
        else { continue }
        result.ratios.append(ratio(meter, mine.value, other.value))
      case .time: continue
      }
    }
    return (result, checked.enforcement)
  }

  /// What is wrong in one of a trace's many lives, with nothing but that life; nil where it does not show alone.
  private func alone(
    _ violation: Violation, _ exercise: Exercise, _ worker: FilePath, _ trace: Trace
  ) throws(JudgeError) -> (violation: Violation, trace: Trace)? {
    guard let operation = violation.operation, let life = trace.life(around: operation) else { return nil }
    let session = session(worker)
    defer { session.end() }
    return try Self.lockstep(exercise, life, in: session).result.violation.map { ($0, life) }
  }

  /// Whether a case is replayed against the clock, if it is right.
  func isTimed(_ item: Case, _ exercise: Exercise) -> Bool {
    exercise.meters.contains(.time) && item.isHidden && item.change == nil && item.workload.isTimed
  }

  /// Whether a case is replayed once more as if against the clock, and looked into: code that may be unsafe knows whether its answers are
  /// checked one by one. Where a trace has many lives, there is no such replay.
  private func isInspected(_ item: Case, _ exercise: Exercise) -> Bool {
    builder.safety == nil && exercise.meters.contains(.time) && !item.trace.hasLives
  }

  /// A case as it is replayed against the clock.
  private func timed(_ item: Case, _ exercise: Exercise) throws(JudgeError) -> TimedReplay.Item {
    let oracle = exercise.oracle(item.trace, item.companions)
    let attends = timedReplay.attends && oracle.mayAttendWindows
    return try TimedReplay.Item(
      item.trace, sibling: try sibling(of: item, exercise), attends: attends, seed: item.windowSeed,
      mayVary: oracle.answerMask == nil)
  }

  /// Measures how long a trace takes, against the reference.
  ///
  /// - Parameter answers: the outcomes of the checked replay.
  func time(
    _ item: Case, _ work: Work, _ reference: FilePath, answers: [UInt64], processor: Int
  ) throws(JudgeError) -> TimedResult {
    try profile.measure(.timing) { () throws(JudgeError) in
      let replayed = try timed(item, work.exercise)
      return try timedReplay.run(
        work.worker, against: reference, replayed, answers: answers, processor: processor,
        isSettled: work.isTimeSettled
      ) {
        work.exercise.oracle(item.trace, item.companions)
      }
    }
  }

  /// A trace of the same shape, for a process to warm up on.
  private func sibling(of item: Case, _ exercise: Exercise) throws(JudgeError) -> Trace {
    let seed = item.windowSeed ^ 0x5151
    if item.workload.isGenerated { return try trace(item.workload, seed: seed) }
    // A recorded trace is changed; where it cannot be, its first half has to do.
    var generator = SeededGenerator(seed: seed, purpose: "sibling")
    if let fit = exercise.chaos,
      let changed = Metamorphosis.shifted.apply(to: item.trace, with: &generator, resized: fit.resized)
    {
      return changed
    }
    var half = item.trace
    half.operations = Array(half.operations.prefix(half.operations.count / 2))
    return half
  }

  /// How many times as much more space a changed trace may take, where the reference takes as much as before.
  private static let spaceTolerance = 1.5

  /// Whether a changed trace takes far more space than the one that students have, which the reference does not.
  private func overfit(
    _ item: Case, _ exercise: Exercise, _ changed: CheckedResult, _ worker: FilePath, _ reference: FilePath
  ) throws(JudgeError) -> Violation? {
    guard let original = item.original, exercise.meters.contains(.space) else { return nil }
    // Below this, a chunk more or less is all the difference; chunks of 4 MiB are not unusual.
    let slack = 4 << 20
    guard changed.footprint > slack else { return nil }
    let before = Case(
      workload: item.workload, trace: original, isHidden: false,
      windowSeed: sharedWindowSeed(exercise, item.workload))
    let its = try (
      referenceFigures(exercise, before, worker: reference), referenceFigures(exercise, item, worker: reference)
    )
    let factor = Double(its.1.footprint) / Double(max(its.0.footprint, 1))
    guard changed.footprint > slack + Int(Double(its.1.footprint) * Self.spaceTolerance) else { return nil }
    let mine = try self.checked(exercise, worker, original, windowSeed: before.windowSeed)
    guard Double(changed.footprint) > Double(mine.footprint) * factor * Self.spaceTolerance + Double(slack) else {
      return nil
    }
    return Violation(
      .overfitted, at: nil,
      "the footprint grows from \(mine.footprint) to \(changed.footprint) bytes under a slight change of the trace",
      evidence: ["the reference solution's grows from \(its.0.footprint) to \(its.1.footprint)"])
  }

  private func ratio(_ meter: Meter, _ mine: Double, _ reference: Double) -> MeterReading {
    MeterReading(meter: meter, ratio: reference > 0 ? mine / reference : 1, estimate: nil)
  }

}

extension CaseResult {
  init(_ item: Judge.Case, violation: Violation?) {
    self.init(
      workload: item.workload.name, summary: item.workload.summary, isHidden: item.isHidden,
      change: item.change, traceHash: item.trace.contentHash, traceOrigin: item.trace.origin,
      operationCount: item.trace.operations.count, weight: item.workload.weight,
      violation: violation)
  }
}
