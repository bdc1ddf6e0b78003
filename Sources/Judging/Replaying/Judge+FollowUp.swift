import Examining
import SystemPackage
import Traces

extension Judge {
  /// Replays what follows from the answers of a checked replay, on a subject of the framework's own, and holds what comes of it against
  /// the subject that gave them.
  ///
  /// - Parameter result: of a replay that has kept its answers, with nothing wrong.
  func follow(
    _ exercise: Exercise, _ trace: Trace, _ result: inout CheckedResult, windowSeed: UInt64
  ) throws(JudgeError) {
    guard result.violation == nil, let next = exercise.followUp(to: trace, result.answers, Answers(result.lists)) else {
      return
    }
    let worker: FilePath
    switch try builder.build(driver: next.driver) {
    case .built(let built): worker = built
    case .refused(let messages, _): throw .workerFailed("\(next.driver) does not compile:\n\(messages)")
    }
    let session = trustedSession(worker)
    defer { session.end() }
    let followed = try session.replay(
      next.trace, oracle: next.oracle, windowSeed: windowSeed, seconds: exercise.secondsPerTrace)
    result.measurements += followed.measurements
    guard let violation = followed.violation else { return }
    // What the framework's own subject does wrong is nobody else's fault.
    guard exercise.kinds.contains(violation.kind) else {
      throw .workerFailed("\(next.driver), on what follows from \(trace.name): \(violation.message)")
    }
    result.violation = Violation(violation.kind, at: nil, violation.message, evidence: violation.evidence)
  }
}
