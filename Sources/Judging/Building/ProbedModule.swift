import Sandbox
import SystemPackage

/// `AllocLab` compiled once more, with a heap that writes down every load and every store (`HeapProbe`).
///
/// The sources are the same, and so is the layout of every type: only what is inside `#if ALLOCLAB_PROBED` differs. So a worker is made of
/// this module and of the others as they are, and a submission's source does not know which it is compiled against. What students' code
/// is graded by where nothing is probed holds not one instruction of it.
enum ProbedModule {
  private static let limits = Limits(
    cpuSeconds: 120, wallSeconds: 300, memoryBytes: 4 << 30, processes: 64, fileBytes: 256 << 20, outputBytes: 1 << 20)

  /// As the manifest has them for the module that is not probed.
  private static let flags = [
    "-O", "-wmo", "-parse-as-library", "-gline-tables-only", "-swift-version", "6", "-strict-memory-safety",
    "-enable-upcoming-feature", "InternalImportsByDefault", "-enable-upcoming-feature", "MemberImportVisibility",
    "-enable-upcoming-feature", "ExistentialAny", "-D", "ALLOCLAB_PROBED", "-module-name", "AllocLab",
    "-module-cache-path", "/out/cache", "-emit-module", "-emit-module-path", "/out/AllocLab.swiftmodule", "-c", "-o",
    "/out/AllocLab.o",
  ]

  /// Makes it, unless it is there: `AllocLab.swiftmodule` and `AllocLab.o` in `folder`.
  ///
  /// - Complexity: some seconds of the compiler's, once for each state of the framework.
  static func prepare(_ folder: FilePath, _ installation: Installation, allowWeak: Bool) throws(JudgeError) {
    guard !Files.isDirectory(folder) else { return }
    let scratch = try Files.makeTemporaryDirectory(in: installation.cache)
    defer { Files.remove(scratch) }
    for part in ["source", "out", "kept"] { try Files.makeDirectory(scratch.appending(part), for: .sandbox) }
    var names: [String] = []
    for path in Files.below(installation.root.appending("Sources/AllocLab")) {
      guard let name = path.lastComponent?.string, name.hasSuffix(".swift") else { continue }
      try Files.write(try Files.read(path), to: scratch.appending("source").appending(name), for: .sandbox)
      names.append("/source/\(name)")
    }
    do {
      var confinement = Confinement(limits: limits, profile: .compiler)
      confinement.allowWeak = allowWeak
      confinement.workingDirectory = "/source"
      confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
      confinement.addSystemView()
      let compiler = try confinement.addSwiftToolchain()
      confinement.readOnly.append(Confinement.Binding(host: scratch.appending("source"), inside: "/source"))
      confinement.writable.append(Confinement.Binding(host: scratch.appending("out"), inside: "/out"))
      let end = try ConfinedProcess.start(compiler, flags + names.sorted(), in: confinement).wait()
      guard end.reason == .exited(code: 0) else {
        let said = String(decoding: end.standardError + end.standardOutput, as: UTF8.self)
        throw JudgeError.workerFailed("Sources/AllocLab cannot be compiled with a probed heap\n\(said)")
      }
      for name in ["AllocLab.swiftmodule", "AllocLab.o"] {
        let bytes = try readRegularFile(scratch.appending("out").appending(name), limit: limits.fileBytes)
        try Files.write(bytes, to: scratch.appending("kept").appending(name), for: .sandbox)
      }
      // Another process may have been faster; its module is the same.
      _ = Files.move(scratch.appending("kept"), to: folder)
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }
}
