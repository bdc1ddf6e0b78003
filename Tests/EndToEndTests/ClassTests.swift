import Glibc
import Gradebook
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// A class from a course system's download to its gradebook, with an end by SIGKILL in between.
  @Suite(.serialized) struct ClassTests {
    private let workspace: Workspace

    init() throws {
      workspace = try Workspace()
      try workspace.write("import AllocLab\n", to: "class/lovelaceada_LATE_11_91_PoolAllocator-1.swift")
      try workspace.write("no archive", to: "class/turingalan_12_92_work.zip")
      try workspace.write("import AllocLab\n", to: "class/mallory_13_93_PoolAllocator.swift")
      try workspace.write("id,name,login\n11,Ada Lovelace,ada\n12,Alan Turing,alan\n14,Kim Lee,kim\n", to: "roster.csv")
    }

    private func grade(_ output: String, seconds: Int = 120) throws -> CommandLineTool.Result {
      try CommandLineTool.run(
        ["grade", "--class", "class", "--roster", "roster.csv", "-o", output, "--only", "pool"],
        in: workspace.folder, seconds: seconds)
    }

    private func standings(_ output: String) throws -> [Standing] {
      let file = workspace.folder.appending("\(output)/instructor/\(GradebookStore.fileName)")
      let store = try GradebookStore(file, creates: false)
      return try store.standings(store.run(nil).number)
    }

    @Test func nothingIsLostAndNothingIsTwice() throws {
      let whole = try grade("whole")
      #expect(whole.status == 1, "\(whole.all)")
      let expected = try standings("whole")
      #expect(expected.map(\.student) == ["11", "12", "14", "mallory"])
      #expect(expected.map(\.state) == [.graded, .graded, .notHandedIn, .graded])
      #expect(expected.map(\.isOnRoster) == [true, true, true, false])
      #expect(expected.map(\.lateDays) == [1, 0, 0, 0])
      #expect(expected[1].problems.contains("is neither a zip nor a tar.gz"))
      #expect(whole.output.contains("3 graded, 0 unchanged"), "\(whole.all)")

      // Killed as soon as the first result is there, as no handler can see it.
      let command = """
        exec 3< <(exec '\(try CommandLineTool.program())' grade --class class --roster roster.csv -o cut --only pool 2>&1)
        process=$!
        while read -r -u 3 line; do case $line in *' 1 of 3: '*) kill -9 $process; exit 0;; esac; done
        exit 1
        """
      let killed = try CommandLineTool.run(program: "/bin/bash", ["-c", command], in: workspace.folder)
      #expect(killed.status == 0, "\(killed.all)")
      let again = try grade("cut")
      #expect(again.errors.contains("going on with run 1"), "\(again.all)")
      #expect(!again.output.contains("3 graded"), "\(again.all)")
      let resumed = try standings("cut")
      #expect(resumed == expected)
      for name in ["11", "12", "mallory"] {
        #expect(Files.exists(workspace.folder.appending("cut/\(name).json")), "\(name)")
      }

      let third = try grade("cut")
      #expect(third.output.contains("0 graded, 3 unchanged"), "\(third.all)")
      let difference = try CommandLineTool.run("gradebook", "diff", "-o", "cut", in: workspace.folder)
      #expect(difference.output == "run 1 → run 2\n0 changed, 4 the same\n", "\(difference.all)")
      let explained = try CommandLineTool.run("gradebook", "explain", "11", "-o", "cut", in: workspace.folder)
      #expect(explained.output.contains("marked as late"), "\(explained.all)")
    }

    private func gradebook(_ command: String, _ arguments: String...) throws -> CommandLineTool.Result {
      try CommandLineTool.run(["gradebook", command, "-o", "out"] + arguments, in: workspace.folder)
    }

    @Test func whatIsDecidedByHandHoldsAndStaysInTheLog() throws {
      #expect(try grade("out").status == 1)
      #expect(try gradebook("log").output == "nothing was decided by hand\n")
      let overridden = try gradebook(
        "override", "Ada Lovelace", "pool", "20", "--reason", "a kit of ours was broken", "--by", "kim")
      #expect(overridden.output == "1. 11: pool: 20 points\ntotal: 20\n", "\(overridden.all)")
      #expect(try gradebook("award", "14", "2.5", "--reason", "essay").output.hasSuffix("\ntotal: 2.5\n"))
      #expect(try gradebook("award", "11", "--reason", "essay", "--", "-3").output.hasSuffix("\ntotal: 17\n"))
      #expect(try gradebook("extend", "11", "1", "--reason", "ill").status == 0)
      let before = try standings("out")
      #expect(before.map(\.decisions.count) == [3, 0, 1, 0] && before.map(\.lateDays) == [0, 0, 0, 0])
      #expect(before.map { $0.total(nil) } == [17, 0, 2.5, 0])
      #expect(before.map(\.state) == [.graded, .graded, .graded, .graded])
      let explained = try gradebook("explain", "11")
      #expect(explained.output.contains("  1. pool: 20 points: a kit of ours was broken (kim)\n"), "\(explained.all)")
      #expect(explained.output.contains("by hand -3\n") && explained.output.contains("total   17\n"))
      #expect(try gradebook("export", "csv").output.contains("14,Kim Lee,,0,0,0,0,2.5,graded"))

      let log = try gradebook("log")
      let head = try #require(log.output.split(separator: "\n").last.map(String.init))
      #expect(try gradebook("withdraw", "3", "--reason", "was another's essay").output.hasSuffix("\ntotal: 20\n"))
      #expect(try standings("out").map(\.decisions.count) == [2, 0, 1, 0])
      // It still is what it was when that was its last hash, and never was what it was not.
      #expect(try gradebook("log", "--has", head).status == 0)
      let other = try gradebook("log", "--has", String(head.reversed()))
      #expect(other.status == 2 && other.errors.contains("its log never ended in"), "\(other.all)")
      // Another grading is judged by the same decisions.
      #expect(try grade("out").output.contains("0 graded, 3 unchanged"))
      #expect(try standings("out").map { $0.total(nil) } == [20, 0, 2.5, 0])

      for (arguments, message) in [
        (
          ["override", "11", "pol", "1", "--reason", "r"],
          "was not graded for 'pol', but for pool. Did you mean 'pool'?"
        ),
        (["override", "11", "pool", "26", "--reason", "r"], "pool has 0 to 25 points"),
        (["override", "14", "pool", "1", "--reason", "r"], "14 has nothing that was graded"),
        (["award", "nobody", "1", "--reason", "r"], "There is no student 'nobody'"),
        (["award", "11", "nan", "--reason", "r"], "Give up to 1000 points"),
        (["extend", "11", "0", "--reason", "r"], "An extension has 1 to 366 days"),
        (["withdraw", "3", "--reason", "r"], "Decision 3 is withdrawn already"),
        (["withdraw", "9", "--reason", "r"], "There is no decision 9; there are 5"),
        (["award", "11", "1", "--reason", ""], "A reason has 1 to 1000 bytes"),
      ] {
        let result = try CommandLineTool.run(["gradebook"] + arguments + ["-o", "out"], in: workspace.folder)
        #expect(result.status != 0 && result.errors.contains(message), "\(arguments): \(result.all)")
      }
      #expect(try standings("out").map { $0.total(nil) } == [20, 0, 2.5, 0])
    }
  }
}
