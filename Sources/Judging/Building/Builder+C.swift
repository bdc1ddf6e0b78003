import Sandbox
import SystemPackage

extension Builder {
  /// Why C files did not compile.
  struct Refusal: Error {
    let messages: String
  }

  /// Compiles C files into objects, each confined by itself, and gives their paths as the linker sees them.
  ///
  /// - Parameters:
  ///   - names: of files in the job's folder `source`.
  ///   - job: gets the folders `headers` and `objects`.
  func compileC(_ names: [String], _ job: FilePath) throws(JudgeError) -> Swift.Result<[String], Refusal> {
    for part in ["headers", "objects"] { try Files.makeDirectory(job.appending(part), for: .sandbox) }
    for (name, text) in CSAppHeaders.all {
      try Files.write(Array(text.utf8), to: job.appending("headers").appending(name), for: .sandbox)
    }
    var objects: [String] = []
    for source in names.map({ "/submission/\($0)" }) + ["/headers/\(CSAppHeaders.required)"] {
      let name = "\(objects.count).o"
      if let refusal = try compileC(source, name, job) { return .failure(refusal) }
      objects.append("/objects/\(name)")
    }
    return .success(objects)
  }

  private func compileC(_ source: String, _ object: String, _ job: FilePath) throws(JudgeError) -> Refusal? {
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
      let process = try ConfinedProcess.start(
        Files.exists(clang) ? clang : "/usr/bin/cc", Self.options + [source, "-o", "/out/\(object)"], in: confinement)
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
  ///
  /// `DRIVER` makes the variants that can also replace the C library's malloc use the lab's names.
  private static let options = [
    "-c", "-O2", "-g", "-std=gnu17", "-fno-omit-frame-pointer", "-fno-strict-aliasing", "-fwrapv", "-DDRIVER", "-w",
    "-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-int-conversion",
    "-Wno-incompatible-pointer-types", "-Wno-return-type", "-I", "/headers",
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
