internal import CPlatform
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A descriptor that is closed with its owner, or before.
final class Descriptor: Sendable {
  let number: Int32
  private let isOpen = Atomic(true)

  init(_ number: Int32) { self.number = number }

  deinit { close() }

  func close() {
    if isOpen.exchange(false, ordering: .relaxed) { Glibc.close(number) }
  }

  /// Both ends of a new pipe.
  static func pipe() throws(SandboxError) -> (reading: Descriptor, writing: Descriptor) {
    var ends: (reading: Int32, writing: Int32) = (-1, -1)
    let error = unsafe cp_pipe(&ends.reading, &ends.writing)
    guard error == 0 else { throw .system(call: "pipe2", Errno(rawValue: error)) }
    return (Descriptor(ends.reading), Descriptor(ends.writing))
  }

  /// Both ends of a socket of packets.
  static func packetSockets() throws(SandboxError) -> (own: Descriptor, other: Descriptor) {
    var ends: (own: Int32, other: Int32) = (-1, -1)
    let error = unsafe cp_packet_sockets(&ends.own, &ends.other)
    guard error == 0 else { throw .system(call: "socketpair", Errno(rawValue: error)) }
    return (Descriptor(ends.own), Descriptor(ends.other))
  }

  static func open(_ path: FilePath, _ flags: Int32) throws(SandboxError) -> Descriptor {
    let number = unsafe path.withPlatformString { name in unsafe Glibc.open(name, flags | O_CLOEXEC) }
    guard number >= 0 else { throw .system(call: "open \(path)", Errno(rawValue: errno)) }
    return Descriptor(number)
  }

  /// A memory file that holds `bytes`, its offset at the start.
  static func memory(_ name: String, _ bytes: [UInt8]) throws(SandboxError) -> Descriptor {
    let descriptor = try checked("memfd_create", unsafe cp_memory_file(name, 0))
    guard descriptor.write(bytes), lseek(descriptor.number, 0, SEEK_SET) == 0 else {
      throw .system(call: "write", Errno(rawValue: errno))
    }
    return descriptor
  }

  static func event() throws(SandboxError) -> Descriptor { try checked("eventfd", cp_event_descriptor()) }

  private static func checked(_ call: String, _ number: Int32) throws(SandboxError) -> Descriptor {
    guard number >= 0 else { throw .system(call: call, Errno(rawValue: -number)) }
    return Descriptor(number)
  }

  /// A duplicate with a number that no process inside is given.
  func duplicate() throws(SandboxError) -> Descriptor {
    try Self.duplicate(number)
  }

  static func duplicate(_ number: Int32) throws(SandboxError) -> Descriptor {
    let copy = fcntl(number, F_DUPFD_CLOEXEC, 64)
    guard copy >= 0 else { throw .system(call: "fcntl", Errno(rawValue: errno)) }
    return Descriptor(copy)
  }

  func setNonBlocking() { _ = fcntl(number, F_SETFL, O_NONBLOCK) }

  /// Whether all bytes were written.
  @discardableResult func write(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      // Safe: the range lies within the array's buffer.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        return unsafe Glibc.write(number, rest.baseAddress, rest.count)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Some bytes; empty at the end; nil where there are none now, or on an error.
  func read(atMost limit: Int = 65536) -> [UInt8]? {
    while true {
      var failed = false
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        let result = unsafe Glibc.read(number, buffer.baseAddress, limit)
        failed = result < 0
        count = max(0, result)
      }
      if failed && errno == EINTR { continue }
      return failed ? nil : bytes
    }
  }

  /// The first bytes of a file of the kernel's, written anew at every reading.
  func readFromStart(atMost limit: Int = 4096) -> [UInt8]? {
    var failed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let result = unsafe pread(number, buffer.baseAddress, limit, 0)
      failed = result < 0
      count = max(0, result)
    }
    return failed ? nil : bytes
  }

  /// All bytes up to the end, of a file that gives them in pieces, as those of `/proc` do; at most `limit`.
  func readToEnd(atMost limit: Int) -> [UInt8]? {
    var all: [UInt8] = []
    while all.count < limit {
      var failed = false
      let start = all.count
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        let result = unsafe pread(number, buffer.baseAddress, 65_536, start)
        failed = result < 0
        count = max(0, result)
      }
      if failed { return nil }
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }

  /// Makes an event readable.
  func signal() { write([1, 0, 0, 0, 0, 0, 0, 0]) }

  /// Makes an event unreadable again.
  func drain() { _ = read(atMost: 8) }

  /// The process that a process's descriptor is about, as this process sees it; nil where it is gone.
  func describedProcess() -> pid_t? {
    guard let file = try? Descriptor.open(FilePath("/proc/self/fdinfo/\(number)"), O_RDONLY),
      let text = file.readFromStart(),
      let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("Pid:") }),
      let process = pid_t(line.dropFirst(4).drop { $0 == "\t" || $0 == " " }), process > 0
    else { return nil }
    return process
  }

  /// Waits until it is readable or hung up; false after `milliseconds` (-1: without limit).
  func waitUntilReadable(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = unsafe poll(&entry, 1, milliseconds)
      if ready < 0 && errno == EINTR { continue }
      return ready > 0
    }
  }
}
