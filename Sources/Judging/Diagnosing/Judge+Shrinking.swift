package import Examining
package import SystemPackage
import Traces
import Workloads

extension Judge {
  /// Looks for the shortest trace on which the same kind of violation shows: by making the one that failed shorter, and where it stays
  /// long, or does not fail again, among small ones that are made anew.
  ///
  /// - Parameters:
  ///   - violation: what was wrong on the trace.
  ///   - seconds: by the clock, after which the shortest so far is the result; on an idle machine it takes far fewer.
  ///   - progress: told how many operations the shortest so far has, whenever there is a shorter one.
  package func counterexample(
    _ subject: Subject, _ failing: FailingTrace, _ violation: Violation, seconds: Double = 20,
    progress: (Int) -> Void = { _ in }
  ) throws(JudgeError) -> ShrinkResult {
    let result = try shortened(subject, failing, violation, seconds: seconds, progress)
    if case .notShrinkable = result { return result }
    let length = result.counterexample?.trace.operations.count ?? .max
    guard length > Self.shortEnough, let (small, seen) = try smallFailure(subject, violation.kind) else {
      return result
    }
    let other = try shortened(subject, small, seen, seconds: seconds / 2, progress)
    guard let found = other.counterexample, found.trace.operations.count < length else { return result }
    return other
  }

  /// A trace of so many operations is left as it is, since a person can still read it.
  private static let shortEnough = 400

  private func shortened(
    _ subject: Subject, _ failing: FailingTrace, _ violation: Violation, seconds: Double, _ progress: (Int) -> Void
  ) throws(JudgeError) -> ShrinkResult {
    let exercise = subject.exercise
    guard let reductions = exercise.reductions, violation.kind.isAboutOneTrace, !exercise.hasCompanions else {
      return .notShrinkable
    }
    let start = ContinuousClock.now
    // Whether records were overwritten is asked of each trace only where that is what was wrong, or what it turned into.
    var kinds = [violation.kind]
    var tries = 0
    for isStrict in violation.kind == .metadataOverwritten ? [true] : [false, true, false] {
      let rest = seconds - (ContinuousClock.now - start).inSeconds
      guard rest > seconds / 4 else { break }
      let isLast = !isStrict && tries > 0
      tries += 1
      if isLast, kinds.count == 1 { break }
      var shrinker = Shrinker(reductions)
      let deadline = ContinuousClock.now + .seconds(rest)
      // To start a worker takes as long as about so many operations, and to wait for one that hangs longer.
      if violation.kind.endsWorker { shrinker.failureOverhead = violation.kind == .hang ? 400_000 : 50_000 }
      let session = session(subject)
      session.namesFunctions = false
      // Who sleeps a little in each replay makes many of them long.
      shrinker.isOver = { ContinuousClock.now > deadline || session.secondsAsleep > Self.longestSleepInSearch }
      // What piles up in a worker must not be charged to the trace that happens to be its last.
      session.startsAnew = session.startsAnew || violation.kind == .flood || violation.kind == .outOfMemory
      defer { session.end() }
      if session.startsAnew { shrinker.overhead = 50_000 }
      var attempt = ReplayAttempt(
        exercise: exercise, kind: violation.kind, kinds: kinds, windowSeed: failing.windowSeed, isStrict: isStrict)
      var shortest = failing.trace.operations.count
      let shrunk = try shrinker.shrink(failing.trace) { (trace) throws(JudgeError) in
        let failure = try attempt.failure(of: trace, in: session)
        if failure != nil, trace.operations.count < shortest {
          shortest = trace.operations.count
          progress(shortest)
        }
        return failure
      }
      guard var shrunk else { break }
      // In a worker of its own, and with more time than it should need: as anybody will see it who replays it.
      let fresh = self.session(subject)
      defer { fresh.end() }
      let (result, outcomes) = try Self.lockstep(exercise, shrunk.trace, in: fresh)
      guard let found = result.violation, kinds.contains(found.kind) else {
        // Looked at after each operation, it is something else that goes wrong first; then that is what is looked for as well.
        if let kind = result.violation?.kind, kind.isAboutOneTrace { kinds.append(kind) }
        continue
      }
      shrunk.trace.describe(shrunkFrom: failing.trace, found.kind)
      return .found(
        Counterexample(
          subject: subject, workload: failing.trace.name, operationsBefore: failing.trace.operations.count,
          trace: shrunk.trace, violation: found, outcomes: outcomes, tries: shrunk.tries,
          isComplete: shrunk.isComplete, seconds: (ContinuousClock.now - start).inSeconds))
    }
    return .notReproduced
  }

  /// How long workers may sleep while a shorter trace is looked for, in seconds.
  private static let longestSleepInSearch = 2.0

  /// The first trace, of those that a submission is judged by, on which something is wrong.
  package func firstFailing(
    _ exercise: Exercise, worker: FilePath
  ) throws(JudgeError) -> (trace: FailingTrace, violation: Violation)? {
    let session = session(worker)
    session.startsAnew = true
    session.longestWindow = exercise.longestWindow
    defer { session.end() }
    for item in try cases(of: exercise, content: "") {
      let companions = try measure(exercise.companions(item.trace))
      let result = try session.replay(
        item.trace, oracle: exercise.oracle(item.trace, companions), windowSeed: item.windowSeed)
      guard let violation = result.violation else { continue }
      let failing = result.reproducible(item.trace)
      return (
        FailingTrace(trace: failing, windowSeed: item.windowSeed),
        try Self.diagnosed(violation, exercise, failing, in: session)
      )
    }
    return nil
  }

  /// Replays a trace one operation at a time; the violation is what lies behind what was seen.
  static func lockstep(
    _ exercise: Exercise, _ trace: Trace, in session: ReplaySession
  ) throws(JudgeError) -> (result: CheckedResult, outcomes: [UInt64]) {
    var seen: [UInt64] = []
    var result = try session.replay(
      trace, oracle: exercise.oracle(trace), windowSeed: Exercise.publicSeed, lockstep: true,
      seconds: max(0.3, 2e-5 * Double(trace.operations.count))
    ) { seen += $0.outcomes }
    if let violation = result.violation {
      result.violation = try diagnosed(violation, exercise, trace, in: session, seconds: 0.2)
    }
    return (result, seen)
  }
}

/// How one trace after the other is tried.
private struct ReplayAttempt {
  let exercise: Exercise
  /// What was wrong.
  let kind: ViolationKind
  /// What must be wrong: that, or what it turned out to be when it was looked at after each operation.
  let kinds: [ViolationKind]
  let windowSeed: UInt64
  /// Whether to ask what lies behind what was seen.
  let isStrict: Bool
  /// CPU time of an operation, in seconds: of the slowest replay so far that came to an end.
  var secondsOfOperation = 1e-6

  /// Whether what is wrong piles up, and is noticed by a watch on the process.
  private var piles: Bool { kind == .flood || kind == .outOfMemory }

  /// Traces of so many operations are looked at after each of them.
  static let lockstepLimit = 400

  mutating func failure(of trace: Trace, in session: ReplaySession) throws(JudgeError) -> TraceFailure? {
    let count = trace.operations.count
    let start = ContinuousClock.now
    let seconds = piles ? 2 : min(2, max(kind == .hang ? 0.05 : 0.2, 20 * secondsOfOperation * Double(count)))
    func replay(lockstep: Bool) throws(JudgeError) -> CheckedResult {
      try session.replay(
        trace, oracle: exercise.oracle(trace), windowSeed: windowSeed, lockstep: lockstep, seconds: seconds)
    }
    var result = try replay(lockstep: false)
    if result.violation?.kind != .hang, result.operations > 1000 {
      let seconds = (ContinuousClock.now - start).inSeconds
      secondsOfOperation = max(secondsOfOperation, min(seconds / Double(result.operations), 1e-5))
    }
    // A window costs as much as a single operation, so only what fails is looked at after each of them.
    let isLockstep = count <= Self.lockstepLimit && (isStrict || !kind.endsWorker)
    if result.violation != nil, isLockstep { result = try replay(lockstep: true) }
    guard let seen = result.violation else { return nil }
    let violation =
      isStrict ? try Judge.diagnosed(seen, exercise, trace, in: session, seconds: seconds) : seen
    guard kinds.contains(violation.kind) else { return nil }
    if piles {
      // It is noticed some time after it happened, so a trace that fails for certain goes on for a while.
      return (seen.operation ?? count) <= count * 3 / 4 ? TraceFailure(by: nil) : nil
    }
    if isLockstep { return TraceFailure(by: min(result.operations, count - 1)) }
    // Bytes that changed are noticed later, but not later than at the window's end.
    let last = seen.kind.isNoticedLater ? result.operations + max(64, count / 8) : seen.operation
    return TraceFailure(by: last)
  }
}

extension Trace {
  /// Says of a trace what it was made from.
  fileprivate mutating func describe(shrunkFrom trace: Trace, _ kind: ViolationKind) {
    name = kind.rawValue
    origin = "shrunk from \(trace.name), \(trace.operations.count) operations"
    seed = nil
  }
}
