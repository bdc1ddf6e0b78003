package import Examining
import Sandbox
package import SystemPackage
package import Traces
import Vocabularies
package import Workloads

/// Judges submissions: builds them, replays traces, verifies and measures.
package struct Judge: Sendable {
  package let installation: Installation
  /// The exercises that there are.
  package let catalogue: Catalogue
  package private(set) var builder: Builder
  /// The directory with the reference solutions, a subdirectory for each assignment; nil where there are none to compare with.
  package let references: FilePath?
  /// Where recorded traces lie; nil where none are to be had, and workloads that need them are left out.
  package let recordings: FilePath?
  /// The instructor's seed, or nil to judge by the public traces alone.
  package let hiddenSeed: CourseSeed?
  /// Whose work is measured where reference solutions are not to be had: at home, the student's own.
  package var standIn: Submission?
  /// Whose hidden traces nobody else has; nil where all have the same.
  var student: String?
  /// Whether students' own checkers run after every operation, which takes its time.
  package var asksInvariants = false
  /// After how many seconds of CPU time a checked replay counts as one that hangs; nil for what the exercise says.
  package var hangsAfter: Double?
  /// To which all replays of this judge charge what their workers sleep.
  var sleeping: SleepBudget?
  /// Where the time goes.
  package let profile = GradingProfile()
  let records: ReferenceRecords
  private(set) var sandbox: WorkerSandbox
  private let symbolicator: Symbolicator

  package init(
    _ installation: Installation, catalogue: Catalogue, references: FilePath?, recordings: FilePath?,
    hiddenSeed: CourseSeed?, allowWeakSandbox: Bool
  ) throws(JudgeError) {
    self.installation = installation
    self.catalogue = catalogue
    self.references = references
    self.recordings = recordings
    self.hiddenSeed = hiddenSeed
    builder = try Builder(installation, allowWeakSandbox: allowWeakSandbox, profile: profile)
    records = ReferenceRecords(of: installation)
    sandbox = WorkerSandbox(
      allowWeak: allowWeakSandbox, profile: profile, emptyWorker: EmptyWorker(builder.emptyWorker))
    symbolicator = Symbolicator(allowWeak: allowWeakSandbox)
  }

  /// A worker for as many traces as wanted.
  ///
  /// - Parameter library: the one whose malloc is the subject, if any.
  package func session(_ worker: FilePath, library: SharedLibrary? = nil) -> ReplaySession {
    var sandbox = sandbox
    if asksInvariants { (sandbox.limits.cpuSeconds, sandbox.limits.wallSeconds) = (100, 1200) }
    if let library { sandbox.serve(library) }
    let session = ReplaySession(worker, sandbox: sandbox, symbolicator: symbolicator)
    session.budget = sleeping
    session.attends = library == nil && builder.safety == nil
    return session
  }

  /// The same judge with sandboxes of its own, so that those of one submission are never another's.
  package func withNewSandboxes() -> Judge {
    var judge = self
    judge.sandbox.enclosures = EnclosurePool()
    // Two lanes will want one each, by the time that something has been compiled.
    try? judge.sandbox.prepare(2)
    return judge
  }

  /// The same judge, which takes unsafe code as well: for mutants that cannot be written without it.
  package func admittingUnsafeCode() -> Judge {
    var judge = self
    judge.builder = builder.admittingUnsafeCode()
    return judge
  }

  /// One trace of an exercise in a process of its own.
  func checked(
    _ exercise: Exercise, _ worker: FilePath, _ trace: Trace, _ companions: [CompanionResult] = [], windowSeed: UInt64,
    keepsAnswers: Bool = false
  ) throws(JudgeError) -> CheckedResult {
    let session = session(worker)
    session.isForOne = true
    session.longestWindow = exercise.longestWindow
    session.keepsAnswers = keepsAnswers
    session.keepsLists = exercise.isFollowed(trace)
    defer { session.end() }
    var result = try session.replay(
      trace, oracle: exercise.oracle(trace, companions), windowSeed: windowSeed,
      seconds: asksInvariants ? 90 : hangsAfter ?? exercise.secondsPerTrace)
    result.chargePrivateMemory(by: exercise.privateLimit(on: trace))
    try follow(exercise, trace, &result, windowSeed: windowSeed)
    return result
  }

  /// A worker that has the framework's own code alone.
  func trustedSession(_ worker: FilePath) -> ReplaySession {
    ReplaySession(worker, sandbox: sandbox, symbolicator: symbolicator)
  }

  var timedReplay: TimedReplay {
    var replay = TimedReplay(sandbox: sandbox, symbolicator: symbolicator)
    replay.sleeping = sleeping
    replay.attends = builder.safety == nil
    return replay
  }

  /// The trace of a workload under a seed.
  package func trace(_ workload: Workload, seed: UInt64) throws(JudgeError) -> Trace {
    do {
      return try workload.trace(seed: seed) { name throws(TraceError) in
        try Trace(contentsOf: (recordings ?? ".").appending("\(name).trace"))
      }
    } catch { throw .trace("\(error)") }
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
    session.longestWindow = exercise.longestWindow
    session.keepsLists = exercise.isFollowed(trace)
    defer { session.end() }
    let callsInitAgain = !lockstep && exercise.isMallocLab
    if callsInitAgain { session.startsAnew = false }
    func replay(_ companions: [CompanionResult]) throws(JudgeError) -> CheckedResult {
      try session.replay(
        trace, oracle: exercise.oracle(trace, companions), windowSeed: Exercise.publicSeed, lockstep: lockstep,
        seconds: seconds ?? subject.patience(for: trace))
    }
    var result = try replay(companions)
    while let again = try measureAgain(exercise.companions(trace), after: result.violation) {
      result = try replay(again)
    }
    try subject.checkStart(result)
    let again = callsInitAgain && result.violation == nil ? try worksAgain(subject, trace, in: session) : nil
    if exercise.isMallocLab {
      session.end()
      let isTwice = callsInitAgain && result.violation == nil && again == nil
      result.printed = isTwice ? session.printed.firstOfTwo : session.printed
    }
    if let again {
      result.violation = again
      return result
    }
    result.chargePrivateMemory(by: exercise.privateLimit(on: trace))
    result.measurements += subject.measurements(result, on: trace)
    try follow(exercise, trace, &result, windowSeed: Exercise.publicSeed)
    result.violation = try result.violation.map { (violation) throws(JudgeError) in
      try diagnosed(violation, exercise, result.reproducible(trace), in: self.session(subject))
    }
    if let violation = result.violation, let low = exercise.below2GiB(trace) {
      let session = self.session(subject)
      defer { session.end() }
      let there = try session.replay(
        low, oracle: exercise.oracle(low), windowSeed: Exercise.publicSeed,
        seconds: seconds ?? subject.patience(for: low))
      if there.violation == nil {
        result.violation = Violation(
          violation.kind, at: violation.operation, violation.message,
          evidence: [
            "in a heap below 2 GiB it goes right: this code is for 32 bits, and squeezes pointers into an int somewhere"
          ] + violation.evidence)
      }
    }
    return result
  }

  /// A trace may come from anywhere; driver and oracle take its slots at their word.
  static func refuseUnsound(_ trace: Trace) throws(JudgeError) {
    if let finding = TraceLint.findings(in: trace).first {
      throw .trace("\(trace.name): \(finding); `alloclab trace lint` lists all that is wrong with a trace")
    }
  }
}
