import Glibc
import Sandbox
import SystemPackage
import Testing

/// Small limits that no honest test program meets.
func limits() -> Limits {
  Limits(
    cpuSeconds: 5, wallSeconds: 20, memoryBytes: 64 << 20, processes: 8, fileBytes: 4 << 20, outputBytes: 1 << 16)
}

/// The attack program alone in the root, static, so that nothing else needs to be visible.
func confinement(
  _ profile: SeccompProfile = .worker, _ limits: Limits = limits(), as name: String = "attacks"
) throws -> Confinement {
  var confinement = Confinement(limits: limits, profile: profile)
  confinement.readOnly = [.init(host: try Attacks.program.get(), inside: FilePath("/\(name)"))]
  return confinement
}

func attack(
  _ arguments: [String], _ profile: SeccompProfile = .worker, as name: String = "attacks",
  _ change: (inout Confinement) throws -> Void = { _ in }
) throws -> Termination {
  var confinement = try confinement(profile, as: name)
  try change(&confinement)
  return try ConfinedProcess.start(FilePath("/\(name)"), arguments, in: confinement).wait()
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

  @Test("What the judge itself has in memory is not held against a program that fails")
  func judgeOfManyBytes() throws {
    let ballast = [UInt8](repeating: 1, count: 2 * limits().memoryBytes)
    #expect(try attack(["exit", "3"]).reason == .exited(code: 3))
    #expect(ballast.last == 1)
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

  @Test func limitsHoldWhileTheCallerIsBusy() throws {
    var confinement = try confinement()
    confinement.limits.cpuSeconds = 0.1
    let process = try ConfinedProcess.start("/attacks", ["spin"], in: confinement)
    var turns = 0
    while !process.hasExited { turns &+= 1 }
    #expect(process.wait().reason == .cpuLimit)
  }

  @Test func terminate() throws {
    let process = try ConfinedProcess.start("/attacks", ["pause"], in: confinement())
    #expect(!process.hasExited)
    #expect(kill(process.processID, 0) == 0)
    process.terminate()
    #expect(process.wait().reason == .terminated)
    #expect(process.hasExited)
    #expect(process.wait().reason == .terminated)
  }

  @Test func abandoned() throws {
    _ = try ConfinedProcess.start("/abandoned", ["pause"], in: confinement(as: "abandoned"))
    while try running("abandoned") > 0 { sched_yield() }
  }

  @Test func outlivesTheThreadThatStartedIt() async throws {
    let confinement = try confinement()
    let process = try await Task.detached { try ConfinedProcess.start("/attacks", ["burn", "50"], in: confinement) }
      .value
    #expect(process.wait().reason == .exited(code: 0))
  }

  @Test func diesWithTheJudge() async throws {
    _ = try Attacks.program.get()
    await #expect(processExitsWith: .signal(SIGKILL)) {
      _ = try ConfinedProcess.start("/orphan", ["pause"], in: confinement(as: "orphan"))
      TemporaryDirectory.removeAll()
      kill(getpid(), SIGKILL)
    }
    while try running("orphan") > 0 { sched_yield() }
  }

  @Test func processorTime() throws {
    let process = try ConfinedProcess.start("/attacks", ["burn", "60"], in: confinement())
    while !process.hasExited { sched_yield() }
    #expect(process.cpuSeconds >= 0.06)
    let end = process.wait()
    #expect(process.cpuSeconds >= 0.06)
    #expect(abs(end.userSeconds + end.systemSeconds - process.cpuSeconds) < 1e-6)
  }

  @Test func privateMemory() throws {
    let process = try ConfinedProcess.start("/attacks", ["keep"], in: confinement())
    while process.countPrivateBytes() < 16 << 20 && !process.hasExited { sched_yield() }
    #expect(process.countPrivateBytes() < 17 << 20)
    #expect(abs(process.privateBytes - process.countPrivateBytes()) <= 1 << 20)
    process.terminate()
    #expect(process.wait().peakResidentBytes >= 16 << 20)
    #expect(process.privateBytes == 0)
  }

  @Test func manyAtOnce() throws {
    let processes = try (0..<16).map { try ConfinedProcess.start("/attacks", ["exit", "\($0)"], in: confinement()) }
    for (code, process) in processes.enumerated() { #expect(process.wait().reason == .exited(code: Int32(code))) }
  }

  @Test func enforcement() throws {
    let process = try ConfinedProcess.start("/attacks", ["nothing"], in: confinement())
    #expect(process.enforcement.isComplete)
    #expect(process.enforcement.enforced.contains("no network"))
    #expect(process.enforcement.enforced.contains("cpu time 5.0 s"))
  }

  @Test func unreachableForTheUnprivilegedUser() throws {
    let directory = try TemporaryDirectory.make()
    let bytes = try readRegularFile(Attacks.program.get(), limit: 1 << 24)
    try write(bytes, to: directory.appending("copy"))
    chmod(directory.appending("copy").string, 0o755)
    chmod(directory.string, 0o700)
    let end = try attack(["hello"]) { $0.readOnly[0].host = directory.appending("copy") }
    #expect(end.text == "hello\n")
  }

  @Test("Start to end of a program that does nothing; the figure is printed, not judged")
  func startCost() throws {
    let times = try (0..<41).map { _ in
      let begin = ContinuousClock.now
      _ = try attack(["nothing"])
      return (ContinuousClock.now - begin) / .milliseconds(1)
    }.sorted()
    print("start to end: median \(times[20]) ms, least \(times[0]) ms")
  }
}
