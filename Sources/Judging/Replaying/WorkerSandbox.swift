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
  /// Files that the worker sees besides the system's and the toolchain's.
  var bindings: [Confinement.Binding] = []
  /// Whether the subject's blocks lie in the worker's own memory, and not in the heap.
  var servesOwnMemory = false

  func start(
    _ binary: FilePath, channel: SharedMemory, heap: SharedMemory
  ) throws(SandboxError) -> ConfinedProcess {
    var limits = limits
    // The worker meets the end of its memory by a call that fails; this is for what gets past that.
    if servesOwnMemory { limits.memoryBytes = max(limits.memoryBytes, heap.size + heap.size / 8) }
    var confinement = Confinement(limits: limits, profile: .worker)
    confinement.allowWeak = allowWeak
    // Libraries that were made to be loaded with a program want more room for their threads' variables than is kept for others.
    if !arguments.isEmpty { confinement.environment["GLIBC_TUNABLES"] = "glibc.rtld.optional_static_tls=65536" }
    confinement.addSystemView()
    _ = try confinement.addSwiftToolchain()
    confinement.readOnly.append(Confinement.Binding(host: binary, inside: "/worker"))
    confinement.readOnly += bindings
    confinement.inheritedDescriptors = [
      Confinement.InheritedDescriptor(channel.descriptor, as: Channel.descriptor),
      Confinement.InheritedDescriptor(heap.descriptor, as: Channel.heapDescriptor),
    ]
    return try ConfinedProcess.start("/worker", arguments, in: confinement)
  }
}
