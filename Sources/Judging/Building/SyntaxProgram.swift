import Sandbox
import SystemPackage
import Traces

/// A program that reads Swift as the compiler does: built once from a folder of `Sources` with the toolchain at hand, whose own parser
/// it is linked with, kept in the cache, and run confined.
struct SyntaxProgram: Sendable {
  /// The program on the host.
  let file: FilePath
  private let allowWeak: Bool

  /// How much building it may use: the parser's interfaces are compiled too.
  private static let limits = Limits(
    cpuSeconds: 240, wallSeconds: 480, memoryBytes: 4 << 30, processes: 64, fileBytes: 256 << 20, outputBytes: 1 << 20)

  /// - Parameters:
  ///   - folder: in `Sources`; the module's name too.
  ///   - name: what it is called in the cache.
  ///   - libraries: of the toolchain's, by which it reads Swift.
  ///   - generated: one more file, made from the toolchain.
  init(
    _ folder: String, named name: String, libraries: [String], _ installation: Installation, allowWeak: Bool,
    generated: ((_ toolchain: FilePath) throws(JudgeError) -> Submission.File)? = nil
  ) throws(JudgeError) {
    self.allowWeak = allowWeak
    let sources = installation.root.appending("Sources").appending(folder)
    let names = Files.names(in: sources).filter { $0.hasSuffix(".swift") }.sorted()
    guard !names.isEmpty else { throw .missing("\(sources)", remedy: "restore that folder") }
    do {
      var confinement = Confinement(limits: Self.limits, profile: .compiler)
      confinement.allowWeak = allowWeak
      confinement.workingDirectory = "/source"
      confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
      confinement.addSystemView()
      let compiler = try confinement.addSwiftToolchain()
      let toolchain = compiler.removingLastComponent().removingLastComponent()
      let parser = toolchain.appending("lib/swift/host")
      var hash = SHA256.Hasher()
      // The parser's size and date stand for the toolchain.
      let library = parser.appending("libSwiftParser.so")
      guard let stamp = Files.stamp(library) else {
        throw JudgeError.missing("\(library)", remedy: "use a toolchain of swift.org, which has it")
      }
      let toolchainStamp = Array("\(library) \(stamp.size) \(stamp.modified)\n".utf8)
      hash.update(toolchainStamp)
      var files: [Submission.File] = []
      for name in names { files.append(Submission.File(name: name, bytes: try Files.read(sources.appending(name)))) }
      for file in files { hash.update(Array("\(file.name)\n".utf8) + file.bytes) }
      let key = SHA256.hexadecimal(digest: hash.finalize()).prefix(16)
      file = installation.cache.appending("\(name)-\(key)")
      if CacheUpkeep.touch(file) { return }
      if let generated { files.append(try generated(toolchain)) }
      // What the compiler makes of the parser's interfaces, which takes most of the time, serves all programs.
      let modules = installation.cache.appending(
        "parser-modules-\(SHA256.hexadecimal(toolchainStamp).prefix(16))")
      if !CacheUpkeep.touch(modules) { try Files.makeDirectory(modules, for: .sandbox) }
      let scratch = try Files.makeTemporaryDirectory(in: installation.cache)
      defer { Files.remove(scratch) }
      for part in ["source", "out"] { try Files.makeDirectory(scratch.appending(part), for: .sandbox) }
      for file in files {
        try Files.write(file.bytes, to: scratch.appending("source").appending(file.name), for: .sandbox)
      }
      confinement.readOnly.append(Confinement.Binding(host: scratch.appending("source"), inside: "/source"))
      confinement.writable += [
        Confinement.Binding(host: scratch.appending("out"), inside: "/out"),
        Confinement.Binding(host: modules, inside: "/modules"),
      ]
      let flags =
        [
          "-O", "-wmo", "-swift-version", "6", "-module-name", folder, "-use-ld=lld", "-module-cache-path",
          "/modules", "-I", parser.string, "-L", parser.string, "-Xlinker", "-rpath", "-Xlinker", parser.string,
          "-o", "/out/program",
        ] + libraries.map { "-l\($0)" }
      let process = try ConfinedProcess.start(compiler, flags + files.map { "/source/\($0.name)" }, in: confinement)
      let end = process.wait()
      guard end.reason == .exited(code: 0) else {
        let said = String(decoding: end.standardError + end.standardOutput, as: UTF8.self)
        throw JudgeError.workerFailed("Sources/\(folder), which reads submissions' Swift, cannot be built\n\(said)")
      }
      // Only the judge writes where it lies from now on. Another process may have been faster; its program is the same.
      let bytes = try readRegularFile(scratch.appending("out/program"), limit: Self.limits.fileBytes)
      let moved = scratch.appending("program")
      try Files.write(bytes, to: moved, for: .sandbox)
      Files.makeExecutable(moved)
      _ = Files.move(moved, to: file)
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  /// Runs it on files, which it sees under their numbers, since a name might hold anything.
  ///
  /// - Parameters:
  ///   - arguments: what stands before the files' numbers.
  ///   - jobs: the folder that it works in.
  func run(
    _ arguments: [String] = [], on files: [Submission.File], limits: Limits, jobs: FilePath
  ) throws(JudgeError) -> Termination {
    let job = try Files.makeTemporaryDirectory(in: jobs)
    defer {
      Files.remove(job)
      Files.removeIfEmpty(jobs)
    }
    let source = job.appending("source")
    try Files.makeDirectory(source, for: .sandbox)
    for (number, file) in files.enumerated() {
      try Files.write(file.bytes, to: source.appending("\(number)"), for: .sandbox)
    }
    do {
      var confinement = Confinement(limits: limits, profile: .compiler)
      confinement.allowWeak = allowWeak
      confinement.workingDirectory = "/submission"
      // A crash is known by its signal; its backtrace would take seconds.
      confinement.environment = ["SWIFT_BACKTRACE": "enable=no"]
      confinement.addSystemView()
      _ = try confinement.addSwiftToolchain()
      confinement.readOnly += [
        Confinement.Binding(host: source, inside: "/submission"),
        Confinement.Binding(host: file, inside: "/program"),
      ]
      return try ConfinedProcess.start("/program", arguments + files.indices.map(String.init), in: confinement).wait()
    } catch { throw .sandbox("\(error)") }
  }
}
