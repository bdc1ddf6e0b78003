internal import CPlatform
internal import Glibc
internal import SystemPackage

/// A confined process that has just replaced bwrap's image by the program's, and what is needed to watch it.
///
///     judge ── bwrap (outside the namespaces; dies with the judge's thread)
///                └─ init: pid 1 inside, stopped for good, traced by the judge (dies with the judge's thread)
///                     └─ payload: pid 2 inside, the program
///
/// Since init never runs again, the payload stays a zombie after its end until the judge has read how it ended;
/// and when init is killed, the kernel kills everything in the namespace before init itself is gone.
struct Launched {
  /// The process that the judge itself started: bwrap, or the payload where there is no isolation.
  let outer: pid_t
  /// Nil where there is no isolation.
  let initial: pid_t?
  let payload: pid_t
  let payloadDescriptor: Descriptor
  let memory: Descriptor
  let stat: Descriptor
  let output: Descriptor
  let errors: Descriptor
}

/// Starts a confined process. All of it has to run on one thread, which must outlive the process: tracing is a
/// thread's, and so is "dies with its parent".
struct Launcher {
  let program: FilePath
  let arguments: [String]
  let confinement: Confinement
  /// Nil: no bubblewrap, or it does not work here.
  let bubblewrap: FilePath?
  let isRoot = geteuid() == 0

  func launch() throws(SandboxError) -> Launched {
    if isRoot {
      for binding in confinement.writable {
        let user = Confinement.unprivilegedUser
        let result = unsafe binding.host.withPlatformString { unsafe lchown($0, user, user) }
        guard result == 0 else { throw .system(call: "lchown \(binding.host)", Errno(rawValue: errno)) }
      }
    }
    if let bubblewrap { return try launch(through: bubblewrap) }
    return try launchUnisolated()
  }

  // MARK: - Isolated

  private func launch(through bubblewrap: FilePath) throws(SandboxError) -> Launched {
    let output = try Descriptor.pipe()
    let errors = try Descriptor.pipe()
    let information = try Descriptor.pipe()
    let gate = try Descriptor.pipe()
    let filter = try Descriptor.memory("seccomp", SeccompFilter.program(for: confinement.profile))
    let staging = try isRoot ? Staging(of: confinement) : Staging()
    let options = Bubblewrap(program: bubblewrap).options(for: confinement, source: staging.source(of:))
    let optionFile = try Descriptor.memory("arguments", options)
    var own: [(Descriptor, Int32)] = [
      (try Descriptor.open("/dev/null", O_RDONLY), 0), (output.writing, 1), (errors.writing, 2),
      (optionFile, Bubblewrap.Number.arguments), (filter, Bubblewrap.Number.seccomp),
      (information.writing, Bubblewrap.Number.information), (gate.reading, Bubblewrap.Number.gate),
    ]
    for inherited in confinement.inheritedDescriptors {
      own.append((try Descriptor.duplicate(inherited.descriptor.rawValue), inherited.number))
    }
    // Above every number inside, so that placing one never closes another.
    var placed: [(Descriptor, Int32)] = []
    for (descriptor, number) in own { placed.append((try descriptor.duplicate(), number)) }
    own = []
    let spawn = Spawn(
      program: bubblewrap,
      arguments: ["--args", "\(Bubblewrap.Number.arguments)", "--", program.string] + arguments,
      descriptors: placed.map { ($0.0.number, $0.1) }, user: isRoot ? Confinement.unprivilegedUser : 0,
      staged: staging.mounts)
    let outer = try spawn.start()
    placed = []
    output.writing.close()
    errors.writing.close()
    information.writing.close()
    gate.reading.close()
    var known: pid_t?
    do throws(SandboxError) {
      let initial = try initialProcess(information.reading, errors.reading)
      known = initial
      try check("ptrace", cp_trace_seize_forks(initial))
      gate.writing.write([1])
      let payload = try forkedPayload(of: initial, errors.reading)
      var resources = resources
      try check("prlimit", unsafe cp_limit(payload, isRoot ? Confinement.unprivilegedUser : 0, &resources))
      return try executed(
        payload, outer: outer, initial: initial, output: output.reading, errors: errors.reading)
    } catch {
      if let known { Self.endNamespace(of: known) }
      kill(outer, SIGKILL)
      _ = waitpid(outer, nil, 0)
      throw error
    }
  }

  /// What bwrap tells of its child, `{ "child-pid": 123, … }`, before it lets it go on.
  private func initialProcess(_ information: Descriptor, _ errors: Descriptor) throws(SandboxError) -> pid_t {
    var text: [UInt8] = []
    while !text.contains(UInt8(ascii: "}")) {
      guard information.waitUntilReadable(milliseconds: 10_000) else { throw .setUpFailed("bwrap does not answer") }
      guard let part = information.read(), !part.isEmpty else { throw .setUpFailed(message(errors)) }
      text += part
    }
    let digits = text.drop { $0 != UInt8(ascii: ":") }.drop { !(48...57).contains($0) }.prefix {
      (48...57).contains($0)
    }
    guard let process = ProcessStatistics.integer(digits) else { throw .setUpFailed("bwrap did not tell its child") }
    return pid_t(process)
  }

  private func forkedPayload(of initial: pid_t, _ errors: Descriptor) throws(SandboxError) -> pid_t {
    while true {
      let status = try stopped(initial)
      guard status & 0xff == 0x7f else { throw .setUpFailed(message(errors)) }
      if cp_trace_event(status) == cp_event_fork {
        let payload = cp_trace_child(initial)
        guard payload > 0 else { throw .system(call: "ptrace", Errno(rawValue: -payload)) }
        _ = try stopped(payload)
        return payload
      }
      try check("ptrace", cp_trace_continue(initial))
    }
  }

  /// Lets init close its descriptors and tie itself to its parent, up to where it would wait for its child.
  private func stopBeforeWaiting(_ initial: pid_t) throws(SandboxError) {
    repeat {
      try check("ptrace", cp_trace_to_system_call(initial))
      let status = try stopped(initial)
      guard status & 0xff == 0x7f else { throw .setUpFailed("the first process inside ended") }
    } while cp_trace_system_call(initial) != cp_call_wait4
  }

  /// When the first process of a namespace is killed, the kernel kills all others before it is gone.
  static func endNamespace(of initial: pid_t) {
    var status: Int32 = 0
    kill(initial, SIGKILL)
    // Its tracer has to see its end before its parent can. __WALL
    while unsafe waitpid(initial, &status, 0x4000_0000) == initial, status & 0xff == 0x7f {}
  }

  // MARK: - Without isolation

  private func launchUnisolated() throws(SandboxError) -> Launched {
    let output = try Descriptor.pipe()
    let errors = try Descriptor.pipe()
    let gate = try Descriptor.pipe()
    var placed: [(Descriptor, Int32)] = [
      (try Descriptor.open("/dev/null", O_RDONLY).duplicate(), 0), (try output.writing.duplicate(), 1),
      (try errors.writing.duplicate(), 2),
    ]
    let waiting = try gate.reading.duplicate()
    placed.append((waiting, Bubblewrap.Number.gate))
    for inherited in confinement.inheritedDescriptors {
      placed.append((try Descriptor.duplicate(inherited.descriptor.rawValue), inherited.number))
    }
    let insides = (confinement.readOnly + confinement.writable).map(\.inside)
    func outside(_ text: String) -> String {
      let path = FilePath(text)
      return insides.contains { path.starts(with: $0) } ? confinement.hostPath(of: path).string : text
    }
    let spawn = Spawn(
      program: confinement.hostPath(of: program), arguments: arguments.map(outside),
      environment: confinement.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\(outside($0.value))" },
      descriptors: placed.map { ($0.0.number, $0.1) }, user: isRoot ? Confinement.unprivilegedUser : 0,
      filter: try SeccompFilter.program(for: confinement.profile), limits: resources, gate: waiting.number,
      directory: confinement.hostPath(of: confinement.workingDirectory))
    let payload = try spawn.start()
    placed = []
    output.writing.close()
    errors.writing.close()
    gate.reading.close()
    do throws(SandboxError) {
      try check("ptrace", cp_trace_seize_forks(payload))
      gate.writing.write([1])
      return try executed(payload, outer: payload, initial: nil, output: output.reading, errors: errors.reading)
    } catch {
      kill(payload, SIGKILL)
      _ = waitpid(payload, nil, 0)
      throw error
    }
  }

  // MARK: - Common

  /// Lets the stopped payload run until the program has been executed, then lets it go.
  private func executed(
    _ payload: pid_t, outer: pid_t, initial: pid_t?, output: Descriptor, errors: Descriptor
  ) throws(SandboxError) -> Launched {
    let launched = Launched(
      outer: outer, initial: initial, payload: payload, payloadDescriptor: try Descriptor.process(payload),
      memory: try Descriptor.open(FilePath("/proc/\(payload)/statm"), O_RDONLY),
      stat: try Descriptor.open(FilePath("/proc/\(payload)/stat"), O_RDONLY), output: output, errors: errors)
    if let initial {
      // Both at once: the payload on its way to the program, and init to where it stays.
      try check("ptrace", cp_trace_continue(payload))
      try stopBeforeWaiting(initial)
    }
    while true {
      let status = try stopped(payload)
      guard status & 0xff == 0x7f else { throw .notExecutable(program, message(errors)) }
      if cp_trace_event(status) == cp_event_exec { break }
      try check("ptrace", cp_trace_continue(payload))
    }
    try check("ptrace", cp_trace_detach(payload))
    output.setNonBlocking()
    errors.setNonBlocking()
    return launched
  }

  private var resources: cp_limits {
    let limits = confinement.limits
    // The supervisor sees more memory or time first, and ends the process with the reason known; these hold where it
    // comes late.
    let memory = UInt64(limits.memoryBytes) * 2 + 64 << 20
    let seconds = UInt64(limits.cpuSeconds.rounded(.up)) + 1
    let descriptors: UInt64 = confinement.profile == .worker ? 64 : 1024
    return cp_limits(
      cpu_seconds: seconds, data_bytes: memory, address_space_bytes: memory + inheritedBytes + 4 << 30,
      file_bytes: UInt64(limits.fileBytes), descriptors: descriptors, stack_bytes: 8 << 20,
      // The kernel counts in the user namespace: the payload's and init. Without one it would count all of the user's.
      processes: bubblewrap == nil ? 0 : UInt64(limits.processes) + 1)
  }

  private var inheritedBytes: UInt64 {
    confinement.inheritedDescriptors.reduce(0) { $0 + UInt64(max(0, size(of: $1).bytes)) }
  }

  /// A child's next status, traced or not.
  private func stopped(_ process: pid_t) throws(SandboxError) -> Int32 {
    var status: Int32 = 0
    // __WALL
    while unsafe waitpid(process, &status, 0x4000_0000) < 0 {
      guard errno == EINTR else { throw .system(call: "waitpid", Errno(rawValue: errno)) }
    }
    return status
  }

  private func message(_ errors: Descriptor) -> String {
    guard errors.waitUntilReadable(milliseconds: 1000), let bytes = errors.read(atMost: 4096), !bytes.isEmpty else {
      return "it ended without a message"
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
  }

  private func check(_ call: String, _ error: Int32) throws(SandboxError) {
    guard error == 0 else { throw .system(call: call, Errno(rawValue: error)) }
  }
}

/// The size of the file behind an inherited descriptor, and the memory or disk that it takes.
func size(of inherited: Confinement.InheritedDescriptor) -> (bytes: Int, touched: Int) {
  var status = stat()
  guard unsafe fstat(inherited.descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    return (0, 0)
  }
  return (Int(status.st_size), Int(status.st_blocks) * 512)
}
