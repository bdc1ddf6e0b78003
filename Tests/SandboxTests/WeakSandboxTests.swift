import Glibc
import Sandbox
import SystemPackage
import Testing

/// Machines that cannot enforce everything: refused, unless weakness is allowed; then it is told, and the rest holds.
@Suite struct WeakSandboxTests {
  private static let none = SandboxCapabilities.probe(bubblewrap: "no-such-bwrap")

  private func weakly(_ arguments: [String], _ change: (inout Confinement) -> Void = { _ in }) throws -> Termination {
    var confinement = try confinement()
    confinement.allowWeak = true
    change(&confinement)
    return try ConfinedProcess.start("/attacks", arguments, in: confinement, capabilities: Self.none).wait()
  }

  @Test func refusal() throws {
    #expect {
      _ = try ConfinedProcess.start("/attacks", ["hello"], in: confinement(), capabilities: Self.none)
    } throws: { error in
      guard case SandboxError.unenforceable(let missing, let remedy) = error else { return false }
      return missing.contains("no network") && remedy.contains("apt-get install bubblewrap")
    }
  }

  @Test func remedyOfABrokenTool() {
    // It takes the options and fails as a kernel without user namespaces would make it fail.
    guard case .unenforceable(_, let remedy) = SandboxCapabilities.probe(bubblewrap: "/bin/false").obstacle else {
      Issue.record("a tool that fails is no obstacle?")
      return
    }
    #expect(remedy.contains("sysctl"))
  }

  @Test func thisMachine() { #expect(SandboxCapabilities.current.obstacle == nil) }

  @Test func whatIsMissingIsTold() throws {
    var confinement = try confinement()
    confinement.allowWeak = true
    let process = try ConfinedProcess.start("/attacks", ["hello"], in: confinement, capabilities: Self.none)
    #expect(!process.enforcement.isComplete)
    #expect(process.enforcement.missing.contains("process namespace"))
    #expect(process.enforcement.enforced.contains("seccomp"))
    #expect(process.wait().text == "hello\n")
  }

  @Test func theRestHolds() throws {
    #expect(try weakly(["exit", "139"]).reason == .exited(code: 139))
    #expect(try weakly(["abort"]).reason == .signalled(number: SIGABRT))
    #expect(try weakly(["spin"]) { $0.limits.cpuSeconds = 0.1 }.reason == .cpuLimit)
    #expect(try weakly(["pause"]) { $0.limits.wallSeconds = 0.1 }.reason == .wallLimit)
    #expect(try weakly(["flood-out"]).reason == .outputLimit)
    #expect(try weakly(["memory"]).reason == .memoryLimit)
    #expect(try weakly(["fork"]).text == "fork EPERM\n")
    #expect(try weakly(["leaks"]).lines.filter { $0.hasPrefix("fd ") || $0.hasPrefix("env ") }.count == 3)
  }

  @Test func notExecutable() throws {
    var confinement = try confinement()
    confinement.allowWeak = true
    #expect(throws: SandboxError.self) {
      try ConfinedProcess.start("/absent", in: confinement, capabilities: Self.none)
    }
  }
}
