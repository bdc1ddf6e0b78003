import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// Ctrl-C in every command that takes long: no verdict, no report, at once.
  @Suite(.serialized) struct InterruptionTests {
    private let workspace: Workspace
    private var folder: FilePath { workspace.folder }

    init() throws {
      workspace = try Workspace()
      // A file that the compiler is busy with for long, and one whose replays take long.
      try workspace.copy("grading/attacks/type-checker-bomb", to: "compiling")
      try workspace.copy("grading/attacks/infinite-loop", to: "looping")
      try workspace.write("import AllocLab\n\nlet wrong: Int = \"\"\n", to: "class/ada/PoolAllocator.swift")
      try workspace.copy("grading/attacks/type-checker-bomb", to: "class/bob")
      try workspace.copy("Solutions/ProblemSet1", to: "class/cat")
      try workspace.copy("Solutions/ProblemSet1", to: "right")
    }

    private static let interrupt = "\u{3}"

    private func interrupt(
      _ arguments: [String], whenSeen seen: String, ignoresInterrupts: Bool = false
    ) throws -> TerminalTool.Result {
      let result = try TerminalTool.run(
        arguments, in: folder, whenSeen: seen, press: Self.interrupt, ignoresInterrupts: ignoresInterrupts)
      // As the signal ends a program: shells make 130 of it, and do not go on with a loop.
      #expect(result.status == -SIGINT, "\(result.screen)")
      // At once, on a machine that may be busy: what is interrupted would go on for much longer.
      #expect(result.secondsAfterKeys < 5, "\(result.screen)")
      #expect(result.screen.hasSuffix("alloclab: interrupted\r\n"), "\(result.screen)")
      return result
    }

    @Test(
      arguments: [
        (["grade", "looping", "-o", "reports", "--only", "pool"], "looping: pool "),
        (["grade", "compiling", "-o", "reports", "--only", "pool"], "compiling: compiling"),
        (["check", "pool", "--in", "compiling"], "pool: compiling"),
        (["check", "looping"], "/26 "),
        (["replay", "pool", "churn.trace", "--in", "looping"], "pool: replaying"),
        (["replay", "pool", "churn.trace", "--in", "compiling"], "pool: compiling"),
        (["verify-grader", "--exercise", "pool", "--seeds", "0"], "pool: solution"),
        (["verify-grader", "--exercise", "pool", "--mutations", "9"], "pool: pool-"),
        (["bench", "--only", "pool"], "pool: "),
        (["compare", "--seed", "77"], "measuring "),
      ])
    func endsItWithoutAVerdict(arguments: [String], seen: String) throws {
      if arguments.contains("churn.trace") {
        let made = try CommandLineTool.run("trace", "generate", "pool/churn", "-o", "churn.trace", in: folder)
        #expect(made.status == 0, "\(made.all)")
      }
      let result = try interrupt(arguments, whenSeen: seen)
      #expect(!result.screen.contains("✗") && !result.screen.contains("✓"), "\(result.screen)")
      #expect(!result.screen.contains("points"), "\(result.screen)")
      #expect(Files.names(in: folder.appending("reports")) == [])
    }

    @Test(arguments: [false, true])
    func endsAWholeClass(ignoresInterrupts: Bool) throws {
      let result = try interrupt(
        ["grade", "class", "-o", "reports", "--only", "pool"], whenSeen: "bob: compiling",
        ignoresInterrupts: ignoresInterrupts)
      #expect(result.screen.contains("ada: Problem Set 1"), "\(result.screen)")
      #expect(!result.screen.contains("bob: Problem Set 1") && !result.screen.contains("cat: "), "\(result.screen)")
      #expect(result.screen.contains("alloclab: 1 report is complete in reports; what was being graded has none"))
      // The one that was complete.
      #expect(Files.names(in: folder.appending("reports")) == ["ada.json", "ada.txt", "instructor"])
      #expect(try Report(folder.appending("reports/ada.json")).exercise("pool").points == 0)
    }

    @Test func endsAClassOfMallocLabs() throws {
      try workspace.write(EndToEndBeside.CSAppTests.rep, to: "traces/short.rep")
      try workspace.write(CSAppSubjects.bump, to: "labs/ann/mm.c")
      let start = "void *mm_malloc(size_t size) {"
      #expect(CSAppSubjects.bump.contains(start))
      try workspace.write(
        CSAppSubjects.bump.replacing(start, with: "\(start)\n  for (volatile int i = 1; i;) {}"), to: "labs/bob/mm.c")
      let result = try interrupt(
        ["grade", "--csapp", "--traces", "traces", "-o", "reports", "labs"], whenSeen: "report: reports/ann.json")
      #expect(result.screen.contains("alloclab: 1 report is complete in reports; what was being graded has none"))
      #expect(Files.names(in: folder.appending("reports")) == ["ann.json"])
    }

    @Test(arguments: [false, true])
    func endsChaosWithWhatWasDone(ignoresInterrupts: Bool) throws {
      let result = try interrupt(
        ["chaos", "pool", "--in", "right"], whenSeen: " operations, ", ignoresInterrupts: ignoresInterrupts)
      #expect(!result.screen.contains("✗"), "\(result.screen)")
      #expect(result.screen.contains(" operations right, in "), "\(result.screen)")
    }
  }
}
