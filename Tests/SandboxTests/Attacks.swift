import Glibc
import Sandbox
import Synchronization
import SystemPackage

/// A C program with many bad habits, compiled once: its first argument says which one to show.
enum Attacks {
  /// `nonisolated` and made once: the path of the executable, or why there is none.
  static let program: Result<FilePath, TestProblem> = {
    do {
      let directory = try TemporaryDirectory.make()
      let source = directory.appending("attacks.c")
      let executable = directory.appending("attacks")
      try write(Array(AttackSource.text.utf8), to: source)
      try run(["clang", "-O0", "-static", "-pthread", "-w", "-o", executable.string, source.string])
      return .success(executable)
    } catch let problem as TestProblem {
      return .failure(problem)
    } catch {
      return .failure(TestProblem("\(error)"))
    }
  }()
}

struct TestProblem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

enum TemporaryDirectory {
  /// Reachable by everyone, so that the unprivileged user can be given it.
  static func make() throws -> FilePath {
    var template = Array("/tmp/sandbox-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw TestProblem("mkdtemp: \(errno)") }
    let path = template.withUnsafeBufferPointer { FilePath(String(cString: $0.baseAddress!)) }
    chmod(path.string, 0o755)
    made.withLock { $0.append(path) }
    _ = cleanUp
    return path
  }

  private static let made = Mutex<[FilePath]>([])

  /// Registered once: what the tests made goes when the last has ended.
  private static let cleanUp: Void = {
    atexit { TemporaryDirectory.removeAll() }
  }()

  static func removeAll() { try? run(["rm", "-rf"] + made.withLock { $0.map(\.string) }) }
}

func write(_ bytes: [UInt8], to path: FilePath) throws {
  let file = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate], permissions: FilePermissions(rawValue: 0o644))
  try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// Runs a tool of the host's, outside of any confinement.
func run(_ command: [String]) throws {
  var arguments = command.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
  defer { for argument in arguments { free(argument) } }
  var process = pid_t()
  let error = posix_spawnp(&process, command[0], nil, nil, &arguments, environ)
  guard error == 0 else { throw TestProblem("\(command[0]): \(error)") }
  var status: Int32 = 0
  waitpid(process, &status, 0)
  guard status == 0 else { throw TestProblem("\(command) ended with \(status)") }
}

/// How many processes of the host go by a name.
func running(_ command: String) throws -> Int {
  guard let directory = opendir("/proc") else { throw TestProblem("/proc cannot be read") }
  defer { closedir(directory) }
  var count = 0
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    guard Int(name) != nil, let file = try? FileDescriptor.open("/proc/\(name)/stat", .readOnly) else { continue }
    var bytes = [UInt8](repeating: 0, count: 256)
    let length = (try? file.closeAfter { try bytes.withUnsafeMutableBytes { try file.read(into: $0) } }) ?? 0
    if String(decoding: bytes.prefix(length), as: UTF8.self).contains("(\(command))") { count += 1 }
  }
  return count
}
