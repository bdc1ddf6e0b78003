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

    /// As at home, where a yardstick is measured in the reference's place.
    @Test func estimatesByAYardstick() throws {
      let workspace = try Workspace()
      for (source, path) in [
        ("Solutions/ProblemSet1", "ada"), ("grading", "course"), ("grading/rubrics", "course/rubrics"),
      ] {
        try workspace.copy(source, to: path)
      }
      try Files.makeDirectory(workspace.folder.appending("none"))
      var yardstick = Yardstick(exercise: "pool", workload: "churn")
      yardstick.references = ["pool": ["churn": .init(time: 1e-3, footprint: 1 << 20)]]
      try workspace.write(JSONReportEncoder().encode(yardstick).text(), to: "course/\(Yardstick.fileName)")
      let result = try CommandLineTool.run(
        "check", "pool", "--measure", "--in", "ada", "--references", "none", "--course", "course", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      let churn = try #require(rows(result.output).first { $0.first == "churn" }, "\(result.all)")
      // Against a reference that takes a thousandth of what nothing takes, and a mebibyte.
      #expect(churn.count == 7 && Double(churn[2]) ?? 0 > 100, "\(churn)")
      let kibibytes = Double(churn[3].filter { $0 != "," }) ?? 0
      #expect(kibibytes > 0 && abs(kibibytes / 1024 - (Double(churn[4]) ?? 0)) < 0.01, "\(churn)")
      #expect(result.output.contains("≈ × reference") && result.output.contains("≈ an estimate"), "\(result.all)")
      let other = try #require(rows(result.output).first { $0.first == "fill-and-drain" }, "\(result.all)")
      #expect(other.contains("–"), "\(other)")
    }

    @Test func referencesAreMeasuredByTheYardstick() throws {
      let judge = try Outside.referenceJudge()
      defer { judge.builder.discardAll() }
      let exercise = try #require(Catalogue.all.exercise("tracker"))
      var yardstick = Yardstick(exercise: "pool", workload: "churn")
      try judge.calibrate(&yardstick, [exercise]) { _ in }
      let found = try #require(yardstick.references["tracker"])
      let timed = exercise.workloads.filter { $0.isTimed && $0.isGenerated }.map(\.name)
      #expect(found.keys.sorted() == timed.sorted() && !timed.isEmpty)
      #expect(found.values.allSatisfy { $0.time ?? 0 > 0 && $0.footprint == nil })
      let text = try JSONReportEncoder().encode(yardstick).text()
      let again = try JSONReportDecoder(rejectsUnknownKeys: true).decode(
        Yardstick.self, from: JSONDocument(parsing: text))
      #expect(again == yardstick)
      var wrong = Yardstick(exercise: "pool", workload: "chrun")
      let error = #expect(throws: JudgeError.self) { try judge.calibrate(&wrong, [exercise]) { _ in } }
      #expect(error.map { "\($0)" }?.contains("make it again with `alloclab handout --calibrate`") == true)
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
