import Glibc
import Sandbox
import SystemPackage
import Testing

/// Small limits that no honest test program meets.
func limits() -> Limits {
  Limits(
    cpuSeconds: 5, wallSeconds: 20, memoryBytes: 64 << 20, processes: 8, fileBytes: 4 << 20, outputBytes: 1 << 16)
}

/// The attack program alone at `/attacks`, static, so that nothing else needs to be visible.
func confinement(_ profile: SeccompProfile = .worker, _ limits: Limits = limits()) throws -> Confinement {
  var confinement = Confinement(limits: limits, profile: profile)
  confinement.readOnly = [.init(host: try Attacks.program.get(), inside: "/attacks")]
  return confinement
}

func attack(
  _ arguments: [String], _ profile: SeccompProfile = .worker, _ change: (inout Confinement) -> Void = { _ in }
) throws -> Termination {
  var confinement = try confinement(profile)
  change(&confinement)
  return try ConfinedProcess.start("/attacks", arguments, in: confinement).wait()
}

extension Termination {
  var text: String { String(decoding: standardOutput, as: UTF8.self) }
  var lines: [String] { text.split(separator: "\n").map(String.init) }
}

@Suite struct ConfinedProcessTests {
  @Test("An exit code is the program's own", arguments: [0, 1, 77, 127, 134, 139, 255])
  func exitCode(code: Int) throws {
    #expect(try attack(["exit", "\(code)"]).reason == .exited(code: Int32(code)))
  }

  @Test(arguments: [SIGABRT, SIGSEGV, SIGKILL, SIGTERM, SIGPIPE])
  func signal(number: Int32) throws {
    #expect(try attack(["signal", "\(number)"]).reason == .signalled(number: number))
  }

  @Test func crashes() throws {
    #expect(try attack(["abort"]).reason == .signalled(number: SIGABRT))
    #expect(try attack(["segv"]).reason == .signalled(number: SIGSEGV))
    #expect(try attack(["illegal"]).reason == .signalled(number: SIGILL))
  }

  @Test func output() throws {
    let end = try attack(["hello"])
    #expect(end.text == "hello\n")
    #expect(String(decoding: end.standardError, as: UTF8.self) == "trouble\n")
  }

  @Test func notExecutable() throws {
    #expect {
      _ = try ConfinedProcess.start("/absent", in: confinement())
    } throws: { error in
      guard case SandboxError.notExecutable("/absent", let message) = error else { return false }
      return message.contains("No such file")
    }
  }

  @Test func startCost() throws {
    var times: [Double] = []
    for _ in 0..<40 {
      let begin = ContinuousClock.now
      _ = try attack(["nothing"])
      times.append((ContinuousClock.now - begin) / .milliseconds(1))
    }
    print("start to end: median \(times.sorted()[20]) ms, best \(times.min()!)")
  }
}
