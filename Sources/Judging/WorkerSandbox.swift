import Sandbox
import SystemPackage
import Traces
import Vocabularies

/// How workers are confined.
struct WorkerSandbox: Sendable {
  /// The most that a worker may print, in bytes.
  static let outputLimit = 64 << 10

  var limits = Limits(
    cpuSeconds: 30, wallSeconds: 120, memoryBytes: 256 << 20, processes: 8, fileBytes: 0, outputBytes: outputLimit)
  var allowWeak = false
  /// Given to the worker as its arguments: for the framework's own subjects only.
  var arguments: [String] = []

  func start(
    _ binary: FilePath, channel: SharedMemory, heap: SharedMemory
  ) throws(SandboxError) -> ConfinedProcess {
    var confinement = Confinement(limits: limits, profile: .worker)
    confinement.allowWeak = allowWeak
    confinement.addSystemView()
    _ = try confinement.addSwiftToolchain()
    confinement.readOnly.append(Confinement.Binding(host: binary, inside: "/worker"))
    confinement.inheritedDescriptors = [
      Confinement.InheritedDescriptor(channel.descriptor, as: Channel.descriptor),
      Confinement.InheritedDescriptor(heap.descriptor, as: Channel.heapDescriptor),
    ]
    return try ConfinedProcess.start("/worker", arguments, in: confinement)
  }
}
