import Sandbox
import Synchronization
import SystemPackage
import Traces
import Vocabularies

/// The framework's own worker around a subject that does nothing: what a process takes by itself, before anybody's code.
///
/// A judged process is no measure of that, since its code may have run before `main`.
final class EmptyWorker: Sendable {
  private let binary: FilePath
  private let measured = Mutex<Figures?>(nil)

  /// Private memory, in bytes.
  struct Figures: Sendable {
    /// Of a worker that has done nothing yet.
    let idle: Int
    /// Of one that has replayed a batch, after which Swift's run-time system knows the driver's type.
    let afterBatch: Int
  }

  init(_ binary: FilePath) { self.binary = binary }

  private static let isSilent = JudgeError.workerFailed(
    "the framework's own worker does not answer; build the framework once more")

  /// What the worker takes. It is started once.
  func figures(in sandbox: WorkerSandbox) throws(JudgeError) -> Figures {
    if let known = measured.withLock({ $0 }) { return known }
    let trace = Trace(vocabulary: AllocationVocabulary.name, name: "empty", slotCount: 1, operations: [])
    let memory = try WorkerLink.Memory(for: [trace], capacity: 64)
    let link = try WorkerLink(binary: binary, trace: trace, memory: memory, sandbox: sandbox)
    defer { _ = link.end() }
    guard link.start == .done, link.request(.begin, seconds: 1) == .done else { throw Self.isSilent }
    let idle = link.privateBytes
    guard link.request(.batch, seconds: 1) == .done else { throw Self.isSilent }
    let figures = Figures(idle: idle, afterBatch: max(idle, link.privateBytes))
    measured.withLock { $0 = figures }
    return figures
  }
}
