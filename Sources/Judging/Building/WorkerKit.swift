import Sandbox
import SystemPackage
import Traces

/// What a submission is compiled against: the three modules that a worker is made of, and nothing else that was built.
///
/// It is a copy, so that nothing beside it (reference solutions are built into the same folder) is within the compiler's reach.
struct WorkerKit: Sendable {
  /// The folder, with `modules` and `objects` in it.
  let folder: FilePath
  /// Changes whenever the kit does.
  let key: String

  private static let modules = ["AllocLab", "Vocabularies", "Worker"]

  /// Compiled C modules, made once with the kit; a compiler in a sandbox reads them, and could not keep its own.
  var moduleCache: FilePath { folder.appending("prepared") }

  /// A worker around a subject that does nothing, made with the compiled C modules.
  var emptyWorker: FilePath { moduleCache.appending("empty-worker") }

  /// The module that tells of every access to the heap, where it has been needed.
  var probed: FilePath { folder.appending("probed") }

  /// Copies what has been built since the last time, or finds that nothing has.
  init(_ installation: Installation) throws(JudgeError) {
    var sources: [(from: FilePath, to: String)] = []
    for module in Self.modules {
      sources.append((installation.build.appending("Modules/\(module).swiftmodule"), "modules/\(module).swiftmodule"))
    }
    for module in Self.modules + ["CPlatform"] {
      let folder = installation.build.appending("\(module).build")
      // The compiler leaves the objects of files that were removed or renamed; they would not link.
      let current = Set(Files.namesBelow(installation.root.appending("Sources/\(module)")).map { $0 + ".o" })
      for name in Files.names(in: folder) where current.contains(name) {
        sources.append((folder.appending(name), "objects/\(module)-\(name)"))
      }
    }
    let headers = installation.root.appending("Sources/CPlatform/include")
    for name in Files.names(in: headers) { sources.append((headers.appending(name), "include/\(name)")) }
    var hash = SHA256.Hasher()
    for (from, to) in sources {
      guard let stamp = Files.stamp(from) else {
        throw .missing("\(from)", remedy: "build the framework again with \(installation.launcher)")
      }
      hash.update(Array("\(from) \(to) \(stamp.size) \(stamp.modified)\n".utf8))
    }
    key = String(SHA256.hexadecimal(digest: hash.finalize()).prefix(16))
    folder = installation.cache.appending("kit-\(key)")
    if !Files.isDirectory(folder) { try assemble(sources, installation) }
  }

  private func assemble(_ sources: [(from: FilePath, to: String)], _ installation: Installation) throws(JudgeError) {
    let temporary = try Files.makeTemporaryDirectory(in: installation.cache)
    for part in ["modules", "objects", "include"] { try Files.makeDirectory(temporary.appending(part), for: .sandbox) }
    for (from, to) in sources { try Files.write(try Files.read(from), to: temporary.appending(to), for: .sandbox) }
    try Files.write(
      Array("module CPlatform { umbrella \".\" export * }\n".utf8),
      to: temporary.appending("include/module.modulemap"), for: .sandbox)
    try Files.Readers.sandbox.open(temporary)
    // Another process may have been faster; its kit is the same.
    if Files.move(temporary, to: folder) == false { Files.remove(temporary) }
  }

  /// What the compiler is told, with the kit at `place`.
  ///
  /// - Parameter isProbed: with a heap that tells of every access.
  func arguments(at place: FilePath, isProbed: Bool = false) -> [String] {
    let names = Files.names(in: folder.appending("objects")).filter { !isProbed || !$0.hasPrefix("AllocLab-") }
    let objects = names.map { place.appending("objects/\($0)").string }
    // The compiler takes the first module of a name that it finds.
    let own = isProbed ? ["-I", place.appending("probed").string] : []
    return own + [
      "-I", place.appending("modules").string, "-Xcc", "-fmodule-map-file=\(place)/include/module.modulemap",
    ] + objects + (isProbed ? [place.appending("probed/AllocLab.o").string] : [])
  }
}
