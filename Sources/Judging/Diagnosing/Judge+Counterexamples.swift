import Examining
package import SystemPackage
import Traces

extension Judge {
  /// Writes a counterexample's trace, reads it back, and replays what was read.
  ///
  /// - Parameter prefix: of the file's name.
  /// - Returns: the counterexample with its file, or why there is none. What has the file's name stays unless it is a trace.
  package func save(
    _ counterexample: Counterexample, in folder: FilePath, prefix: String = ""
  ) throws(JudgeError) -> Saved {
    let file = folder.appending(prefix + counterexample.fileName)
    if Files.exists(file), (try? TraceReader(file)) == nil { return .not("\(file) is there, and is no trace") }
    let read: Trace
    do {
      try counterexample.trace.write(to: file)
      read = try Trace(contentsOf: file)
    } catch { return .not("\(error)") }
    let session = session(counterexample.subject)
    defer { session.end() }
    let again = try Self.lockstep(counterexample.subject.exercise, read, in: session).result.violation
    guard let again, again.kind == counterexample.violation.kind, again.operation == counterexample.violation.operation
    else { return .not("\(file) does not show the same again") }
    var saved = counterexample
    saved.file = file
    return .saved(saved)
  }

  /// Whether a counterexample shows the same when it is replayed in windows, as traces usually are.
  package func reproduces(_ counterexample: Counterexample) throws(JudgeError) -> Bool {
    let session = session(counterexample.subject)
    defer { session.end() }
    let (exercise, trace) = (counterexample.subject.exercise, counterexample.trace)
    let result = try session.replay(
      trace, oracle: exercise.oracle(trace), windowSeed: Exercise.publicSeed, seconds: 1)
    guard let violation = result.violation else { return false }
    return try diagnosed(violation, exercise, trace, in: session).kind == counterexample.violation.kind
  }

  package enum Saved: Sendable {
    case saved(Counterexample)
    /// Not saved, and why.
    case not(String)
  }
}
