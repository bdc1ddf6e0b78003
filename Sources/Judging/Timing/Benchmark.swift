package import Examining
import Sandbox
import SystemPackage
package import Traces
import Vocabularies
import Workloads

/// Measures subjects side by side, in turn, in one session.
package struct Benchmark: Sendable {
  /// Something that can be timed: the reference solution of an exercise, or one of the framework's own.
  package enum Subject: Sendable, Hashable {
    case solution(String)
    /// The malloc of a shared library; `libc` for the C library's.
    case native(name: String, library: String)
    /// Nothing but the replay loop.
    case null

    package var name: String {
      switch self {
      case .solution(let exercise): exercise
      case .native(let name, _): name
      case .null: "null"
      }
    }
  }

  /// What one subject took.
  package struct Row: Sendable {
    package let subject: Subject
    /// Median CPU time of an operation.
    package let nanoseconds: Double
    /// The time of the first subject over that of this one: how many times as fast this one is.
    package let speedup: RatioEstimate
  }

  private let judge: Judge
  private let replay: TimedReplay

  package init(judge: Judge) {
    self.judge = judge
    var replay = judge.timedReplay
    // Seen by all, since workers that take turns have the same sandbox.
    if let scudo = SharedLibrary.scudo {
      replay.sandbox.bindings += scudo.bindings
      replay.sandbox.limits.memoryBytes = max(replay.sandbox.limits.memoryBytes, scudo.reservedBytes)
    }
    self.replay = replay
  }

  /// Debian's allocators that are installed here; the C library's always is.
  package static var natives: [Subject] {
    SharedLibrary.installed.map { library in
      // `libtcmalloc_minimal.so.4` is tcmalloc, and the C library glibc.
      let name = library.name.split(separator: ".")[0].split(separator: "_")[0].dropFirst(3)
      return .native(name: library.path == nil ? "glibc" : String(name), library: library.inside.string)
    }
  }

  /// The hardened one that the Swift toolchain brings along, where it does: LLVM's Scudo.
  package static var hardenedNative: Subject? {
    SharedLibrary.scudo.map { .native(name: "scudo", library: $0.inside.string) }
  }

  private static func library(of name: String, at path: String) throws(JudgeError) -> SharedLibrary {
    if name == hardenedNative?.name, let scudo = SharedLibrary.scudo { return scudo }
    return try SharedLibrary(named: path)
  }

  /// Batch replays of a trace by several subjects in turn.
  ///
  /// - Parameter translation: the same requests as subjects of another vocabulary understand them; nil where all have the same.
  package func compare(
    _ subjects: [Subject], on trace: Trace, translation: Trace? = nil, rounds: Int
  ) throws(JudgeError) -> [Row] {
    var workers: [(worker: FilePath, arguments: [String], trace: Trace)] = []
    for subject in subjects {
      let (worker, arguments) = try worker(of: subject)
      var isAtHome = translation == nil
      if case .solution(let id) = subject {
        isAtHome = isAtHome || judge.catalogue.exercise(id)?.vocabulary.name == trace.vocabulary
      }
      workers.append((worker, arguments, isAtHome ? trace : translation ?? trace))
    }
    let seconds = try replay.rounds(workers, count: rounds)
    let scale = 1e9 / Double(max(trace.operations.count, 1))
    return zip(subjects, seconds).map { subject, times in
      Row(
        subject: subject, nanoseconds: times.median * scale,
        speedup: RatioEstimate(ratios: zip(seconds[0], times).map { $0 / $1 }))
    }
  }

  private func worker(of subject: Subject) throws(JudgeError) -> (worker: FilePath, arguments: [String]) {
    switch subject {
    case .solution(let id):
      guard let exercise = judge.catalogue.exercise(id) else {
        throw .missing("the exercise \(id)", remedy: "check its name")
      }
      return (try judge.referenceWorker(exercise), [])
    case .native(_, let library):
      return (try judge.builder.worker(driver: "AllocationDriver<NativeSource>", linking: .dynamic), [library])
    case .null: return (try judge.builder.worker(driver: "AllocationDriver<NullSource>"), [])
    }
  }

  /// Replays traces in lockstep, each in a process of its own, by a driver of the framework's where the subject is a library.
  ///
  /// - Returns: what the oracle measured, and all outcomes.
  package func witness(
    _ subject: Subject, libraryDriver: String, _ traces: [Trace], _ oracle: (Trace) -> any Oracle
  ) throws(JudgeError) -> [(measurements: [Measurement], outcomes: [UInt64])] {
    let session = try session(with: subject, libraryDriver: libraryDriver)
    session.startsAnew = true
    session.keepsAnswers = true
    session.namesFunctions = false
    defer { session.end() }
    var results: [(measurements: [Measurement], outcomes: [UInt64])] = []
    for trace in traces {
      let result = try session.replay(trace, oracle: oracle(trace), windowSeed: 0, lockstep: true)
      if let violation = result.violation { throw .workerFailed("\(subject.name): \(violation.message)") }
      results.append((result.measurements, result.answers))
    }
    return results
  }

  /// - Parameter libraryDriver: the framework's that serves a library.
  private func session(with subject: Subject, libraryDriver: String) throws(JudgeError) -> ReplaySession {
    guard case .native(let name, let path) = subject else { return judge.session(try worker(of: subject).worker) }
    return judge.session(
      try judge.builder.worker(driver: libraryDriver, linking: .dynamic), library: try Self.library(of: name, at: path))
  }

  /// The most bytes of heap and private memory that a reference solution takes on a trace.
  package func footprint(of exercise: Exercise, on trace: Trace) throws(JudgeError) -> Int {
    let result = try judge.checked(exercise, try judge.referenceWorker(exercise), trace, windowSeed: 0)
    if let violation = result.violation { throw .reference(exercise: exercise.id, "is wrong: \(violation.message)") }
    return result.footprint
  }

  /// The most bytes of heap and private memory that a subject takes on a trace of the allocators' vocabulary, and the most that live in
  /// blocks at once. All subjects are looked at as often, and of all what the run-time system may have is left out.
  package func peak(of subject: Subject, on trace: Trace) throws(JudgeError) -> (footprint: Int, live: Int) {
    // What has no row is judged as a library is.
    let library = Exercise.general(.native, named: subject.name)
    let exercise = judge.catalogue.exercise(subject.name) ?? library
    let session = try session(with: subject, libraryDriver: library.driver)
    session.isForOne = true
    session.longestWindow = 64
    defer { session.end() }
    let result = try session.replay(trace, oracle: exercise.oracle(trace), windowSeed: 0)
    if let violation = result.violation { throw .workerFailed("\(subject.name): \(violation.message)") }
    let live = result.measurements.first { $0.name == "peak live bytes" }?.value ?? 0
    return (result.footprint, Int(live))
  }

  /// Operations that a checked replay verifies in a second, by the clock, every payload written and read in full.
  package func checkedRate(_ exercise: Exercise, on trace: Trace, rounds: Int) throws(JudgeError) -> Double {
    let worker = try judge.referenceWorker(exercise)
    var rates: [Double] = []
    for round in 0..<rounds {
      let clock = ContinuousClock()
      let start = clock.now
      let result = try judge.checked(exercise, worker, trace, windowSeed: UInt64(round))
      if let violation = result.violation { throw .reference(exercise: exercise.id, "is wrong: \(violation.message)") }
      rates.append(Double(trace.operations.count) / (clock.now - start).inSeconds)
    }
    return rates.median
  }

  /// A trace of at least `count` operations: a workload's trace, again and again, with nothing live in between.
  package static func repeated(_ trace: Trace, atLeast count: Int) -> Trace {
    var long = trace
    let closed = trace.operations + trace.closing
    long.operations = closed
    while long.operations.count < count { long.operations += closed }
    return long
  }
}

extension Duration {
  /// As a number of seconds.
  package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
