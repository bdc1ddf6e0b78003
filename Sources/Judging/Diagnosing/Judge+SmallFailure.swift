import Examining
import Traces
import Workloads

extension Judge {
  /// Rounds of chaos that are tried, each with all generators that the exercise's subjects must bear.
  private static let smallRounds = 6
  /// Operations of their traces, in turn; in every other round the heap is small as well, so that its limit is met early.
  private static let smallLengths = [100, 300, 900]
  private static let smallHeap = 64 << 10
  /// By the clock, for all of them.
  private static let smallSeconds = 5.0

  /// The first small trace of chaos on which the same kind of violation shows; nil where none does, or the exercise takes no chaos.
  ///
  /// What takes a hundred thousand operations to go wrong in a large heap often takes ten in a small one.
  func smallFailure(
    _ subject: Subject, _ kind: ViolationKind
  ) throws(JudgeError) -> (failing: FailingTrace, violation: Violation)? {
    let exercise = subject.exercise
    guard let fit = exercise.chaos else { return nil }
    var run = ChaosRun(exercise, fit, seed: Exercise.publicSeed)
    run.lengths = Self.smallLengths
    let session = session(subject)
    session.startsAnew = false
    session.namesFunctions = false
    defer { session.end() }
    let start = ContinuousClock.now
    for number in 0..<Self.smallRounds * run.generators.count {
      guard (ContinuousClock.now - start).inSeconds < Self.smallSeconds else { return nil }
      let step = run.step(number)
      var trace = fit.trace(step.generator, operations: step.length, seed: step.seed)
      if number / run.generators.count % 2 == 1, trace.heapLimit > Self.smallHeap {
        trace = trace.settingParameter("heap.limit", fit.heapLimit(Self.smallHeap))
      }
      let result = try session.replay(trace, oracle: exercise.oracle(trace), windowSeed: step.seed, seconds: 0.5)
      guard let seen = result.violation, seen.kind == kind || kind == .metadataOverwritten else { continue }
      trace = result.reproducible(trace)
      let violation = try Self.diagnosed(seen, exercise, trace, in: session)
      if violation.kind == kind { return (FailingTrace(trace: trace, windowSeed: step.seed), violation) }
    }
    return nil
  }
}
