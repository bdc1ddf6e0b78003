import Glibc
import Testing

/// A folder of its own for a test, and what commands write into it.
struct ScratchFolder {
  let path: String

  init(_ purpose: String) throws {
    var template = Array("/tmp/alloclab-\(purpose)-XXXXXX".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
  }

  /// Removes the folder with all files in it; there are no folders in it.
  func remove() {
    if let listing = opendir(path) {
      while let entry = readdir(listing) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(listing)
    }
    rmdir(path)
  }

  /// What a file of the folder holds.
  func text(_ name: String) throws -> String {
    let file = try #require(fopen("\(path)/\(name)", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }

  func run(_ command: String...) throws { try run(command, into: nil) }

  /// Runs a command to its end, which has to be a good one; what it prints goes to a file of the folder.
  func run(_ command: [String], into output: String?) throws {
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // A debugger waits for signals, which whoever runs tests may have blocked; and nothing is to be asked.
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    if let output {
      posix_spawn_file_actions_addopen(&actions, 1, "\(path)/\(output)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    var process: pid_t = 0
    try #require(posix_spawnp(&process, command[0], &actions, &attributes, &arguments, environ) == 0, "\(command[0])")
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {}
    try #require(status == 0, "\(command.joined(separator: " ")) ended with \(status)")
  }
}
