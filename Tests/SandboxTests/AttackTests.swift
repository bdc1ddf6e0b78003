import Glibc
import Sandbox
import SystemPackage
import Testing

/// What hostile programs try, and that it is contained, told apart, and leaves nothing behind.
@Suite(.serialized) struct AttackTests {
  // MARK: - Time

  @Test(arguments: ["spin", "spin-ignoring"])
  func processorTime(how: String) throws {
    let end = try attack([how]) { $0.limits.cpuSeconds = 0.2 }
    #expect(end.reason == .cpuLimit)
    #expect(end.userSeconds + end.systemSeconds >= 0.2)
    #expect(end.userSeconds + end.systemSeconds < 2)
  }

  @Test(arguments: ["sleep", "pause", "stop-self"])
  func wallTime(how: String) throws {
    let end = try attack([how]) { $0.limits.wallSeconds = 0.2 }
    #expect(end.reason == .wallLimit)
    #expect(end.userSeconds + end.systemSeconds < 0.2)
  }

  // MARK: - Output

  @Test(arguments: ["flood-out", "flood-err"])
  func flood(how: String) throws {
    let end = try attack([how])
    #expect(end.reason == .outputLimit)
    #expect(end.standardOutput.count + end.standardError.count == limits().outputBytes)
  }

  // MARK: - Memory

  @Test(arguments: ["memory", "memory-slow"])
  func memory(how: String) throws {
    let end = try attack([how])
    #expect(end.reason == .memoryLimit)
    // What forks counts as its child's until that executes the program.
    var own = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &own)
    #expect(end.peakResidentBytes < max(3 * limits().memoryBytes + 64 << 20, own.ru_maxrss * 1024 + 1))
  }

  @Test func memoryOfChildrenCounts() throws {
    #expect(try attack(["memory-children"], .compiler).reason == .memoryLimit)
  }

  @Test func hiddenMemory() throws {
    #expect(try attack(["memory-shared"]).text == "mmap EPERM\n")
  }

  @Test func deepStack() throws {
    #expect(try attack(["stack"]).reason == .signalled(number: SIGSEGV))
  }

  // MARK: - Files

  @Test func bigFile() throws {
    let end = try attack(["big-file"]) { $0.limits.fileBytes = 1 << 20 }
    // The file's limit and the size of /tmp are the same: whichever the kernel checks first.
    #expect(end.reason == .fileLimit || end.text == "write ENOSPC\n")
  }

  @Test func fullTemporaryDirectory() throws {
    let end = try attack(["fill-tmp"]) { $0.limits.fileBytes = 1 << 20 }
    #expect(end.lines == ["write ENOSPC", "16 files"])
  }

  @Test func noTemporaryDirectory() throws {
    #expect(try attack(["write", "/tmp"]) { $0.limits.fileBytes = 0 }.text == "/tmp ENOENT\n")
  }

  @Test func freshTemporaryDirectory() throws {
    for _ in 0..<2 {
      #expect(try attack(["list", "/tmp"]).text == "\n")
      _ = try attack(["write", "/tmp"])
    }
  }

  @Test func hostFiles() throws {
    let home = "/root"
    let paths = [
      "/etc/shadow", "/etc/passwd", home, "/home", "/usr", "/var", "/mnt", "/oldroot", #filePath, "/attacks.c",
    ]
    let lines = try attack(["read"] + paths).lines
    #expect(lines == paths.map { "\($0) ENOENT" })
  }

  @Test func visibleRoot() throws {
    let lines = try attack(["list", "/", "/dev"]).lines
    #expect(lines.map { $0.split(separator: " ").sorted() } == [["attacks", "dev", "proc", "tmp"], ["null"]])
  }

  @Test func systemViewIsThatAlone() throws {
    let end = try attack(["list", "/", "/etc"], .compiler) { $0.addSystemView() }
    let allowed: Set = [
      "attacks", "bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "sbin", "tmp", "usr",
    ]
    #expect(Set(end.lines[0].split(separator: " ").map(String.init)).isSubset(of: allowed))
    #expect(end.lines[1].split(separator: " ").sorted() == ["alternatives", "ld.so.cache"])
  }

  @Test(arguments: SeccompProfile.allCases)
  func writingOutside(profile: SeccompProfile) throws {
    let places = ["/", "/dev", "/dev/shm", "/usr", "/etc", "/proc", "/proc/sys/kernel", "/tmp"]
    let end = try attack(["write"] + places, profile) { $0.addSystemView() }
    #expect(end.lines.filter { $0.hasSuffix("allowed") } == ["/tmp allowed"])
  }

  @Test func executingOutput() throws {
    let lines = try attack(["execute"]).lines
    #expect(lines == ["open EPERM", "fchmod EPERM", "chmod EPERM", "creat EPERM", "execve EACCES"])
  }

  @Test func outputDirectory() throws {
    let directory = try TemporaryDirectory.make()
    let end = try attack(["outside"], .compiler) { $0.writable = [.init(host: directory, inside: "/out")] }
    #expect(end.reason == .exited(code: 0))
    #expect(try readRegularFile(directory.appending("plain"), limit: 5) == Array("plain".utf8))
    for (name, reason) in [
      ("link", "symbolic link"), ("fifo", "not a regular file"), ("directory", "not a regular file"),
      ("large", "1048576 bytes"), ("absent", "No such file"),
    ] {
      #expect {
        _ = try readRegularFile(directory.appending(name), limit: 1000)
      } throws: { error in
        "\(error)".contains(reason)
      }
    }
  }

  // MARK: - Processes

  @Test func forkBomb() throws {
    let end = try attack(["fork-bomb"], .compiler, as: "fork-bomb") {
      $0.limits.wallSeconds = 0.5
      $0.limits.cpuSeconds = 0.3
    }
    #expect(end.reason == .wallLimit || end.reason == .cpuLimit)
    #expect(try running("fork-bomb") == 0)
  }

  @Test func processLimit() throws {
    #expect(try attack(["forks"], .compiler).text == "7 forks\n")
    #expect(try attack(["threads"], .compiler).text == "7 threads\n")
  }

  @Test func workersDoNotFork() throws {
    #expect(try attack(["fork"]).text == "fork EPERM\n")
    #expect(try attack(["threads"]).text == "0 threads\n")
    let lines = try attack(["worker-calls"]).lines
    #expect(lines.filter { !$0.hasSuffix("EPERM") } == [])
    #expect(lines.count == 11)
  }

  @Test func survivors() throws {
    let end = try attack(["survivors"], .compiler, as: "survivors")
    #expect(end.reason == .exited(code: 0))
    #expect(end.text == "parent done\n")
    #expect(try running("survivors") == 0)
  }

  @Test(arguments: SeccompProfile.allCases)
  func killing(profile: SeccompProfile) throws {
    let end = try attack(["kill-all", "\(getpid())"], profile)
    #expect(end.lines.first == "judge ESRCH")
    #expect(end.lines.last == "alive")
    #expect(end.reason == .exited(code: 0))
  }

  @Test func processesOfTheHost() throws {
    #expect(try attack(["processes"]).text == "1 2 ")
  }

  @Test(arguments: SeccompProfile.allCases)
  func theMachineInProc(profile: SeccompProfile) throws {
    #expect(try attack(["host-wide"], profile) { $0.addSystemView() }.text == "of many\n")
  }

  // MARK: - The kernel

  @Test(arguments: SeccompProfile.allCases)
  func refusedCalls(profile: SeccompProfile) throws {
    let lines = try attack(["calls"], profile).lines
    let told = Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let words = line.split(separator: " ")
        return (String(words[0]), String(words[1]))
      })
    #expect(told.count == 32)
    // No other user exists inside, so there is none to become.
    let others = ["clone3": "ENOSYS", "setuid": "EINVAL"]
    for (call, outcome) in told { #expect(outcome == others[call] ?? "EPERM", "\(call): \(outcome)") }
  }

  @Test(arguments: SeccompProfile.allCases)
  func foreignABI(profile: SeccompProfile) throws {
    #expect(try attack(["foreign-abi"], profile).reason == .signalled(number: SIGSYS))
  }

  // MARK: - What could leak

  @Test func leaks() throws {
    setenv("SECRET_OF_THE_JUDGE", "42", 1)
    // Not closed on exec, and with a number above all that are placed.
    let open = fcntl(0, F_DUPFD, 200)
    defer { close(open) }
    let end = try attack(["leaks"]) { $0.environment = ["GREETING": "hello"] }
    let lines = end.lines
    #expect(lines.filter { $0.hasPrefix("fd ") } == ["fd 0", "fd 1", "fd 2"])
    #expect(lines.filter { $0.hasPrefix("env ") } == ["env GREETING=hello"])
    #expect(lines.contains("uid 65534 gid 65534"))
    let commandLine = lines.first { $0.hasPrefix("init ") }
    #expect(commandLine?.contains("/tmp/") == false, "host paths: \(commandLine ?? "")")
    let descriptors = lines.filter { $0.hasPrefix("init-fd ") }
    #expect(descriptors.allSatisfy { $0.contains("pipe:") || $0.contains("/dev/null") || $0.contains("eventfd") })
  }

  @Test func inheritedDescriptor() throws {
    let end = try attack(["leaks"]) {
      $0.inheritedDescriptors = [.init(FileDescriptor.standardInput, as: 7)]
    }
    #expect(end.lines.filter { $0.hasPrefix("fd ") } == ["fd 0", "fd 1", "fd 2", "fd 7"])
  }
}
