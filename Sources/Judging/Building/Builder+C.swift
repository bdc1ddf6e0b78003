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
  /// What is for 32 bits becomes one object, which has it all in it as bytes.
  ///
  /// - Parameters:
  ///   - sources: which lie in the job's folder `source`.
  ///   - job: gets the folders `headers` and `objects`.
  func compileC(_ sources: CSAppSources, _ job: FilePath) throws(JudgeError) -> Swift.Result<[String], Refusal> {
    for part in ["headers", "headers/gnu", "objects"] { try Files.makeDirectory(job.appending(part), for: .sandbox) }
    for (name, text) in CSAppHeaders.all + (sources.isFor32Bits ? CSApp32Image.files : []) {
      try Files.write(Array(text.utf8), to: job.appending("headers/\(name)"), for: .sandbox)
    }
    var objects: [String] = []
    var globals = 0
    let names = sources.files.map(\.name).filter { $0.hasSuffix(".c") }
    let own = [CSAppHeaders.required] + (sources.isFor32Bits ? [CSApp32Image.support] : [])
    for source in names.map({ "/submission/\($0)" }) + own.map({ "/headers/\($0)" }) {
      let name = "\(objects.count).o"
      let isOwn = source.hasPrefix("/headers/")
      let options = Self.options(for: sources, isOwn: isOwn) + [source]
      if let refusal = try produce(name, by: sources.compiler == .gcc ? .gcc : .clang, options, job) {
        return .failure(refusal)
      }
      objects.append("/objects/\(name)")
      guard sources.globalsLimit != nil, !isOwn else { continue }
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
    guard sources.isFor32Bits else { return .success(objects) }
    let linking = ["-m", "elf_i386", "-T", "/headers/\(CSApp32Image.script)", "--oformat", "binary"] + objects
    if let refusal = try produce("image", by: .linker, linking, job) { return .failure(refusal) }
    let carrying = ["-c", "/headers/\(CSApp32Image.carrier)"]
    if let refusal = try produce("image.o", by: .clang, carrying, job) { return .failure(refusal) }
    return .success(["/objects/image.o"])
  }

  /// Where labs' own compiler is, if it is installed.
  static let gcc: FilePath = "/usr/bin/gcc"

  /// Whether it is.
  package static var hasGCC: Bool { Files.exists(gcc) }

  /// What makes a file of others.
  private enum Tool { case clang, gcc, linker }

  /// Makes a file in the job's folder `objects`, by one run of a tool; says why it could not.
  private func produce(
    _ name: String, by tool: Tool, _ arguments: [String], _ job: FilePath
  ) throws(JudgeError) -> Refusal? {
    var confinement = Confinement(limits: Self.limits, profile: .compiler)
    confinement.allowWeak = allowWeakSandbox
    confinement.workingDirectory = "/submission"
    confinement.environment = ["PATH": "/usr/bin:/bin", "HOME": "/tmp"]
    do {
      confinement.addSystemView()
      let tools = try confinement.addSwiftToolchain().removingLastComponent()
      confinement.readOnly += ["source": "/submission", "headers": "/headers", "objects": "/objects"].map {
        Confinement.Binding(host: job.appending($0.key), inside: FilePath($0.value))
      }
      confinement.writable += [Confinement.Binding(host: job.appending("out"), inside: "/out")]
      let clang = tools.appending("clang")
      let isGCC = tool == .gcc || tool == .clang && !Files.exists(clang)
      let program = isGCC ? Self.gcc : tool == .linker ? tools.appending("ld.lld") : clang
      let isCompiled = arguments.last?.hasSuffix(".c") == true
      let own = !isCompiled ? [] : isGCC ? Self.gccOptions : Self.clangOptions
      let process = try ConfinedProcess.start(program, own + arguments + ["-o", "/out/\(name)"], in: confinement)
      let end = process.wait()
      guard end.reason == .exited(code: 0) else {
        return Refusal(
          messages: Self.explain(end.reason) + PathRewriter.rewrite(end.standardError + end.standardOutput))
      }
      let bytes = try readRegularFile(job.appending("out").appending(name), limit: Self.limits.fileBytes)
      try Files.write(bytes, to: job.appending("objects").appending(name), for: .sandbox)
      return nil
    } catch let error as JudgeError { throw error } catch { throw .sandbox("\(error)") }
  }

  /// - Parameter isOwn: whether it is a file of the framework's.
  private static func options(for sources: CSAppSources, isOwn: Bool) -> [String] {
    // The C library's headers for either word length are the same; without its packages for 32 bits the compilers do not look there.
    let short = [
      "-m32", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-isystem",
      "/usr/include/x86_64-linux-gnu",
    ]
    return options + (sources.isFor32Bits ? short + (isOwn ? ["-ffreestanding", "-fno-builtin"] : ["-g0"]) : [])
      + sources.defines.map { "-D\($0)" }
  }

  /// What the lab's code is compiled with: as its makefile does, and as forgiving as compilers were when it was written.
  /// A plain `inline` function may be called from elsewhere too, as it could when labs were written.
  private static let options = [
    "-c", "-O2", "-g", "-std=gnu17", "-fgnu89-inline", "-fno-omit-frame-pointer", "-fno-strict-aliasing", "-fwrapv",
    "-w",
    "-I", "/headers",
  ]
  /// Loops stay loops: a copy is not made by a call of what it is in.
  private static let gccOptions = ["-pipe", "-fno-tree-loop-distribute-patterns"]
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
