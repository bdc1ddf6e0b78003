package import Examining
import Sandbox
package import SystemPackage
import Traces

/// Something that replays traces: a worker that was built, what it is judged by, and what it needs to run.
package struct Subject: Sendable {
  /// What people call it: the exercise's id, the library's or the file's name.
  package let name: String
  /// Gives its oracle, how traces are fitted to it, and how chaos is.
  package let exercise: Exercise
  package let worker: FilePath
  /// The library that serves it, for the malloc of one.
  package let library: SharedLibrary?

  /// A submission's work on an exercise, built by `Builder`.
  package init(_ exercise: Exercise, worker: FilePath) {
    name = exercise.id
    self.exercise = exercise
    self.worker = worker
    library = nil
  }

  /// A C allocator with the interface of the CS:APP malloc lab.
  package init(_ sources: CSAppSources, _ exercise: Exercise, worker: FilePath) {
    name = sources.name
    self.exercise = exercise
    self.worker = worker
    library = nil
  }

  /// An allocator composed of reference solutions, as a file of `grading/composed` says.
  package init(composed file: Submission.File, of reference: Submission, builder: Builder) throws(JudgeError) {
    name = String(file.name.prefix { $0 != "." })
    exercise = Exercise.general(.composed, named: name)
    library = nil
    switch try builder.build(composed: file, of: reference) {
    case .built(let worker): self.worker = worker
    case .refused(let messages, _): throw .workerFailed("\(file.name) does not compile:\n\(messages)")
    }
  }

  /// The malloc of a shared library.
  package init(_ library: SharedLibrary, builder: Builder) throws(JudgeError) {
    let exercise = Exercise.general(.native, named: library.name)
    switch try builder.build(driver: exercise.driver, linking: .dynamic) {
    case .built(let worker): self.worker = worker
    case .refused(let messages, _): throw .workerFailed("\(exercise.driver) does not compile:\n\(messages)")
    }
    name = library.name
    self.exercise = exercise
    self.library = library
  }
}

extension Subject {
  /// Seconds of CPU time for a replay of a trace: what never ends is to be known in seconds, where the trace is short.
  func patience(for trace: Trace) -> Double {
    exercise.general == nil ? 60 : min(60, 3 + Double(trace.operations.count) / 1000)
  }

  /// What a replay says beyond the oracle's measurements.
  func measurements(_ result: CheckedResult, on trace: Trace) -> [Measurement] {
    guard case .csapp? = exercise.general, result.heapEnd > 0,
      let live = result.measurements.first(where: { $0.name == "peak live bytes" })
    else { return [] }
    let huge = trace.hugeRequests
    return (huge > 0 ? [Measurement("requests above 512 MiB, which may be refused", Double(huge), "")] : []) + [
      Measurement("heap size by the break", Double(result.heapEnd), "B"),
      Measurement(
        "utilisation as mdriver counts it (peak payload ÷ heap size)", live.value / Double(result.heapEnd) * 100, "%"),
    ]
  }

  /// An error where a library did not even get as far as its first request: that is nothing that it did wrong as an allocator.
  package func checkStart(_ result: CheckedResult) throws(JudgeError) {
    guard let library, let violation = result.violation, violation.kind == .earlyExit, violation.operation == nil else {
      return
    }
    throw .library(library.name, "cannot be used: \(violation.evidence.first ?? violation.message)")
  }
}

extension WorkerSandbox {
  /// The same for the malloc of a library, which takes memory of its own.
  mutating func serve(_ library: SharedLibrary) {
    arguments = [library.inside.string]
    bindings = library.bindings
    limits.memoryBytes = max(limits.memoryBytes, library.reservedBytes)
    servesOwnMemory = true
    emptyWorker = nil
  }
}

extension Judge {
  /// A worker of a subject, for a trace or for many.
  ///
  /// What is no exercise keeps state outside its heap, so each trace has a process of its own there.
  package func session(_ subject: Subject) -> ReplaySession {
    let session = session(subject.worker, library: subject.library)
    session.startsAnew = subject.exercise.general != nil
    return session
  }
}
