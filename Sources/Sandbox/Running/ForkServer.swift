internal import CPlatform
internal import Glibc
package import SystemPackage

/// The judge's end of a fork server: the first process of a sandbox, which starts one program after the other in it.
///
///     judge ── bwrap (outside the namespaces; dies with the judge's thread)
///                └─ fork server: process 1 inside (dies with bwrap)
///                     └─ program: process 2 inside
///
/// A program stays a zombie after its end until the judge has read how it ended and asks for `clear`. When the server ends,
/// the kernel ends everything in its namespace. All of it has to run on one thread, which must outlive the server: "dies
/// with its parent" is a thread's.
struct ForkServer {
  /// The process that the judge itself started: bwrap, or the server where there is no isolation.
  private let outer: pid_t
  /// The server, as the judge sees it.
  let process: pid_t
  private let descriptor: Descriptor
  private let socket: Descriptor
  private let errors: Descriptor
  private let isIsolated: Bool
  private let hasFixedIDs: Bool
  private let isRoot = geteuid() == 0

  /// Starts bwrap and the server in it, or the server alone where `bubblewrap` is nil.
  init(_ confinement: Confinement, bubblewrap: FilePath?) throws(SandboxError) {
    if isRoot {
      for binding in confinement.writable {
        let user = Confinement.unprivilegedUser
        let result = unsafe binding.host.withPlatformString { unsafe lchown($0, user, user) }
        guard result == 0 else { throw .system(call: "lchown \(binding.host)", Errno(rawValue: errno)) }
      }
    }
    isIsolated = bubblewrap != nil
    hasFixedIDs = bubblewrap != nil && confinement.profile == .worker
    let program = try Self.program()
    let filter = try Descriptor.memory("seccomp", SeccompFilter.program(for: confinement.profile))
    let ends = try Descriptor.packetSockets()
    let pipe = try Descriptor.pipe()
    var placed: [(Descriptor, Int32)] = []
    for (descriptor, number) in [
      (try Descriptor.open("/dev/null", O_RDONLY), 0), (try Descriptor.open("/dev/null", O_WRONLY), 1),
      (pipe.writing, 2), (ends.other, Int32(cp_server_socket)), (filter, Int32(cp_server_filter)),
    ] {
      placed.append((try descriptor.duplicate(), number))
    }
    if hasFixedIDs, let file = try? Descriptor.open("/proc/sys/kernel/ns_last_pid", O_WRONLY) {
      // What is written there is about the writer's own namespace.
      placed.append((try file.duplicate(), Int32(cp_server_last_id)))
    }
    let user = isRoot ? Confinement.unprivilegedUser : 0
    let spawn: Spawn
    if let bubblewrap {
      let staging = try isRoot ? Staging(of: confinement, and: program) : Staging()
      let options = Bubblewrap(program: bubblewrap).options(
        for: confinement, server: program, source: staging.source(of:))
      placed.append((try Descriptor.memory("arguments", options).duplicate(), Bubblewrap.argumentsNumber))
      spawn = Spawn(
        program: bubblewrap,
        arguments: ["--args", "\(Bubblewrap.argumentsNumber)", "--", Bubblewrap.serverPath.string],
        descriptors: placed.map { ($0.0.number, $0.1) }, user: user, staged: staging.mounts)
    } else {
      // By a descriptor, since the unprivileged user may not reach its folder.
      let number: Int32 = Bubblewrap.argumentsNumber
      placed.append((try Descriptor.open(program, O_RDONLY).duplicate(), number))
      spawn = Spawn(
        program: FilePath("/proc/self/fd/\(number)"), arguments: [], descriptors: placed.map { ($0.0.number, $0.1) },
        user: user)
    }
    socket = ends.own
    errors = pipe.reading
    outer = try spawn.start()
    placed = []
    ends.other.close()
    pipe.writing.close()
    let hello: (descriptor: Descriptor?, peak: Int)
    do throws(SandboxError) { hello = try Self.answer(socket, errors, within: 10_000) } catch {
      kill(outer, SIGKILL)
      _ = waitpid(outer, nil, 0)
      throw error
    }
    guard let server = hello.descriptor, let process = server.describedProcess() else {
      kill(outer, SIGKILL)
      _ = waitpid(outer, nil, 0)
      throw .setUpFailed("the fork server did not say which process it is")
    }
    descriptor = server
    self.process = process
  }

  /// The server's program, which is built beside this one.
  private static func program() throws(SandboxError) -> FilePath {
    let own = resolved("/proc/self/exe")?.removingLastComponent().appending("ForkServer")
    guard let own, unsafe own.withPlatformString({ unsafe access($0, X_OK) }) == 0 else {
      throw .programNotFound("ForkServer, which is built with the package and stands beside this program")
    }
    return own
  }

  /// Starts a program. When it returns, the program has been executed.
  func start(_ program: Program, _ arguments: [String], _ confinement: Confinement) throws(SandboxError) -> Launched {
    let (output, errors) = (try Descriptor.pipe(), try Descriptor.pipe())
    var sent: [(descriptor: Descriptor, number: Int32)] = [
      (try Descriptor.open("/dev/null", O_RDONLY), 0), (output.writing, 1), (errors.writing, 2),
    ]
    for inherited in confinement.inheritedDescriptors {
      sent.append((try Descriptor.duplicate(inherited.descriptor.rawValue), inherited.number))
    }
    var numbers = sent.map(\.descriptor.number)
    var strings = [place(program.path, in: confinement), place(confinement.workingDirectory.string, in: confinement)]
    strings += arguments.map { place($0, in: confinement) }
    strings += confinement.environment.sorted { $0.key < $1.key }.map {
      "\($0.key)=\(place($0.value, in: confinement))"
    }
    let text = strings.flatMap { (string: String) -> [UInt8] in Array(string.utf8) + [0] }
    guard text.count <= cp_server_text_limit else {
      throw .setUpFailed("the program's arguments are longer than \(cp_server_text_limit) bytes")
    }
    let file: Int32? = if case .file(let descriptor, _) = program { descriptor.rawValue } else { nil }
    if let file { numbers.append(file) }
    let error = unsafe withUnsafeTemporaryAllocation(of: cp_server_request.self, capacity: 1) { buffer in
      // Safe: one request, whose bytes are set here as far as they are sent.
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      guard let start = bytes.baseAddress else { return EINVAL }
      let prefix = bytes.count - Int(cp_server_text_limit)
      unsafe memset(start, 0, prefix)
      unsafe buffer[0].kind = UInt32(cp_server_start)
      unsafe buffer[0].argument_count = UInt32(arguments.count)
      unsafe buffer[0].environment_count = UInt32(confinement.environment.count)
      unsafe buffer[0].descriptor_count = UInt32(sent.count)
      unsafe withUnsafeMutableBytes(of: &buffer[0].numbers) { all in
        for (place, item) in sent.enumerated() {
          unsafe all.storeBytes(of: item.number, toByteOffset: 4 * place, as: Int32.self)
        }
      }
      unsafe buffer[0].has_program = file == nil ? 0 : 1
      unsafe buffer[0].has_fixed_id = hasFixedIDs ? 1 : 0
      unsafe buffer[0].limits = resources(confinement)
      unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[prefix...]).copyBytes(from: text)
      return unsafe cp_send_packet(
        socket.number, start, UInt64(prefix + text.count), numbers, Int32(numbers.count))
    }
    guard error == 0 else { throw .setUpFailed("the fork server is gone: \(Errno(rawValue: error))") }
    let started: (descriptor: Descriptor?, peak: Int)
    do throws(SandboxError) { started = try Self.answer(socket, self.errors, within: 10_000) } catch {
      if case .system(_, let reason) = error { throw .notExecutable(FilePath(program.path), "\(reason)") }
      throw error
    }
    guard let descriptor = started.descriptor, let process = descriptor.describedProcess() else {
      throw .setUpFailed("the fork server did not say which process it started")
    }
    output.reading.setNonBlocking()
    errors.reading.setNonBlocking()
    return Launched(
      server: isIsolated ? self.process : nil, payload: process, payloadDescriptor: descriptor,
      memory: try Descriptor.open(FilePath("/proc/\(process)/statm"), O_RDONLY),
      stat: try Descriptor.open(FilePath("/proc/\(process)/stat"), O_RDONLY), output: output.reading,
      errors: errors.reading)
  }

  /// Ends all programs inside, and waits until they are gone.
  ///
  /// - Returns: the most resident memory that the program had, in bytes.
  func clear() throws(SandboxError) -> Int {
    // A request without its text.
    let error = unsafe withUnsafeTemporaryAllocation(of: cp_server_request.self, capacity: 1) { buffer in
      let count = MemoryLayout<cp_server_request>.size - Int(cp_server_text_limit)
      guard let start = buffer.baseAddress else { return EINVAL }
      // Safe: the request is longer than what is set and sent.
      unsafe memset(start, 0, count)
      unsafe buffer[0].kind = UInt32(cp_server_clear)
      return unsafe cp_send_packet(socket.number, start, UInt64(count), nil, 0)
    }
    guard error == 0 else { throw .setUpFailed("the fork server is gone: \(Errno(rawValue: error))") }
    return try Self.answer(socket, errors, within: 10_000).peak
  }

  /// Ends the server, and with it everything inside; waits until it is gone.
  func end() {
    // By its descriptor: its number may be another's by now.
    _ = cp_signal(descriptor.number, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(outer, &status, 0) < 0, errno == EINTR {}
  }

  // MARK: - Parts

  /// An answer of the server's; its errors are thrown as those of a system call.
  private static func answer(
    _ socket: Descriptor, _ errors: Descriptor, within milliseconds: Int32
  ) throws(SandboxError) -> (descriptor: Descriptor?, peak: Int) {
    guard socket.waitUntilReadable(milliseconds: milliseconds) else { throw .setUpFailed("bwrap does not answer") }
    var answer = cp_server_answer()
    var number: Int32 = -1
    let error = unsafe cp_receive_answer(socket.number, &answer, &number)
    let descriptor = number >= 0 ? Descriptor(number) : nil
    guard error == 0 else { throw .setUpFailed(message(errors)) }
    guard answer.error == 0 else { throw .system(call: "start", Errno(rawValue: answer.error)) }
    return (descriptor, Int(clamping: answer.peak_kibibytes) << 10)
  }

  private static func message(_ errors: Descriptor) -> String {
    guard errors.waitUntilReadable(milliseconds: 1000), let bytes = errors.read(atMost: 4096), !bytes.isEmpty else {
      return "it ended without a message"
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").joined(separator: "; ")
  }

  /// A text that is, or begins with, a path inside: as it is found where there is no inside.
  private func place(_ text: String, in confinement: Confinement) -> String {
    guard !isIsolated else { return text }
    let path = FilePath(text)
    let insides = (confinement.readOnly + confinement.writable).map(\.inside)
    return insides.contains { path.starts(with: $0) } ? confinement.hostPath(of: path).string : text
  }

  private func resources(_ confinement: Confinement) -> cp_limits {
    let limits = confinement.limits
    // The supervisor sees more memory or time first, and ends the process with the reason known; these hold where it
    // comes late.
    let memory = UInt64(limits.memoryBytes) * 2 + 64 << 20
    let seconds = UInt64(limits.cpuSeconds.rounded(.up)) + 1
    let descriptors: UInt64 = confinement.profile == .worker ? 64 : 1024
    let inherited = confinement.inheritedDescriptors.reduce(0) { $0 + UInt64(max(0, size(of: $1).bytes)) }
    return cp_limits(
      cpu_seconds: seconds, data_bytes: memory, address_space_bytes: memory + inherited + 4 << 30,
      file_bytes: UInt64(limits.fileBytes), descriptors: descriptors, stack_bytes: 8 << 20,
      // The kernel counts in the user namespace: the program's and the server. Without one it would count all of the user's.
      processes: isIsolated ? UInt64(limits.processes) + 1 : 0)
  }
}

/// A program that has been executed, and what is needed to watch it.
struct Launched {
  /// The first process of its namespace; nil where there is none.
  let server: pid_t?
  let payload: pid_t
  let payloadDescriptor: Descriptor
  let memory: Descriptor
  let stat: Descriptor
  let output: Descriptor
  let errors: Descriptor
}

/// What is to be executed.
package enum Program: Sendable {
  /// A path inside.
  case path(FilePath)
  /// An open file, which need not be there inside, and what to call it.
  case file(FileDescriptor, name: String)

  var path: String {
    switch self {
    case .path(let path): path.string
    case .file(_, let name): name
    }
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
