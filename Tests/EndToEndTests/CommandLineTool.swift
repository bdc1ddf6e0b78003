import Glibc
import Judging
import SystemPackage
import Testing

/// Tests that run the built program: one after the other, so that none takes another's time away. Those that take the longest.
@Suite(.serialized) enum EndToEnd {}

/// The other tests that run the built program, beside the first on the second processor.
@Suite(.serialized) enum EndToEndBeside {}

/// The built `alloclab`, run as a user would run it.
enum CommandLineTool {
  /// What came of a run.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// Output and errors together, for the failure's message.
    var all: String { "status \(status)\n\(output)\(errors)" }
    var hasEscapes: Bool { (output + errors).utf8.contains(0x1b) }
  }

  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// The package's folder.
  static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

  /// A cache of the tests' own, so that what is left in it can be told apart; gone when the tests are.
  static let cache: FilePath = {
    let folder = FilePath("/tmp/alloclab-tests-\(getpid())")
    try? Files.makePrivateDirectory(folder)
    setenv("ALLOCLAB_CACHE", folder.string, 1)
    unsetenv("ALLOCLAB_ROOT")
    keepSafetyPrograms(from: kept, in: folder)
    atexit {
      let folder = FilePath("/tmp/alloclab-tests-\(getpid())")
      CommandLineTool.keepSafetyPrograms(from: folder, in: CommandLineTool.kept)
      Files.remove(folder)
    }
    return folder
  }()

  /// Beside the built tests: what takes half a minute to build, and is named after what it is built from.
  private static let kept: FilePath =
    (Files.realPath("/proc/self/exe")?.removingLastComponent() ?? root).appending("kept-for-tests")

  /// Copies the programs that read submissions, so that not every run of the tests begins with building one.
  static func keepSafetyPrograms(from folder: FilePath, in other: FilePath) {
    try? Files.makeDirectory(other)
    for name in Files.names(in: folder)
    where ["safety-check-", "mutator-", "token-lister-"].contains(where: name.hasPrefix)
      && !Files.exists(other.appending(name))
    {
      guard let bytes = try? Files.read(folder.appending(name)) else { continue }
      // Whole, or not there.
      let part = other.appending("part-\(getpid())")
      guard (try? Files.write(bytes, to: part)) != nil, chmod(part.string, 0o755) == 0 else { continue }
      rename(part.string, other.appending(name).string)
    }
  }

  static func program() throws -> FilePath {
    guard let program = Files.realPath("/proc/self/exe")?.removingLastComponent().appending("alloclab"),
      Files.exists(program)
    else { throw Problem(description: "alloclab is not beside the tests; build it with the same configuration") }
    return program
  }

  /// Runs the program with its standard output and errors in files, and ends it after `seconds`; `timeout` then gives 124.
  static func run(_ arguments: String..., in folder: FilePath = root, seconds: Int = 120) throws -> Result {
    try run(arguments, in: folder, seconds: seconds)
  }

  /// - Parameters:
  ///   - cache: another cache than the tests' own.
  ///   - variables: of the environment, like `NAME=value`.
  static func run(
    _ arguments: [String], in folder: FilePath = root, seconds: Int = 120, cache: FilePath? = nil,
    variables: [String] = []
  ) throws -> Result {
    try run(program: program(), arguments, in: folder, seconds: seconds, cache: cache, variables: variables)
  }

  /// Runs any program in the same way.
  static func run(
    program: FilePath, _ arguments: [String], in folder: FilePath = root, seconds: Int = 120, cache: FilePath? = nil,
    variables: [String] = []
  ) throws -> Result {
    let scratch = try Files.makeTemporaryDirectory(in: Self.cache)
    defer { Files.remove(scratch) }
    let (output, errors) = (scratch.appending("output"), scratch.appending("errors"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output.string, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors.string, O_WRONLY | O_CREAT, 0o600)
    let variables = (cache.map { ["ALLOCLAB_CACHE=\($0)"] } ?? []) + variables
    let command =
      ["env", "-C", folder.string] + variables + ["timeout", "-k", "5", "\(seconds)", program.string] + arguments
    var words = command.map { strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let error = posix_spawnp(&process, "env", &actions, nil, &words, environ)
    guard error == 0 else { throw Problem(description: "env: \(Errno(rawValue: error))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return Result(
      status: status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f),
      output: String(decoding: try Files.read(output), as: UTF8.self),
      errors: String(decoding: try Files.read(errors), as: UTF8.self))
  }
}

/// A folder that is gone when the test ends.
final class Workspace {
  let folder: FilePath

  init() throws { folder = try Files.makeTemporaryDirectory(in: CommandLineTool.cache.appending("work")) }
  deinit { Files.remove(folder) }

  /// Writes a file, and the folders above it.
  @discardableResult
  func write(_ text: String, to path: String) throws -> FilePath { try write(Array(text.utf8), to: path) }

  @discardableResult
  func write(_ bytes: [UInt8], to path: String) throws -> FilePath {
    let file = folder.appending(path)
    try Files.makeDirectory(file.removingLastComponent())
    try Files.write(bytes, to: file)
    return file
  }

  /// Copies the files of a folder of the package.
  func copy(_ source: String, to path: String) throws {
    let folder = CommandLineTool.root.appending(source)
    for name in Files.names(in: folder) where !Files.isDirectory(folder.appending(name)) {
      try write(Files.read(folder.appending(name)), to: "\(path)/\(name)")
    }
  }
}
