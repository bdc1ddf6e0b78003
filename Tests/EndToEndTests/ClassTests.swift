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
  }
}
