import Sandbox
import SystemPackage
import Traces

/// The program that reads submissions' Swift as the compiler does, built once from `Sources/SafetyCheck` with the toolchain at
/// hand, whose own parser it is linked with, and kept in the cache.
struct SafetyProgram: Sendable {
  /// The program on the host.
  let file: FilePath

  /// How much building it may use: the parser's interfaces are compiled too.
  private static let limits = Limits(
    cpuSeconds: 240, wallSeconds: 480, memoryBytes: 4 << 30, processes: 64, fileBytes: 256 << 20, outputBytes: 1 << 20)

  init(_ installation: Installation, allowWeak: Bool) throws(JudgeError) {
    let sources = installation.root.appending("Sources/SafetyCheck")
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
      hash.update(Array("\(library) \(stamp.size) \(stamp.modified)\n".utf8))
      for name in names { hash.update(Array("\(name)\n".utf8) + (try Files.read(sources.appending(name)))) }
      let key = SHA256.hexadecimal(digest: hash.finalize()).prefix(16)
      file = installation.cache.appending("safety-check-\(key)")
      if Files.exists(file) { return }
      let scratch = try Files.makeTemporaryDirectory(in: installation.cache)
      defer { Files.remove(scratch) }
      for part in ["source", "out"] { try Files.makeDirectory(scratch.appending(part), for: .sandbox) }
      for name in names {
        try Files.write(
          try Files.read(sources.appending(name)), to: scratch.appending("source").appending(name), for: .sandbox)
      }
      try Files.write(
        try Self.underscoredNames(of: toolchain), to: scratch.appending("source/StandardNames.swift"), for: .sandbox)
      confinement.readOnly.append(Confinement.Binding(host: scratch.appending("source"), inside: "/source"))
      confinement.writable.append(Confinement.Binding(host: scratch.appending("out"), inside: "/out"))
      let flags = [
        "-O", "-wmo", "-swift-version", "6", "-module-name", "SafetyCheck", "-use-ld=lld", "-module-cache-path",
        "/out/cache", "-I", parser.string, "-L", parser.string, "-lSwiftSyntax", "-lSwiftParser", "-Xlinker", "-rpath",
        "-Xlinker", parser.string, "-o", "/out/check",
      ]
      let process = try ConfinedProcess.start(
        compiler, flags + (names + ["StandardNames.swift"]).map { "/source/\($0)" }, in: confinement)
      let end = process.wait()
      guard end.reason == .exited(code: 0) else {
        let said = String(decoding: end.standardError + end.standardOutput, as: UTF8.self)
        throw JudgeError.workerFailed("the check of submissions' Swift cannot be built\n\(said)")
      }
      // Only the judge writes where it lies from now on. Another process may have been faster; its program is the same.
      let bytes = try readRegularFile(scratch.appending("out/check"), limit: Self.limits.fileBytes)
      let moved = scratch.appending("check")
      try Files.write(bytes, to: moved, for: .sandbox)
      Files.makeExecutable(moved)
      _ = Files.move(moved, to: file)
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  /// A Swift file with the public names of the standard library's that begin with an underscore, read off its interface.
  private static func underscoredNames(of toolchain: FilePath) throws(JudgeError) -> [UInt8] {
    let folder = toolchain.appending("lib/swift/linux/Swift.swiftmodule")
    guard
      let interface = Files.names(in: folder).sorted().first(where: {
        $0.hasSuffix(".swiftinterface") && !$0.hasSuffix(".private.swiftinterface")
      })
    else { throw .missing("the interface in \(folder)", remedy: "use a toolchain of swift.org, which has it") }
    var names: Set<String> = []
    for line in try Files.read(folder.appending(interface)).split(separator: UInt8(ascii: "\n")) {
      let words = line.split { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          false
        default: true
        }
      }
      // Others are no student's to use, or stand in bodies.
      guard words.contains(where: { $0.elementsEqual("public".utf8) || $0.elementsEqual("open".utf8) }) else {
        continue
      }
      for word in words where word.first == UInt8(ascii: "_") && word.count > 1 {
        names.insert(String(decoding: word, as: UTF8.self))
      }
    }
    return Array(
      """
      enum StandardNames {
        static let all = Set("\(names.sorted().joined(separator: " "))".split(separator: " ").map(String.init))
      }

      """.utf8)
  }
}
