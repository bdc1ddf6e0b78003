import Examining
import Sandbox
import SystemPackage

extension Builder {
  /// Why C files did not compile.
  struct Refusal: Error {
    let messages: String
    var kind = ViolationKind.doesNotCompile
  }

  /// Compiles C files into objects, each confined by itself, and gives their paths as the linker sees them.
  ///
  /// - Parameters:
  ///   - sources: which lie in the job's folder `source`.
  ///   - job: gets the folders `headers` and `objects`.
  func compileC(_ sources: CSAppSources, _ job: FilePath) throws(JudgeError) -> Swift.Result<[String], Refusal> {
    for part in ["headers", "objects"] { try Files.makeDirectory(job.appending(part), for: .sandbox) }
    for (name, text) in CSAppHeaders.all {
      try Files.write(Array(text.utf8), to: job.appending("headers").appending(name), for: .sandbox)
    }
    var objects: [String] = []
    var globals = 0
    let names = sources.files.map(\.name).filter { $0.hasSuffix(".c") }
    for source in names.map({ "/submission/\($0)" }) + ["/headers/\(CSAppHeaders.required)"] {
      let name = "\(objects.count).o"
      if let refusal = try compileC(source, name, sources, job) { return .failure(refusal) }
      objects.append("/objects/\(name)")
      // The last is the framework's own.
      guard sources.globalsLimit != nil, source.hasPrefix("/submission/") else { continue }
      let object = job.appending("objects").appending(name)
      guard let bytes = ObjectFile.globalBytes(try Files.read(object)) else {
        throw .file(object, "is no object file; the compiler made it")
      }
      globals += bytes
    }
    if let limit = sources.globalsLimit, globals > limit {
      return .failure(
        Refusal(
          messages:
            "\(globals) bytes of variables outside functions; this lab allows \(limit), and wants the rest in the heap\n",
          kind: .privateMemory))
    }
    return .success(objects)
  }

  /// Where labs' own compiler is, if it is installed.
  static let gcc: FilePath = "/usr/bin/gcc"

  /// Whether it is.
  package static var hasGCC: Bool { Files.exists(gcc) }

  private func compileC(_ source: String, _ object: String, _ sources: CSAppSources, _ job: FilePath) throws(JudgeError)
    -> Refusal?
  {
    var confinement = Confinement(limits: Self.limits, profile: .compiler)
    confinement.allowWeak = allowWeakSandbox
    confinement.workingDirectory = "/submission"
    confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
    do {
      confinement.addSystemView()
      let clang = try confinement.addSwiftToolchain().removingLastComponent().appending("clang")
      confinement.readOnly += [
        Confinement.Binding(host: job.appending("source"), inside: "/submission"),
        Confinement.Binding(host: job.appending("headers"), inside: "/headers"),
      ]
      confinement.writable += [Confinement.Binding(host: job.appending("out"), inside: "/out")]
      let isGCC = sources.compiler == .gcc || !Files.exists(clang)
      let options = Self.options + (isGCC ? ["-pipe"] : Self.clangOptions) + sources.defines.map { "-D\($0)" }
      let process = try ConfinedProcess.start(
        isGCC ? Self.gcc : clang, options + [source, "-o", "/out/\(object)"], in: confinement)
      let end = process.wait()
      guard end.reason == .exited(code: 0) else {
        return Refusal(
          messages: Self.explain(end.reason) + PathRewriter.rewrite(end.standardError + end.standardOutput))
      }
      let bytes = try readRegularFile(job.appending("out").appending(object), limit: Self.limits.fileBytes)
      try Files.write(bytes, to: job.appending("objects").appending(object), for: .sandbox)
      return nil
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  /// What the lab's code is compiled with: as its makefile does, and as forgiving as compilers were when it was written.
  /// A plain `inline` function may be called from elsewhere too, as it could when labs were written.
  private static let options = [
    "-c", "-O2", "-g", "-std=gnu17", "-fgnu89-inline", "-fno-omit-frame-pointer", "-fno-strict-aliasing", "-fwrapv",
    "-w",
    "-I", "/headers",
  ]
  /// What that compiler takes for errors unless it is told otherwise.
  private static let clangOptions = [
    "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-int-conversion", "-Wno-parentheses",
    "-Wno-incompatible-pointer-types", "-Wno-incompatible-function-pointer-types", "-Wno-return-type",
    "-Wno-pointer-integer-compare",
  ]

  /// What the linker means, without the framework's own files; nil where it is about something else.
  static func explainLinking(_ messages: String) -> String? {
    var lines: [String] = []
    for line in messages.split(separator: "\n") {
      for (sign, meaning) in [
        ("undefined symbol: ", "is used, or asked for by the interface, but none of the files defines it"),
        ("duplicate symbol: ", "is defined twice, or is one of the framework's own names"),
      ] {
        guard let found = line.firstRange(of: sign) else { continue }
        lines.append("\(line[found.upperBound...]) \(meaning)")
      }
    }
    return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
  }
}
