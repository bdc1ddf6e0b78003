import Sandbox
import Synchronization
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
  var profile = GradingProfile()
  /// Given to the worker as its arguments: for the framework's own subjects only.
  var arguments: [String] = []
  /// Files that the worker sees besides the system's and the toolchain's.
  var bindings: [Confinement.Binding] = []
  /// Whether the subject's blocks lie in the worker's own memory, and not in the heap.
  var servesOwnMemory = false

  /// What a worker's private memory is measured from; nil for that of the process itself, where the framework's own code is its subject.
  var emptyWorker: EmptyWorker?

  /// Sandboxes that are set up and idle.
  var enclosures = EnclosurePool()

  /// For the worker that others are measured from.
  var withoutMeasure: WorkerSandbox {
    var sandbox = self
    sandbox.emptyWorker = nil
    return sandbox
  }

  /// Starts a worker in a sandbox that is set up already, if one is idle.
  func start(
    _ binary: FilePath, channel: SharedMemory, heap: SharedMemory, tables: SharedMemory? = nil
  ) throws(SandboxError) -> ConfinedWorker {
    var limits = limits
    // The worker meets the end of its memory by a call that fails; this is for what gets past that.
    if servesOwnMemory { limits.memoryBytes = max(limits.memoryBytes, heap.size + heap.size / 8) }
    var confinement = try view(limits)
    confinement.inheritedDescriptors = [
      Confinement.InheritedDescriptor(channel.descriptor, as: Channel.descriptor),
      Confinement.InheritedDescriptor(heap.descriptor, as: Channel.heapDescriptor),
    ]
    if let tables {
      confinement.inheritedDescriptors.append(
        Confinement.InheritedDescriptor(tables.descriptor, as: TableDirectory.descriptor))
    }
    let file: FileDescriptor
    do { file = try FileDescriptor.open(binary, .readOnly, options: .closeOnExec) } catch {
      throw .notExecutable(binary, "\(error)")
    }
    defer { try? file.close() }
    let program = Program.file(file, name: binary.lastComponent?.string ?? "worker")
    let enclosure = try enclosures.take(for: confinement)
    do throws(SandboxError) {
      return ConfinedWorker(try enclosure.start(program, arguments, in: confinement), enclosure, enclosures)
    } catch .setUpFailed {
      // One that has broken down meanwhile is replaced once.
      let other = try Enclosure(confinement)
      return ConfinedWorker(try other.start(program, arguments, in: confinement), other, enclosures)
    }
  }

  /// Sets up sandboxes ahead of their use.
  func prepare(_ count: Int) throws(SandboxError) {
    let confinement = try view(limits)
    for _ in 0..<count { enclosures.give(try Enclosure(confinement)) }
  }

  /// Nothing at all, or what a worker needs that loads libraries.
  private func view(_ limits: Limits) throws(SandboxError) -> Confinement {
    var confinement = Confinement(limits: limits, profile: .worker)
    confinement.allowWeak = allowWeak
    // The runtime asks `/proc` where it is, unless told.
    confinement.environment["SWIFT_ROOT"] = "/"
    // So the same requests get the same answers from those too who keep a dictionary.
    confinement.environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    guard !arguments.isEmpty else {
      confinement.isBare = true
      return confinement
    }
    // Libraries that were made to be loaded with a program want more room for their threads' variables than is kept for others.
    confinement.environment["GLIBC_TUNABLES"] = "glibc.rtld.optional_static_tls=65536"
    confinement.addSystemView()
    _ = try confinement.addSwiftToolchain()
    confinement.readOnly += bindings
    return confinement
  }
}

/// A worker's process, and the sandbox that is given back when nothing is left of it.
struct ConfinedWorker: Sendable {
  let process: ConfinedProcess
  private let enclosure: Enclosure
  private let pool: EnclosurePool

  init(_ process: ConfinedProcess, _ enclosure: Enclosure, _ pool: EnclosurePool) {
    self.process = process
    self.enclosure = enclosure
    self.pool = pool
  }

  /// Ends it, and says how it ended. Once only.
  func end() -> Termination {
    process.terminate()
    let termination = process.wait()
    pool.give(enclosure)
    return termination
  }
}

/// Sandboxes of one submission that wait for the next worker. Each runs one worker after the other, so that no two workers of a
/// submission ever are in the same one at the same time.
final class EnclosurePool: Sendable {
  private let idle = Mutex<[Enclosure]>([])

  /// One with the same view, an idle one if there is.
  func take(for confinement: Confinement) throws(SandboxError) -> Enclosure {
    let found = idle.withLock { idle -> Enclosure? in
      guard let place = idle.firstIndex(where: { $0.suits(confinement) }) else { return nil }
      return idle.remove(at: place)
    }
    if let found { return found }
    return try Enclosure(confinement)
  }

  func give(_ enclosure: Enclosure) { idle.withLock { $0.append(enclosure) } }
}
