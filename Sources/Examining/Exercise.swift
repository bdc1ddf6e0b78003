package import Traces
package import Vocabularies
package import Workloads

/// An exercise as the judge carries it: what its definition says, as a value.
package struct Exercise: Sendable {
  /// What it is called on the command line and in reports, for example `pool`.
  package internal(set) var id: String
  /// What people call it.
  package internal(set) var title: String
  /// The folder of its assignment, for example `ProblemSet1`.
  package let assignment: String
  /// What the student does, in one sentence.
  package let summary: String
  /// What the student hands in.
  package let handIn: HandIn
  /// How its operations and outcomes are read.
  package let vocabulary: any Vocabulary.Type
  /// The type that drives the student's, with `Worker::` before the framework's names.
  package internal(set) var driver: String
  /// As `driver`, but asks the student's type after every operation what is wrong with it; nil where there is nothing to ask.
  package let invariantDriver: String?
  /// What a submission may import besides `AllocLab`.
  package var modules: [String]
  /// Whether its workers are built with a heap that tells of every access.
  package let probesHeap: Bool
  /// The traces that it is judged by.
  package var workloads: [Workload]
  /// What is measured beside correctness, in the order of the report.
  package let meters: [Meter]
  /// What it may find to be wrong, each kind with its usual causes here.
  package let kinds: [ViolationKind]
  /// The most operations that a subject is sent at once; nil where it does not matter how much of the future lies in its memory.
  package let longestWindow: Int?
  /// CPU time that a checked replay may take; what takes longer hangs.
  package let secondsPerTrace: Double
  /// How chaos becomes a trace for this exercise; nil where it is not about allocation.
  package internal(set) var chaos: ChaosFit?
  /// How traces that show a mistake are made shorter; nil where they are short as they are.
  package internal(set) var reductions: (any Reductions)?
  /// What kind of allocator from outside the course it is for; nil for the course's own exercises.
  package internal(set) var general: General?
  /// The files of the other exercises of its assignment, none of which it is built from.
  package internal(set) var otherFiles: Set<String> = []
  /// The files that the exercises of other assignments ask for: a helper may have such a name.
  package internal(set) var foreignFiles: Set<String> = []
  /// The exercises that it is built together with where that can be, itself included: every second one of its assignment, so that
  /// two processors have something to do.
  package internal(set) var builtTogether: [Exercise] = []
  let definition: any ExerciseDefinition.Type

  package init(_ definition: any ExerciseDefinition.Type) {
    self.definition = definition
    id = definition.id
    title = definition.title
    assignment = definition.assignment
    summary = definition.summary
    handIn = definition.handIn
    vocabulary = definition.vocabulary
    driver = handIn.qualified(driver: definition.driver)
    invariantDriver = definition.invariantDriver.map(handIn.qualified)
    modules = definition.modules
    probesHeap = definition.probesHeap
    workloads = definition.workloads
    meters = definition.meters
    kinds = definition.kinds
    longestWindow = definition.longestWindow
    secondsPerTrace = definition.secondsPerTrace
    chaos = definition.chaos
    reductions = definition.reductions
  }

  /// The file that the student hands in.
  package var file: String { handIn.file }
  /// The protocol in `AllocLab` that the student's type conforms to.
  package var protocolName: String { handIn.protocolName }

  /// The judge of one trace's outcomes, given how its companions did.
  package func oracle(_ trace: Trace, _ results: [CompanionResult] = []) -> any Oracle {
    if let general { return general.oracle(for: trace) }
    guard let comparing = definition as? any ComparingExercise.Type else { return definition.oracle(for: trace) }
    return comparing.oracle(for: trace, given: results)
  }

  /// What other exercises' reference solutions are measured on before the oracle is made.
  package func companions(_ trace: Trace) -> [Companion] {
    (definition as? any ComparingExercise.Type)?.companions(of: trace) ?? []
  }

  /// Whether there are any.
  package var hasCompanions: Bool { definition is any ComparingExercise.Type }

  /// The most private memory that a subject may gain on a trace, in bytes; nil where a meter charges for it.
  package func privateLimit(on trace: Trace) -> Int? { general == nil ? definition.privateLimit(on: trace) : nil }

  /// Turns the trace of a real program into one that this exercise's subjects can serve.
  package func adapt(_ trace: Trace) -> Trace { general?.adapt(trace) ?? definition.adapt(trace) }

  /// With recorded traces among those that it is judged by, fitted as any program's are.
  ///
  /// - Parameter files: their names, without the ending.
  package func adding(recorded files: [String]) -> Exercise {
    var exercise = self
    exercise.workloads += files.map { [definition] file in
      Workload("recorded-\(file)", "A recorded program: \(file).", recorded: file) { trace, _ in definition.adapt(trace)
      }
    }
    return exercise
  }

  /// The usual causes of a kind of violation in this exercise, and what to look at; nil where it explains itself.
  package func causes(of kind: ViolationKind) -> String? { kinds.first { $0 == kind }?.causes }

  /// Whether a meter reads anything on a workload.
  package func reads(_ meter: Meter, on workload: String) -> Bool {
    guard let workload = workloads.first(where: { $0.name == workload }) else { return meter != .time }
    // Heaps of a few blocks say nothing of space.
    if meter == .space, !workload.measuresSpace { return false }
    return !workload.isExhaustive && (meter != .time || workload.isTimed)
  }

  /// The seed of the traces that students have. Those of the instructor are kept in `grading/`.
  package static let publicSeed: UInt64 = 1

  /// The most bytes that a heap may hold unless a trace says otherwise.
  package static let defaultHeapLimit = 64 << 20
}

extension Trace {
  /// The most bytes that the subject's heap may hold.
  package var heapLimit: Int { parameter("heap.limit") ?? Exercise.defaultHeapLimit }
}
