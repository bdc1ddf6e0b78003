import Glibc
import SystemPackage

/// A program that was started.
struct RecordingProcess: Sendable {
  let identifier: pid_t

  /// How a program ended, and what it took.
  struct End: Sendable {
    /// As a shell gives it: the exit status, or 128 and the number of the signal that ended it.
    var status: Int32
    /// The signal that ended it, or nil.
    var signal: Int32?
    /// User and system time of the program and of the children that it waited for.
    var processorSeconds: Double
  }

  /// Starts a program, found in PATH unless its name has a slash; `output` takes what it prints, both streams.
  init(
    starting arguments: [String], environment: [String], output: FilePath? = nil
  ) throws(RecordingError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let output {
      // Safe: the string lives through the call, which copies it.
      _ = unsafe output.withPlatformString {
        unsafe posix_spawn_file_actions_addopen(&actions, 1, $0, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      }
      unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    var identifier: pid_t = 0
    let program = arguments.first ?? ""
    // Safe: the strings, and the arrays of pointers to them, live through the call.
    let errno = unsafe program.withCString { program in
      unsafe Self.withPointers(to: arguments) { arguments in
        unsafe Self.withPointers(to: environment) { environment in
          unsafe posix_spawnp(&identifier, program, &actions, nil, arguments, environment)
        }
      }
    }
    guard errno == 0 else { throw .launch(program: program, errno: Errno(rawValue: errno)) }
    self.identifier = identifier
  }

  /// Waits for the end.
  func wait() -> End {
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(identifier, &status, 0, &usage) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    let microseconds =
      (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
      + Int(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    return End(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, signal: signal == 0 ? nil : signal,
      processorSeconds: Double(microseconds) / 1e6)
  }

  /// Whether a process runs: it exists and is more than an exit status that nobody has read.
  static func isRunning(_ process: UInt32) -> Bool {
    guard let file = try? TraceFile(reading: FilePath("/proc/\(process)/stat")),
      let bytes = try? file.read(at: 0, count: 1024), let end = bytes.lastIndex(of: UInt8(ascii: ")")),
      end + 2 < bytes.count
    else { return false }
    return bytes[end + 2] != UInt8(ascii: "Z") && bytes[end + 2] != UInt8(ascii: "X")
  }

  /// The processes that were started with a variable in their environment, as far as this user may look.
  static func all(carrying variable: String) -> [UInt32] {
    ((try? RecordingSystem.names(in: "/proc")) ?? []).compactMap { UInt32($0) }.filter { process in
      guard process != UInt32(getpid()), let file = try? TraceFile(reading: FilePath("/proc/\(process)/environ")),
        let bytes = try? file.read(at: 0, count: 1 << 20)
      else { return false }
      return bytes.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
    }
  }

  /// Calls `body` with a C array of C strings, ended by null.
  private static func withPointers<Result>(
    to strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
      // Safe: the array ends with null, so it is not empty.
      unsafe body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}
