import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Workloads

extension EndToEndBeside {
  /// What students see of time and space before a grade tells them.
  @Suite(.serialized) struct MeasureTests {
    private func rows(_ output: String) -> [[String]] {
      output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    /// The solution against itself; what its time is says nothing, only that it was measured where a grade measures it.
    @Test func timeAndSpaceBesideTheReference() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let result = try CommandLineTool.run("check", "pool", "--measure", "--in", "ada", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      let rows = rows(result.output)
      let churn = try #require(rows.first { $0.first == "churn" }, "\(result.all)")
      // Workload, nanoseconds, ratio, KiB, ratio, utilisation and its unit.
      #expect(churn.count == 7 && (Double(churn[1]) ?? 0) > 0 && (Double(churn[2]) ?? 0) > 0, "\(churn)")
      #expect(churn[4] == "1.00" && churn[6] == "%", "\(churn)")
      #expect(result.output.contains("time: all up to 1.4×, none from 8× on"), "\(result.all)")
    }

    @Test func ownFiguresWithoutTheReference() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      try Files.makeDirectory(workspace.folder.appending("none"))
      let result = try CommandLineTool.run(
        "check", "pool", "--measure", "--in", "ada", "--references", "none", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      let churn = try #require(rows(result.output).first { $0.first == "churn" }, "\(result.all)")
      #expect(churn.count == 5 && (Double(churn[1]) ?? 0) > 0, "\(churn)")
      #expect(result.output.contains("the reference solution is not here"), "\(result.all)")
    }

    @Test func whatCountsCorrectnessAlone() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/HeapChecker", to: "ada")
      let result = try CommandLineTool.run("check", "heap-checker", "--measure", "--in", "ada", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("heap-checker counts correctness alone"), "\(result.all)")
    }

    /// A trace that only the course's rubric names is had like any other.
    @Test func recordedTracesOfARubric() throws {
      let workspace = try Workspace()
      let course = try Course(Installation().course, .all)
      let general = try #require(Catalogue.all.exercise("general"))
      let names = ["recorded-jq", "recorded-swift"]
      #expect(names.allSatisfy { name in course.extended(general).workloads.contains { $0.name == name } })
      #expect(!names.contains { name in general.workloads.contains { $0.name == name } })
      let generated = try CommandLineTool.run(
        "trace", "generate", "general/recorded-jq", "-o", "jq.trace", in: workspace.folder)
      #expect(generated.status == 0, "\(generated.all)")
      let replayed = try CommandLineTool.run(
        "replay", "general", "jq.trace", "--in", "\(Installation().root)/Solutions/Allocators", in: workspace.folder)
      #expect(replayed.status == 0, "\(replayed.all)")
      let mistyped = try CommandLineTool.run("trace", "generate", "general/recorded-jp", in: workspace.folder)
      #expect(mistyped.errors.contains("Did you mean 'recorded-jq'?"), "\(mistyped.all)")
    }
  }
}
