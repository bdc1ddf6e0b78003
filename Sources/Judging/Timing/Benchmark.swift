package import Examining
import SystemPackage
package import Traces
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
    replay = judge.timedReplay
  }

  /// Debian's allocators that are installed here; the C library's always is.
  package static var natives: [Subject] {
    SharedLibrary.installed.map { library in
      // `libtcmalloc_minimal.so.4` is tcmalloc, and the C library glibc.
      let name = library.name.split(separator: ".")[0].split(separator: "_")[0].dropFirst(3)
      return .native(name: library.path == nil ? "glibc" : String(name), library: library.inside.string)
    }
  }

  /// Batch replays of a trace by several subjects in turn.
  package func compare(_ subjects: [Subject], on trace: Trace, rounds: Int) throws(JudgeError) -> [Row] {
    var workers: [(worker: FilePath, arguments: [String], trace: Trace)] = []
    for subject in subjects {
      let (worker, arguments) = try worker(of: subject)
      workers.append((worker, arguments, trace))
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
    case .native(_, let library): return (try own("AllocationDriver<NativeSource>", .dynamic), [library])
    case .null: return (try own("AllocationDriver<NullSource>"), [])
    }
  }

  private func own(
    _ driver: String, _ linking: Builder.Linking = .staticExecutable
  ) throws(JudgeError) -> FilePath {
    switch try judge.builder.build(driver: driver, linking: linking) {
    case .built(let worker): return worker
    case .refused(let messages, _): throw .workerFailed("\(driver) does not compile:\n\(messages)")
    }
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
