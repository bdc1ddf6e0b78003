package import Traces
package import Workloads

/// One gradable part of the course: all that the framework knows about it stands in one value.
package struct Exercise: Sendable {
  /// What it is called on the command line and in reports, for example `pool`.
  package let id: String
  /// What people call it.
  package let title: String
  /// The folder of its assignment, for example `ProblemSet1`.
  package let assignment: String
  /// What the student does, in one sentence.
  package let summary: String
  /// The name of its vocabulary.
  package let vocabulary: String
  /// The protocol in `AllocLab` that the student's type conforms to.
  package let protocolName: String
  /// The file that the student hands in.
  package let file: String
  /// The type, in `Worker`, that drives the student's type: a Swift expression, with `Worker::` before the framework's names.
  package let driver: String
  /// As `driver`, but asks the student's type after every operation what is wrong with it; nil where there is nothing to ask, or
  /// the traces themselves ask.
  package let invariantDriver: String?
  /// The traces that it is judged by.
  package let workloads: [Workload]
  /// What is measured beside correctness, in the order of the report.
  package let meters: [Meter]
  /// CPU time that a checked replay may take; what takes longer hangs.
  package let secondsPerTrace: Double
  /// Turns the trace of a real program into one that this exercise's subjects can serve.
  package let adapt: @Sendable (Trace) -> Trace
  /// How chaos becomes a trace for this exercise; nil where it is not about allocation.
  package let chaos: ChaosFit?
  /// What kind of allocator from outside the course it is for; nil for the course's own exercises.
  package var general: General?
  /// How traces that show a mistake are made shorter; nil where they are short as they are.
  package let reductions: (any Reductions)?
  /// What other exercises' reference solutions are measured on before the oracle is made.
  package let companions: @Sendable (Trace) -> [Companion]
  /// Whether there are any.
  package let hasCompanions: Bool
  /// Of each kind of violation, the usual causes in this exercise and what to look at; students read it.
  package let causes: [ViolationKind: String]
  /// The judge of one trace's outcomes, given how its companions did.
  package let oracle: @Sendable (Trace, [CompanionResult]) -> any Oracle

  package init(
    id: String, title: String, assignment: String, summary: String, vocabulary: String, protocolName: String,
    file: String, driver: String, invariantDriver: String? = nil, workloads: [Workload], meters: [Meter],
    secondsPerTrace: Double = 2,
    adapt: @escaping @Sendable (Trace) -> Trace = { $0 },
    chaos: ChaosFit? = nil, reductions: (any Reductions)? = nil, causes: [ViolationKind: String] = [:],
    companions: (@Sendable (Trace) -> [Companion])? = nil,
    oracle: @escaping @Sendable (Trace, [CompanionResult]) -> any Oracle
  ) {
    self.id = id
    self.title = title
    self.assignment = assignment
    self.summary = summary
    self.vocabulary = vocabulary
    self.protocolName = protocolName
    self.file = file
    self.driver = driver
    self.invariantDriver = invariantDriver
    self.workloads = workloads
    self.meters = meters
    self.secondsPerTrace = secondsPerTrace
    self.adapt = adapt
    self.chaos = chaos
    self.reductions = reductions ?? chaos?.reductions
    self.causes = causes
    self.companions = companions ?? { _ in [] }
    hasCompanions = companions != nil
    self.oracle = oracle
  }

  /// The seed of the traces that students have. Those of the instructor are kept in `grading/`.
  package static let publicSeed: UInt64 = 1

  /// Whether a meter reads anything on a workload.
  package func reads(_ meter: Meter, on workload: String) -> Bool {
    meter != .time || workloads.contains { $0.name == workload && $0.isTimed }
  }

  /// The most bytes that a heap may hold unless a trace says otherwise.
  package static let defaultHeapLimit = 64 << 20
}

/// A measurement that an exercise is also judged by, as a ratio to the reference solution's. Lower is better.
package enum Meter: Sendable, Hashable {
  /// The most bytes touched at once.
  case space
  /// CPU time of a batch replay.
  case time
  /// A figure that the oracle counts, by its name.
  case counted(String)

  /// The name in rubrics and reports.
  package var name: String {
    switch self {
    case .space: "space"
    case .time: "time"
    case .counted(let name): name
    }
  }
}

/// A trace on which an exercise's oracle wants another exercise's reference solution measured.
package struct Companion: Sendable {
  package let exercise: String
  package let trace: Trace

  package init(exercise: String, trace: Trace) {
    self.exercise = exercise
    self.trace = trace
  }
}

/// How a companion did.
package struct CompanionResult: Sendable {
  /// Seconds of CPU time of a batch replay.
  package let seconds: Double
  /// Its least time over the least of all companions measured with it.
  package let slowdown: Double
  /// The most bytes touched at once in a checked replay.
  package let footprint: Int

  package init(seconds: Double, slowdown: Double, footprint: Int) {
    self.seconds = seconds
    self.slowdown = slowdown
    self.footprint = footprint
  }
}
