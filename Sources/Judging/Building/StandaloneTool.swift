import Sandbox
import SystemPackage

/// This program once more, linked statically: it needs no file but itself, and runs where neither the framework nor its libraries are.
package struct StandaloneTool: Sendable {
  private let installation: Installation
  private let objects: [FilePath]
  /// The modules of `Sources` that it is linked from.
  package let modules: [String]

  /// What it is linked from besides the folders of `Sources`: packages and what belongs to them.
  private static let packages: Set = [
    "ArgumentParser", "ArgumentParserToolInfo", "CSystem", "SystemPackage", "Histogram", "Numerics", "ComplexModule",
    "RealModule", "_NumericsShims", "GRDB",
  ]

  /// The largest that it may be, and how much linking it may use.
  private static let limits = Limits(
    cpuSeconds: 120, wallSeconds: 600, memoryBytes: 8 << 30, processes: 64, fileBytes: 1 << 30, outputBytes: 1 << 20)

  /// What Foundation, which the database uses, consists of where it is linked statically; in the order in which one needs the next.
  private static let libraries = [
    "json-c", "seccomp", "sqlite3", "Foundation", "CoreFoundation", "FoundationInternationalization",
    "FoundationEssentials", "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "stdc++", "m",
  ]

  /// Finds the objects of the last build.
  ///
  /// - Throws: `JudgeError.course`, naming the object, where one belongs to no module that it may consist of: solutions and starters are
  ///   built into the same folder.
  package init(_ installation: Installation) throws(JudgeError) {
    self.installation = installation
    let list = installation.build.appending("alloclab.product/Objects.LinkFileList")
    guard Files.exists(list) else { throw .missing("\(list)", remedy: "build it with \(installation.launcher)") }
    objects = String(decoding: try Files.read(list), as: UTF8.self).split(separator: "\n")
      .map { FilePath(String($0).trimming("'\"")) }
    modules = try Self.modules(of: objects, installation)
  }

  /// Links it, and gives its bytes.
  package func link(allowWeak: Bool) throws(JudgeError) -> [UInt8] {
    do {
      let scratch = try Files.makeTemporaryDirectory(in: installation.cache)
      defer { Files.remove(scratch) }
      let out = scratch.appending("out")
      try Files.makeDirectory(out, for: .sandbox)
      var confinement = Confinement(limits: Self.limits, profile: .compiler)
      confinement.allowWeak = allowWeak
      confinement.workingDirectory = "/out"
      confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
      confinement.addSystemView()
      let compiler = try confinement.addSwiftToolchain()
      confinement.readOnly.append(Confinement.Binding(host: installation.build, inside: "/build"))
      confinement.writable.append(Confinement.Binding(host: out, inside: "/out"))
      var inputs = objects.map { "/build/\($0.components.suffix(2).map(\.string).joined(separator: "/"))" }
      // The compiler writes down what is linked automatically beside the first one.
      if let first = objects.first {
        try Files.write(try Files.read(first), to: out.appending("first.o"), for: .sandbox)
        inputs[0] = "/out/first.o"
      }
      let process = try ConfinedProcess.start(
        compiler,
        [
          "-static-executable", "-use-ld=lld", "-Xlinker", "--defsym=main=alloclab_main", "-Xlinker", "--gc-sections",
          "-Xlinker", "--strip-all", "-o", "/out/alloclab",
        ] + inputs + Self.libraries.map { "-l\($0)" },
        in: confinement)
      let end = process.wait()
      guard end.reason == .exited(code: 0) else {
        let said = String(decoding: end.standardError + end.standardOutput, as: UTF8.self)
        throw JudgeError.workerFailed("the tool that students run cannot be linked\n\(said.suffix(4096))")
      }
      return try readRegularFile(out.appending("alloclab"), limit: Self.limits.fileBytes)
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  /// The modules of `Sources` that objects belong to.
  private static func modules(
    of objects: [FilePath], _ installation: Installation
  ) throws(JudgeError) -> [String] {
    let own = Set(Files.names(in: installation.root.appending("Sources")))
    var found: Set<String> = []
    for object in objects {
      let folder = object.removingLastComponent()
      let name = folder.lastComponent?.string ?? ""
      let module = name.hasSuffix(".build") ? String(name.dropLast(6)) : name
      guard folder.removingLastComponent().lastComponent == installation.build.lastComponent,
        own.contains(module) || packages.contains(module)
      else {
        throw .course(
          "\(object) is linked into alloclab, and no module that students may have; take the dependency out of "
            + "Package.swift, or if it is a package's, add \(module) to StandaloneTool.packages")
      }
      if own.contains(module) { found.insert(module) }
    }
    return found.sorted()
  }
}

extension String {
  /// Without any of some characters at both ends.
  fileprivate func trimming(_ characters: String) -> String {
    let start = drop { characters.contains($0) }
    return String(start.reversed().drop { characters.contains($0) }.reversed())
  }
}
