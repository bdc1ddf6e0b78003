package import Examining
package import Traces
import Vocabularies

/// What a malloc lab's driver would tell of one trace, as the judge found it.
package struct CSAppResult: Sendable {
  package let trace: String
  /// As a lab's trace counts them.
  package let operations: Int
  package let violation: Violation?
  /// Peak payload over the heap's size by the break, as mdriver counts it; 0 where something is wrong.
  package let utilisation: Double
  /// Bytes that were kept outside the heap, beyond what is free.
  package let privateBytes: Int
  /// CPU time of the whole trace, its median over several replays; 0 where something is wrong.
  package let seconds: Double
  /// Requests that were too large to be held against anybody who refuses them.
  package let hugeRequests: Int
  /// What it wrote to standard output and standard error.
  package let printed: String

  /// The same with what is kept outside counted as heap: a table in a mapping of its own is no way to a small heap.
  package var utilisationWithPrivateMemory: Double {
    guard heapBytes + privateBytes > 0 else { return 0 }
    return peakPayload / Double(heapBytes + privateBytes)
  }

  private let peakPayload: Double
  private let heapBytes: Int

  init(_ trace: Trace, _ result: CheckedResult, seconds: Double) {
    self.trace = trace.name
    operations = trace.operations.count { AllocationOperation(word: $0).hostility != .byReallocation }
    printed = result.printed
    violation = result.violation
    privateBytes = result.privateFootprint
    self.seconds = seconds
    hugeRequests = trace.hugeRequests
    peakPayload =
      result.violation == nil ? result.measurements.first { $0.name == "peak live bytes" }?.value ?? 0 : 0
    heapBytes = result.heapEnd
    utilisation = result.heapEnd > 0 ? peakPayload / Double(result.heapEnd) : 0
  }
}

extension Trace {
  /// Requests for more than any subject from outside the course has to serve.
  package var hugeRequests: Int {
    operations.count {
      AllocationOperation(word: $0).asksForSize && AllocationOperation(word: $0).size > Exercise.hugeRequest
    }
  }
}

extension Judge {
  /// Replays a trace with every operation verified, and against the clock if all is right.
  ///
  /// - Parameter rounds: how often it is timed.
  package func malloclab(_ subject: Subject, _ trace: Trace, rounds: Int = 5) throws(JudgeError) -> CSAppResult {
    let checked = try replay(subject, trace, lockstep: false)
    var seconds = 0.0
    if checked.violation == nil, !trace.operations.isEmpty {
      seconds = try timedReplay.rounds([(subject.worker, [], trace)], count: rounds)[0].median
    }
    return CSAppResult(trace, checked, seconds: seconds)
  }

  /// The same trace once more in the same process, with `mm_init` called again: labs' drivers do so for every trace and every measurement.
  ///
  /// - Parameter session: has replayed the trace, found it right, and goes on.
  func worksAgain(_ subject: Subject, _ trace: Trace, in session: ReplaySession) throws(JudgeError) -> Violation? {
    let again = try session.replay(
      trace, oracle: subject.exercise.oracle(trace), windowSeed: Exercise.publicSeed,
      seconds: subject.patience(for: trace))
    return again.violation.map {
      Violation(
        .worksOnlyOnce, at: nil,
        "the trace went right, and when mm_init was called again in the same process and the trace replayed once more, it did not: "
          + $0.message, evidence: $0.evidence)
    }
  }
}
