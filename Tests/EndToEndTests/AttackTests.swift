import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// Submissions that attack the grader, all in one batch: it lives on, tells what each did, and gives no points.
  @Suite(.serialized) struct AttackTests {
    static let folder = Trick.folder

    @Test func theBatchSurvives() throws {
      let workspace = try Workspace()
      // Those with an honest twin are compared with it elsewhere.
      let tricks = Set(try Trick.all().map(\.name))
      let names = Trick.names().filter { !tricks.contains($0) }
      #expect(names.count > 50)
      let expectations = try names.map {
        try Course.read(Trick.Expectation.self, Self.folder.appending("\($0)/expected.json"))
      }
      // Two classes at the same time: while one compiles, the other is judged.
      for (number, name) in names.enumerated() {
        try workspace.copy("grading/attacks/\(name)", to: "class\(number % 2)/\(name)")
      }
      // Once more with the first wall up: what it lets pass, and some of what it does not, of which the check alone tells the rest.
      let walled =
        zip(names, expectations).filter { $1.wall == nil }
        + zip(names, expectations).filter { $1.wall != nil }.prefix(2)
      for (number, (name, _)) in walled.enumerated() {
        try workspace.copy("grading/attacks/\(name)", to: "walled\(number % 2)/\(name)")
      }
      // The last in each class is honest.
      for number in 0...1 { try workspace.copy("Solutions/ProblemSet1", to: "class\(number)/zoe\(number)") }
      _ = try Outside.judge()
      let before = Self.hostFiles
      let folder = workspace.folder
      // Of its own, so that whatever is left in it is an attack's.
      let cache = CommandLineTool.cache.appending("cache-of-attacks")
      try Files.makeDirectory(cache)
      CommandLineTool.keepSafetyPrograms(from: CommandLineTool.cache, in: cache)
      let results = try twoAtATime(2) { number throws(JudgeError) in
        Result {
          let options = ["--only", "pool", "--no-shrink"]
          return try [
            ["grade", "class\(number)", "-o", "reports", "--admit-unsafe"],
            ["grade", "walled\(number)", "-o", "walled"],
          ].map { try CommandLineTool.run($0 + options, in: folder, seconds: 900, cache: cache) }
        }
      }
      for result in try results.flatMap({ try $0.get() }) {
        #expect(result.status == 1, "\(result.all.suffix(2000))")
        #expect(!result.hasEscapes)
        #expect(!result.output.contains("root:"), "a line of /etc/passwd")
      }
      for (name, expected) in walled {
        let pool = try Report(workspace.folder.appending("walled/\(name).json")).exercise("pool")
        #expect(pool.points == 0, "\(name), which \(expected.tries)")
        if let wall = expected.wall {
          #expect(pool.findings == [.unsafeCode], "\(name)")
          #expect(pool.compilerMessages?.contains("not safe Swift: \(wall)") == true, "\(name)")
        } else {
          // What is unsafe without being marked so is the compiler's to refuse.
          let kinds = expected.expects + [.doesNotCompile]
          #expect(!pool.findings.isEmpty && pool.findings.allSatisfy(kinds.contains), "\(name): \(pool.findings)")
        }
      }
      for (name, expected) in zip(names, expectations) {
        let text = String(decoding: try Files.read(workspace.folder.appending("reports/\(name).json")), as: UTF8.self)
        #expect(try ReportSchema.problems(text) == [], "\(name)")
        let pool = try Report(workspace.folder.appending("reports/instructor/\(name).json")).exercise("pool")
        #expect(pool.points == 0, "\(name), which \(expected.tries)")
        #expect(!pool.findings.isEmpty, "\(name)")
        #expect(pool.findings.allSatisfy { expected.expects.contains($0) }, "\(name): \(pool.findings)")
        #expect(!text.utf8.contains { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }, "\(name): control characters")
      }
      for number in 0...1 {
        let honest = try Report(workspace.folder.appending("reports/zoe\(number).json")).exercise("pool")
        #expect(honest.points == honest.maximum, "\(honest.arithmetic)")
      }
      #expect(Self.confinedProcesses(under: cache) == [], "left running")
      #expect(Files.names(in: cache.appending("jobs")) == [], "left behind")
      #expect(Self.hostFiles == before)
    }

    /// The first wall names each attack for what it is, before any of it is run.
    @Test func theFirstWallNamesWhatItRefuses() throws {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let safety = try #require(judge.builder.safety)
      for name in Trick.names() {
        let expected = try Course.read(Trick.Expectation.self, Self.folder.appending("\(name)/expected.json"))
        let files = try Submission(Self.folder.appending(name)).files.filter {
          !["main.swift", "Package.swift"].contains($0.name)
        }
        let said = try safety.refusals(of: files).values.map(\.messages).joined()
        if let wall = expected.wall {
          #expect(said.contains("error: not safe Swift: \(wall)"), "\(name): \(said)")
        } else {
          #expect(said.isEmpty, "\(name): \(said)")
        }
      }
    }

    /// Places of the host that an attack might write to.
    private static var hostFiles: [[String]] {
      // Other programs of the host write there too; the attacks call what they write by this name.
      ["/", "/dev/shm", "/var/tmp", "/run", "/tmp"].map { place in
        Files.names(in: FilePath(place)).filter { $0.hasPrefix("owned") }
      }
    }

    /// Processes that run a file below `folder`, or have one mounted, as everything has that is compiled or run there.
    private static func confinedProcesses(under folder: FilePath) -> [String] {
      // Mounts are listed by their place in the file system, which need not begin at the root.
      let name = folder.lastComponent?.string ?? ""
      return Files.names(in: "/proc").filter { process in
        guard process.first?.isNumber == true else { return false }
        if let program = Files.realPath(FilePath("/proc/\(process)/exe")), program.starts(with: folder) { return true }
        guard let mounts = try? FileDescriptor.open(FilePath("/proc/\(process)/mountinfo"), .readOnly)
        else { return false }
        defer { try? mounts.close() }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = bytes.withUnsafeMutableBytes { (try? mounts.read(into: $0)) ?? 0 }
        return String(decoding: bytes[..<count], as: UTF8.self).contains(name)
      }
    }
  }
}
