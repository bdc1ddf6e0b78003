import Dispatch
package import Examining
package import Traces
import Vocabularies
package import Workloads

/// Chaos traces against one subject, one after the other, until something is wrong or there were enough.
///
/// A round is one trace of each generator, all under one seed; rounds differ in seed and in length. So a run is a function of
/// its first seed, and each trace of it can be had again by its generator, seed and length.
package struct ChaosRun: Sendable {
  /// One trace of a run.
  package struct Step: Sendable {
    package let generator: ChaosGenerator
    package let seed: UInt64
    /// About how many operations were asked for.
    package let length: Int
  }

  /// What was wrong, and on which trace.
  package struct Failure: Sendable {
    package let step: Step
    package let trace: Trace
    package let result: CheckedResult
  }

  /// How far a run has come.
  package struct Progress: Sendable {
    package var operations = 0
    package var traces = 0
    package var rounds = 0
    /// The most bytes that the subject took in any trace.
    package var footprint = 0
    /// Failures that did not show again when their trace was replayed in a worker of its own: nobody's fault that is known.
    package var onceOnly: [Failure] = []

    package init() {}
  }

  package let exercise: Exercise
  package let fit: ChaosFit
  package let generators: [ChaosGenerator]
  package var seed: UInt64
  /// Operations of the traces, in turn from round to round.
  package var lengths = [1000, 20_000, 200_000]
  /// Whether what is still live at a trace's end is freed, for subjects that live on.
  package var freesAtEnd = false
  /// The largest alignment that is asked for, where subjects are known to fail beyond.
  package var largestAlignment = Int.max

  /// - Parameter generators: nil for all that the exercise's subjects must bear.
  package init(_ exercise: Exercise, _ fit: ChaosFit, generators: [ChaosGenerator]? = nil, seed: UInt64) {
    self.exercise = exercise
    self.fit = fit
    self.generators = generators ?? Self.generators(for: exercise)
    self.seed = seed
  }

  /// The generators whose traces an exercise's subjects must bear: wrong frees only where the exercise is about them.
  package static func generators(for exercise: Exercise) -> [ChaosGenerator] {
    ChaosCatalogue.all.filter { $0.family != .negative || exercise.chaos?.takesWrongFrees == true }
  }

  /// The trace number `number` of the run.
  package func step(_ number: Int) -> Step {
    let round = number / generators.count
    return Step(
      generator: generators[number % generators.count], seed: seed &+ UInt64(round),
      length: lengths[round % lengths.count]
    )
  }

  /// Replays trace after trace.
  ///
  /// - Parameter goesOn: asked before each trace whether there is to be another.
  /// - Returns: the first trace on which something was wrong, or nil.
  package func run(
    in session: ReplaySession, goesOn: (Progress) -> Bool
  ) throws(JudgeError) -> (failure: Failure?, progress: Progress) {
    var progress = Progress()
    let queue = TraceQueue { number in
      let step = step(number)
      var trace = fit.trace(step.generator, operations: step.length, seed: step.seed)
      if freesAtEnd { trace.operations += trace.closing }
      if largestAlignment < .max {
        trace = trace.mappingOperations { $0.alignment > largestAlignment ? $0.aligned(to: largestAlignment) : $0 }
      }
      return trace
    }
    while goesOn(progress) {
      let step = step(progress.traces)
      let trace = queue.next()
      let result = try session.replay(
        trace, oracle: exercise.oracle(trace), windowSeed: step.seed,
        seconds: 2 + Double(trace.operations.count) / 1e5)
      if result.violation != nil {
        let failure = Failure(step: step, trace: result.reproducible(trace), result: result)
        // A worker that has done much else may have met a limit, or the machine another load.
        session.end()
        let again = try session.replay(
          failure.trace, oracle: exercise.oracle(trace), windowSeed: step.seed,
          seconds: 2 + Double(trace.operations.count) / 1e5)
        if again.violation != nil { return (failure, progress) }
        progress.onceOnly.append(failure)
      }
      progress.operations += trace.operations.count
      progress.traces += 1
      progress.rounds = progress.traces / generators.count
      progress.footprint = max(progress.footprint, result.footprint)
    }
    return (nil, progress)
  }
}

/// Makes traces ahead on another thread, while the one before is replayed.
private final class TraceQueue: @unchecked Sendable {
  private let make: @Sendable (Int) -> Trace
  private let work = DispatchQueue(label: "chaos")
  private let isReady = DispatchSemaphore(value: 0)
  // Written by the other thread before it signals, read by this one after it has waited.
  private var trace: Trace?
  private var number = 0

  init(_ make: @escaping @Sendable (Int) -> Trace) {
    self.make = make
    prepare()
  }

  func next() -> Trace {
    isReady.wait()
    defer { prepare() }
    return trace ?? make(number)
  }

  private func prepare() {
    let number = number
    self.number += 1
    work.async { [self] in
      trace = make(number)
      isReady.signal()
    }
  }
}
