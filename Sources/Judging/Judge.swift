package import Exercises
import Sandbox
package import SystemPackage
package import Traces
import Vocabularies
package import Workloads

/// Judges submissions: builds them, replays traces, verifies and measures.
package struct Judge: Sendable {
  package let installation: Installation
  package let builder: Builder
  /// The directory with the reference solutions, a subdirectory for each assignment; nil where there are none to compare with.
  package let references: FilePath?
  /// Where recorded traces lie; nil where none are to be had, and workloads that need them are left out.
  package let recordings: FilePath?
  /// The instructor's seed, or nil to judge by the public traces alone.
  package let hiddenSeed: UInt64?
  /// Whose work is measured where reference solutions are not to be had: at home, the student's own.
  package var standIn: Submission?
  /// The seed of one student's hidden traces; nil where all have the same.
  var studentSeed: UInt64?
  /// Whether students' own checkers run after every operation, which takes its time.
  package var asksInvariants = false
  let records: ReferenceRecords
  private let sandbox: WorkerSandbox
  private let symbolicator: Symbolicator

  package init(
    _ installation: Installation, references: FilePath?, recordings: FilePath?, hiddenSeed: UInt64?,
    allowWeakSandbox: Bool
  ) throws(JudgeError) {
    self.installation = installation
    self.references = references
    self.recordings = recordings
    self.hiddenSeed = hiddenSeed
    builder = try Builder(installation, allowWeakSandbox: allowWeakSandbox)
    records = ReferenceRecords(in: installation.cache.appending("records"))
    sandbox = WorkerSandbox(allowWeak: allowWeakSandbox)
    symbolicator = Symbolicator(allowWeak: allowWeakSandbox)
  }

  /// A worker for as many traces as wanted.
  ///
  /// - Parameter library: the one whose malloc is the subject, if any.
  package func session(_ worker: FilePath, library: SharedLibrary? = nil) -> ReplaySession {
    var sandbox = sandbox
    if asksInvariants { (sandbox.limits.cpuSeconds, sandbox.limits.wallSeconds) = (100, 1200) }
    if let library { sandbox.serve(library) }
    return ReplaySession(worker, sandbox: sandbox, symbolicator: symbolicator)
  }

  /// One trace in a process of its own.
  func checked(
    _ worker: FilePath, _ trace: Trace, oracle: any Oracle, windowSeed: UInt64, lockstep: Bool = false,
    seconds: Double = 2
  ) throws(JudgeError) -> CheckedResult {
    let session = session(worker)
    defer { session.end() }
    return try session.replay(
      trace, oracle: oracle, windowSeed: windowSeed, lockstep: lockstep,
      seconds: asksInvariants ? 90 : seconds)
  }

  var timedReplay: TimedReplay { TimedReplay(sandbox: sandbox, symbolicator: symbolicator) }

  /// How many traces of an exercise may hang before the rest are not even tried.
  private static let patience = 3

  /// The trace of a workload under a seed.
  package func trace(_ workload: Workload, seed: UInt64) throws(JudgeError) -> Trace {
    do {
      return try workload.trace(seed: seed) { name throws(TraceError) in
        try Trace(contentsOf: (recordings ?? ".").appending("\(name).trace"))
      }
    } catch { throw .trace("\(error)") }
  }

  /// Judges one exercise of a submission.
  ///
  /// - Parameters:
  ///   - worker: what was built from it.
  ///   - stopsAtFirst: end with the first case that is wrong; for students who want to see that one.
  ///   - progress: told of each case before it runs.
  package func judge(
    _ exercise: Exercise, digest: String, worker: FilePath, stopsAtFirst: Bool = false,
    progress: (_ done: Int, _ of: Int, _ what: String) -> Void = { _, _, _ in }
  ) throws(JudgeError) -> Judgement {
    var judgement = Judgement(exercise: exercise, digest: digest)
    let cases = try cases(of: exercise)
    let reference = try hiddenSeed == nil || references == nil ? nil : referenceWorker(exercise)
    // Correctness does not hang on the clock, so two traces may share the machine; a student wants to see the first that fails.
    let width = stopsAtFirst || asksInvariants || exercise.hasCompanions ? 1 : 2
    while judgement.cases.count < cases.count {
      let done = judgement.cases.count
      progress(done, cases.count, cases[done].workload.name)
      if judgement.cases.filter({ $0.violation?.kind == .hang }).count >= Self.patience {
        var skipped = CaseResult(
          cases[done],
          violation: Violation(.hang, at: nil, "not run: \(Self.patience) traces before it did not finish either"))
        skipped.wasRun = false
        judgement.cases.append(skipped)
        continue
      }
      let found = try twoAtATime(min(width, cases.count - done)) { place throws(JudgeError) in
        try check(cases[done + place], exercise, worker, reference)
      }
      for (result, enforcement) in found {
        judgement.enforcement = enforcement
        judgement.cases.append(result)
      }
      if stopsAtFirst, judgement.cases.contains(where: { $0.violation != nil }) { return judgement }
    }
    guard let reference, exercise.meters.contains(.time) else { return judgement }
    for (number, item) in cases.enumerated() where item.isHidden && item.change == nil && item.workload.isTimed {
      guard judgement.cases[number].violation == nil else { continue }
      progress(number, cases.count, "\(item.workload.name), against the clock")
      try time(item, exercise, worker, reference, into: &judgement.cases[number])
    }
    return judgement
  }

  /// Replays one trace against a worker, every operation verified.
  ///
  /// - Parameter lockstep: look at everything after each operation.
  package func replay(
    _ exercise: Exercise, worker: FilePath, _ trace: Trace, lockstep: Bool, seconds: Double? = nil
  ) throws(JudgeError) -> CheckedResult {
    try replay(Subject(exercise, worker: worker), trace, lockstep: lockstep, seconds: seconds)
  }

  /// Replays one trace against a subject, every operation verified.
  ///
  /// - Parameters:
  ///   - lockstep: look at everything after each operation.
  ///   - seconds: of CPU time; nil for as much as its length calls for.
  package func replay(
    _ subject: Subject, _ trace: Trace, lockstep: Bool, seconds: Double? = nil
  ) throws(JudgeError) -> CheckedResult {
    let exercise = subject.exercise
    try Self.refuseUnsound(trace)
    let companions = try measure(exercise.companions(trace))
    let session = session(subject)
    defer { session.end() }
    var result = try session.replay(
      trace, oracle: exercise.oracle(trace, companions), windowSeed: Exercise.publicSeed, lockstep: lockstep,
      seconds: seconds ?? subject.patience(for: trace))
    try subject.checkStart(result)
    result.measurements += subject.measurements(result)
    result.violation = try result.violation.map { (violation) throws(JudgeError) in
      try diagnosed(violation, exercise, trace, in: self.session(subject))
    }
    return result
  }

  /// A trace may come from anywhere; driver and oracle take its slots at their word.
  static func refuseUnsound(_ trace: Trace) throws(JudgeError) {
    if trace.vocabulary == AllocationVocabulary.name, let finding = TraceLint.findings(in: trace).first {
      throw .trace("\(trace.name): \(finding); `alloclab trace lint` lists all that is wrong with a trace")
    }
  }

  /// Everything about one trace that does not hang on the clock.
  private func check(
    _ item: Case, _ exercise: Exercise, _ worker: FilePath, _ reference: FilePath?
  ) throws(JudgeError) -> (CaseResult, enforcement: Enforcement) {
    let trace = item.trace
    let companions = try measure(exercise.companions(trace))
    let seed = windowSeed(item)
    let checked = try checked(
      worker, trace, oracle: exercise.oracle(trace, companions), windowSeed: seed, seconds: exercise.secondsPerTrace)
    var result = CaseResult(item, violation: checked.violation)
    if let violation = checked.violation {
      result.violation = try diagnosed(violation, exercise, trace, in: session(worker))
      result.failing = FailingTrace(trace: trace, windowSeed: seed)
    }
    result.footprint = checked.footprint
    result.privateFootprint = checked.privateFootprint
    result.measurements = checked.measurements
    guard checked.violation == nil, item.isHidden, let reference, !exercise.meters.isEmpty else {
      return (result, checked.enforcement)
    }
    if item.original != nil {
      result.violation = try overfit(item, exercise, checked, worker, reference)
      return (result, checked.enforcement)
    }
    let its = try referenceFigures(exercise, item, companions, worker: reference)
    for meter in exercise.meters {
      switch meter {
      case .space:
        result.ratios.append(ratio(meter, Double(checked.footprint), Double(its.footprint)))
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

  /// Measures how long a trace takes, against the reference.
  private func time(
    _ item: Case, _ exercise: Exercise, _ worker: FilePath, _ reference: FilePath, into result: inout CaseResult
  ) throws(JudgeError) {
    let trace = item.trace
    let companions = try measure(exercise.companions(trace))
    let timed = try timedReplay.run(worker, against: reference, trace) { exercise.oracle(trace, companions) }
    result.time = timed
    result.violation = timed.violation
    if let estimate = timed.ratio {
      result.ratios.append(MeterReading(meter: .time, ratio: estimate.median, estimate: estimate))
    }
  }

  /// How many times as much more space a changed trace may take, where the reference takes as much as before.
  private static let spaceTolerance = 1.5

  /// Whether a changed trace takes far more space than the one that students have, which the reference does not.
  private func overfit(
    _ item: Case, _ exercise: Exercise, _ changed: CheckedResult, _ worker: FilePath, _ reference: FilePath
  ) throws(JudgeError) -> Violation? {
    guard let original = item.original, exercise.meters.contains(.space) else { return nil }
    let before = Case(workload: item.workload, trace: original, isHidden: false)
    let its = try (
      referenceFigures(exercise, before, [], worker: reference), referenceFigures(exercise, item, [], worker: reference)
    )
    // Below this, a chunk more or less is all the difference.
    let slack = 256 << 10
    let factor = Double(its.1.footprint) / Double(max(its.0.footprint, 1))
    guard changed.footprint > slack + Int(Double(its.1.footprint) * Self.spaceTolerance) else { return nil }
    let mine = try checked(
      worker, original, oracle: exercise.oracle(original, []), windowSeed: windowSeed(before))
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
  fileprivate init(_ item: Judge.Case, violation: Violation?) {
    self.init(
      workload: item.workload.name, summary: item.workload.summary, isHidden: item.isHidden,
      change: item.change, traceHash: item.trace.contentHash, traceOrigin: item.trace.origin,
      operationCount: item.trace.operations.count,
      violation: violation)
  }
}
