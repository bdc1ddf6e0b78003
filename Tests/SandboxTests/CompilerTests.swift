import Glibc
import Sandbox
import SystemPackage
import Testing

/// The Swift compiler in confinement.
@Suite struct CompilerTests {
  /// Output directory, and the confinement to compile in.
  private func compiler(source: String) throws -> (directory: FilePath, swiftc: FilePath, Confinement) {
    let sources = try TemporaryDirectory.make()
    try write(Array(source.utf8), to: sources.appending("program.swift"))
    let output = try TemporaryDirectory.make()
    let limits = Limits(
      cpuSeconds: 60, wallSeconds: 120, memoryBytes: 4 << 30, processes: 64, fileBytes: 256 << 20,
      outputBytes: 1 << 20)
    var confinement = Confinement(limits: limits, profile: .compiler)
    confinement.addSystemView()
    let swiftc = try confinement.addSwiftToolchain()
    confinement.readOnly.append(.init(host: sources, inside: "/submission"))
    confinement.writable = [.init(host: output, inside: "/out")]
    confinement.environment = ["PATH": "/usr/bin", "HOME": "/tmp", "TMPDIR": "/tmp"]
    confinement.workingDirectory = "/submission"
    return (output, swiftc, confinement)
  }

  @Test func compilesAndRuns() throws {
    let (output, swiftc, confinement) = try compiler(source: "print(\"compiled\")")
    let arguments = ["-O", "-wmo", "-static-stdlib", "program.swift", "-o", "/out/program"]
    let compilation = try ConfinedProcess.start(swiftc, arguments, in: confinement).wait()
    #expect(compilation.reason == .exited(code: 0))
    #expect(String(decoding: compilation.standardError, as: UTF8.self) == "")
    #expect(compilation.userSeconds > 0.05)

    var run = Confinement(limits: limits(), profile: .worker)
    run.addSystemView()
    run.readOnly.append(.init(host: output.appending("program"), inside: "/program"))
    let end = try ConfinedProcess.start("/program", in: run).wait()
    #expect(end.text == "compiled\n")
    #expect(end.reason == .exited(code: 0))
  }

  @Test func errorsAreTold() throws {
    let (_, swiftc, confinement) = try compiler(source: "let x: Int = \"no\"")
    let end = try ConfinedProcess.start(swiftc, ["program.swift", "-o", "/out/program"], in: confinement).wait()
    #expect(end.reason == .exited(code: 1))
    let message = String(decoding: end.standardError + end.standardOutput, as: UTF8.self)
    #expect(message.contains("program.swift:1:14: error:"))
  }
}
