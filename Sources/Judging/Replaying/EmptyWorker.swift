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
  private let measured = Mutex<Int?>(nil)

  init(_ binary: FilePath) { self.binary = binary }

  /// Private memory of the idle worker, in bytes. It is started once.
  func privateBytes(in sandbox: WorkerSandbox) throws(JudgeError) -> Int {
    if let known = measured.withLock({ $0 }) { return known }
    let trace = Trace(vocabulary: AllocationVocabulary.name, name: "empty", slotCount: 1, operations: [])
    let memory = try WorkerLink.Memory(for: [trace], capacity: 64)
    let link = try WorkerLink(binary: binary, trace: trace, memory: memory, sandbox: sandbox)
    defer { _ = link.end() }
    guard link.start == .done, link.request(.begin, seconds: 1) == .done else {
      throw .workerFailed("the framework's own worker does not answer; build the framework once more")
    }
    let bytes = link.privateBytes
    measured.withLock { $0 = bytes }
    return bytes
  }
}
