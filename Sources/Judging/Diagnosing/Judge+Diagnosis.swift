package import Examining
package import Traces
import Vocabularies

extension Judge {
  /// The same violation, or what lies behind it: where nothing is wrong as long as nobody writes into the blocks, the writes, which
  /// are legal, destroyed what the allocator should not have kept there.
  package func diagnosed(
    _ violation: Violation, _ exercise: Exercise, _ trace: Trace, in session: ReplaySession
  ) throws(JudgeError) -> Violation {
    defer { session.end() }
    return try Self.diagnosed(violation, exercise, trace, in: session)
  }

  /// The same, in a session that goes on.
  static func diagnosed(
    _ violation: Violation, _ exercise: Exercise, _ trace: Trace, in session: ReplaySession, seconds: Double = 0.5
  ) throws(JudgeError) -> Violation {
    guard exercise.vocabulary.hasPayloads, violation.kind.mayComeOfOverwriting else { return violation }
    // Up to where it went wrong, and a little further.
    var shorter = trace
    if let operation = violation.operation {
      shorter.operations = Array(trace.operations.prefix(min(operation, trace.operations.count) + 1 + 64))
    }
    func isRight(writesPayloads: Bool) throws(JudgeError) -> Bool {
      try session.replay(
        shorter, oracle: exercise.oracle(shorter), windowSeed: Exercise.publicSeed, writesPayloads: writesPayloads,
        seconds: seconds
      ).violation == nil
    }
    // What does not go wrong again with the writes either is not their doing.
    guard try isRight(writesPayloads: false), try !isRight(writesPayloads: true) else { return violation }
    return Violation(
      .metadataOverwritten, at: violation.operation, violation.message,
      evidence: violation.evidence + [
        "without the writes into the blocks, nothing is wrong: \(violation.kind.rawValue) is only what came of it"
      ])
  }
}
