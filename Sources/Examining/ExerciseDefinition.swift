package import Traces
package import Vocabularies
package import Workloads

/// One gradable part of the course: what is asked, what the truth is, and what may go wrong.
///
/// A conformance is a type without values, which stands with all that belongs to the exercise alone in a folder of its own. What has
/// a default here, most exercises need not say. `ExerciseContract` among the tests holds every exercise of the catalogue to it.
package protocol ExerciseDefinition: SendableMetatype {
  /// What it is called on the command line and in reports, for example `pool`.
  static var id: String { get }
  /// What people call it.
  static var title: String { get }
  /// The folder of its assignment, for example `ProblemSet1`.
  static var assignment: String { get }
  /// What the student does, in one sentence.
  static var summary: String { get }

  /// What the student hands in.
  static var handIn: HandIn { get }
  /// How its operations and outcomes are read.
  static var vocabulary: any Vocabulary.Type { get }
  /// The type, in `Worker`, that drives the student's: a Swift expression, for example `AllocationDriver<PoolSource<PoolAllocator>>`.
  static var driver: String { get }
  /// As `driver`, but asks the student's type after every operation what is wrong with it; nil where there is nothing to ask, or
  /// the traces themselves ask.
  static var invariantDriver: String? { get }

  /// What a submission may import besides `AllocLab`, for example `Synchronization`.
  static var modules: [String] { get }
  /// Whether its workers are built with a heap that tells of every access. They take longer for it, so no time is measured then.
  static var probesHeap: Bool { get }
  /// The traces that it is judged by.
  static var workloads: [Workload] { get }
  /// What is measured beside correctness, in the order of the report.
  static var meters: [Meter] { get }
  /// What it may find to be wrong, each kind with its usual causes here.
  static var kinds: [ViolationKind] { get }
  /// The judge of one trace's outcomes.
  static func oracle(for trace: Trace) -> any Oracle

  /// The most operations that a subject is sent at once; nil where it does not matter how much of the future lies in its memory.
  static var longestWindow: Int? { get }
  /// The most private memory that a subject may gain on a trace, in bytes; nil where a meter charges for it.
  static func privateLimit(on trace: Trace) -> Int?
  /// CPU time that a checked replay may take; what takes longer hangs.
  static var secondsPerTrace: Double { get }
  /// Turns the trace of a real program into one that this exercise's subjects can serve.
  static func adapt(_ trace: Trace) -> Trace
  /// How chaos becomes a trace for this exercise; nil where it is not about allocation.
  static var chaos: ChaosFit? { get }
  /// How traces that show a mistake are made shorter; nil where they are short as they are.
  static var reductions: (any Reductions)? { get }
}

extension ExerciseDefinition {
  package static var invariantDriver: String? { nil }
  package static var modules: [String] { [] }
  package static var probesHeap: Bool { false }
  package static var longestWindow: Int? { nil }
  package static func privateLimit(on trace: Trace) -> Int? { nil }
  package static var secondsPerTrace: Double { 2 }
  package static func adapt(_ trace: Trace) -> Trace { trace }
  package static var chaos: ChaosFit? { nil }
  package static var reductions: (any Reductions)? { chaos?.reductions }
}

/// An exercise whose oracle has to know how other exercises' reference solutions do on traces like this one.
package protocol ComparingExercise: ExerciseDefinition {
  /// What is measured before the oracle is made.
  static func companions(of trace: Trace) -> [Companion]
  /// The judge of one trace's outcomes, given how its companions did, in their order.
  static func oracle(for trace: Trace, given results: [CompanionResult]) -> any Oracle
}

extension ComparingExercise {
  /// Nothing was measured, so nothing can be held against the subject.
  package static func oracle(for trace: Trace) -> any Oracle { oracle(for: trace, given: []) }
}
