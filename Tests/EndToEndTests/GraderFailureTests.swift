import Examining
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// A judge that comes to an end is one submission's misfortune: never its points, and never the others'.
  @Suite(.serialized) struct GraderFailureTests {
    private let workspace: Workspace

    init() throws {
      workspace = try Workspace()
      for name in ["ada", "bob", "cat"] {
        try workspace.write("import AllocLab\n", to: "class/\(name)/PoolAllocator.swift")
      }
    }

    /// - Parameter failure: how the judge of bob is to fail.
    private func grade(_ failure: String, _ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        ["grade", "class", "-o", "reports", "--only", "pool"] + arguments, in: workspace.folder,
        variables: ["ALLOCLAB_FAIL=\(failure):bob"])
    }

    private func report(_ name: String) throws -> String {
      String(decoding: try Files.read(workspace.folder.appending("reports/\(name)")), as: UTF8.self)
    }

    @Test(
      arguments: [
        ("trap", "it was ended by signal 4 (a trap)"), ("abort", "it was ended by signal 6 (an abort)"),
        ("kill", "it was ended by signal 9 (killed, as the kernel does where memory runs out)"),
        ("exit", "it ended by itself, with status 7"), ("babble", "its answer cannot be read: the answer:1:"),
      ])
    func theOthersAreGraded(failure: String, reason: String) throws {
      let result = try grade(failure)
      #expect(result.status == 2, "\(result.all)")
      #expect(result.errors.contains("alloclab: bob: the grader failed: \(reason)"), "\(result.errors)")
      for name in ["ada", "cat"] {
        #expect(try Report(workspace.folder.appending("reports/\(name).json")).exercise("pool").points == 0)
      }
      let row = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("bob  ") })
      #expect(row.split(separator: " ").map(String.init) == ["bob", "none", "grader-failed"])
      #expect(result.output.contains("\nbob: not graded, since the grader failed 2 times: \(reason)"), "\(result.all)")
      // No points at all stand in what is kept of it.
      let text = try report("bob.json")
      #expect(throws: (any Error).self) { try Report(text) }
      #expect(!text.contains("points") && !text.contains("maximum"))
      let document = try JSONDocument(parsing: text)
      let failed = try JSONReportDecoder(rejectsUnknownKeys: true).decode(GraderFailure.self, from: document)
      #expect(failed.finding == .graderFailed && failed.tries == 2 && failed.submission == "bob")
      let schema = try JSONSchema(
        JSONDocument(
          parsing: String(
            decoding: Files.read(CommandLineTool.root.appending("grading/schemas/grader-failure.schema.json")),
            as: UTF8.self)))
      #expect(schema.problems(in: document).map(\.description) == [])
      #expect(try !ReportSchema.problems(text).isEmpty)
      #expect(try report("bob.txt").hasPrefix("bob: not graded, since the grader failed 2 times: "))
    }

    @Test func theSecondTryCounts() throws {
      let result = try grade("trap-once")
      #expect(result.status == 1, "\(result.all)")
      #expect(try Report(workspace.folder.appending("reports/bob.json")).exercise("pool").points == 0)
      #expect(!result.output.contains("grader-failed"), "\(result.output)")
    }

    /// What was known of other exercises is not lost with the grader's failure on one.
    @Test func anEarlierReportStays() throws {
      #expect(try grade("none").status == 1)
      let before = try report("bob.json")
      #expect(try grade("kill").status == 2)
      #expect(try report("bob.json") == before)
    }

    /// It is no command for people.
    @Test func nobodyElseStartsIt() throws {
      let result = try CommandLineTool.run("grade-submission", in: workspace.folder)
      #expect(result.status == MistakeTests.usage, "\(result.all)")
      #expect(result.errors.contains("This is started by `alloclab grade`"), "\(result.all)")
      let help = try CommandLineTool.run("--help")
      #expect(!help.output.contains("grade-submission"))
    }

    /// Its end takes the process along that works for it.
    @Test(arguments: [SIGTERM, SIGKILL]) func theJudgeDiesWithTheCommand(signal: Int32) throws {
      try workspace.copy("grading/attacks/infinite-loop", to: "looping")
      let program = try CommandLineTool.program()
      // The shell waits until the judge is there, and ends the command; then nothing of it may be left.
      let script = """
        "\(program)" grade looping -o out --only pool >log 2>&1 &
        command=$!
        while :; do
          judge=$(cat /proc/$command/task/$command/children) || exit 9
          for one in $judge; do grep -q grade-submission /proc/$one/cmdline && break 2; done
        done
        kill -\(signal) $command
        wait
        while [ -e /proc/$one ] && ! grep -q '^State:.[ZX]' /proc/$one/status; do :; done
        """
      let result = try CommandLineTool.run(program: "/bin/bash", ["-c", script], in: workspace.folder, seconds: 60)
      #expect(result.status == 0, "\(result.all)")
    }
  }
}
