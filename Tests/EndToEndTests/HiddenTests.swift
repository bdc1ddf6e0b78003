import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// What must stay hidden: the seed, what is drawn from it, and what other users of the machine may not read.
  @Suite(.serialized) struct HiddenTests {
    private static let seeds = ["9c1e0b7755d2a3f84e6610c9b38f27ad", "3fd9461ab2078ce5f1704d9be8325ca6"]

    /// Grades `ada` in the workspace, and gives her report, its texts, and the instructor's.
    private func grade(
      _ workspace: Workspace, seed: String, only: [String] = ["buddy"], to output: String = "reports"
    ) throws -> (report: Report, texts: [String], full: Report) {
      let result = try CommandLineTool.run(
        ["grade", "ada", "--no-shrink", "-o", output, "--seed", seed] + only.flatMap { ["--only", $0] },
        in: workspace.folder)
      #expect(result.status < 2, "\(result.all)")
      let folder = workspace.folder.appending(output)
      let texts = try ["ada.json", "ada.txt"].map {
        String(decoding: try Files.read(folder.appending($0)), as: UTF8.self)
      }
      return (
        try Report(texts[0]), texts + [result.output], try Report(folder.appending("instructor/ada.json"))
      )
    }

    private func hashes(_ report: Report, hidden: Bool) throws -> [String] {
      try report.exercises.flatMap(\.cases).filter { $0.isHidden == hidden }.map { try #require($0.trace?.hash) }
    }

    /// A submission with what is right, what is wrong on every trace, and what takes too much.
    private func handIn(_ workspace: Workspace) throws {
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      for (id, names) in [("slab", ["link-in-object"]), ("pool", [])] {
        let exercise = try #require(Catalogue.all.exercise(id))
        let mutants = try #require(
          try Mutants.mutants(of: exercise, in: CommandLineTool.root.appending("grading"), .all))
        let reference = try Submission(CommandLineTool.root.appending("Solutions/ProblemSet1"))
        for mutant in mutants.mutants where names.contains(mutant.name) {
          let changed = try mutants.submission(of: mutant, from: reference)
          let file = try #require(changed.files.first { $0.name == mutants.file })
          try workspace.write(file.bytes, to: "ada/\(mutants.file)")
        }
      }
    }

    /// Everything that two gradings with different seeds say differently to a student stands under a measured ratio.
    @Test func aStudentsReportTellsNothingOfTheSeed() throws {
      let workspace = try Workspace()
      try handIn(workspace)
      let graded = try Self.seeds.map { try grade(workspace, seed: $0, only: ["slab", "buddy"]) }
      #expect(try Set(hashes(graded[0].full, hidden: true)).isDisjoint(with: hashes(graded[1].full, hidden: true)))
      #expect(try hashes(graded[0].full, hidden: false) == hashes(graded[1].full, hidden: false))
      #expect(graded[0].full.provenance.hiddenSeed != graded[1].full.provenance.hiddenSeed)
      #expect(try graded[0].report.exercise("slab").points < graded[0].report.exercise("slab").maximum)
      let told = try graded.map { try JSONReportEncoder().encode($0.report.timeless.unmeasured).text() }
      #expect(told[0] == told[1])
      for (graded, seed) in zip(graded, Self.seeds) {
        let secrets = try [seed, #require(graded.full.provenance.hiddenSeed)] + hashes(graded.full, hidden: true)
        #expect(secrets.count > 50)
        for text in graded.texts {
          for secret in secrets { #expect(!text.contains(secret)) }
        }
        // A hash of the seed, however it is spelt, would be a long word that only this report has.
        let words = graded.texts.map { Self.longWords(in: $0) }
        let others = Self.longWords(in: try JSONReportEncoder().encode(graded.report.timeless.unmeasured).text())
        for words in words { #expect(words.isSubset(of: others), "\(words.subtracting(others))") }
      }
    }

    private static func longWords(in text: String) -> Set<String> {
      Set(text.split { !$0.isHexDigit }.map { String($0) }.filter { $0.count >= 12 })
    }

    /// The same again for the same, and something else for anything else.
    @Test func hiddenTracesChangeWithEachHandingIn() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let seed = Self.seeds[0]
      let first = try grade(workspace, seed: seed)
      let again = try grade(workspace, seed: seed)
      #expect(first.full.timeless == again.full.timeless)
      // Another exercise's file is no part of it, and a remark is.
      let pool = try Files.read(workspace.folder.appending("ada/PoolAllocator.swift"))
      try workspace.write(pool + Array("// again\n".utf8), to: "ada/PoolAllocator.swift")
      #expect(try hashes(grade(workspace, seed: seed).full, hidden: true) == hashes(first.full, hidden: true))
      let buddy = try Files.read(workspace.folder.appending("ada/BuddyAllocator.swift"))
      try workspace.write(buddy + Array("// again\n".utf8), to: "ada/BuddyAllocator.swift")
      let second = try grade(workspace, seed: seed)
      #expect(try hashes(second.full, hidden: false) == hashes(first.full, hidden: false))
      let both = try Set(hashes(first.full, hidden: true)).intersection(hashes(second.full, hidden: true))
      #expect(both == [])
      // An instructor has the trace of a work that is at hand.
      try workspace.copy("grading", to: "course")
      for folder in ["rubrics", "traces"] { try workspace.copy("grading/\(folder)", to: "course/\(folder)") }
      let course = String(decoding: try Files.read(workspace.folder.appending("course/course.json")), as: UTF8.self)
      try workspace.write(course.replacing("\"example\"", with: "\"\(seed)\""), to: "course/course.json")
      let made = try CommandLineTool.run(
        "trace", "generate", "buddy/churn", "--submission", "ada", "--course", "course", in: workspace.folder)
      #expect(made.status == 0, "\(made.all)")
      let churn = try #require(
        try second.full.exercise("buddy").cases.first { $0.workload == "churn" && $0.isHidden && $0.change == nil })
      #expect(made.output.contains(try #require(churn.trace).hash), "\(made.all)")
    }

    /// The course of the repository can be read by anybody: that is said, once, with the place and what to do.
    @Test func theExamplesSeedIsWarnedAbout() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/VirtualMemory", to: "class/ada")
      try workspace.copy("Solutions/VirtualMemory", to: "class/bob")
      let result = try CommandLineTool.run("grade", "class", "--no-shrink", "-o", "reports", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.errors.split(separator: "the seed is the example's").count == 2, "\(result.errors)")
      #expect(result.errors.contains("grading/course.json:3:"), "\(result.errors)")
      #expect(result.errors.contains("alloclab course new-seed"))
      let made = try CommandLineTool.run("course", "new-seed")
      #expect(made.status == 0)
      let seed = try CourseSeed(String(made.output.dropLast()))
      #expect(seed.text == made.output.dropLast() && seed != .example)
      let quiet = try CommandLineTool.run(
        "grade", "class/ada", "--no-shrink", "-o", "reports", "--seed", seed.text, in: workspace.folder)
      #expect(quiet.status == 0 && !quiet.errors.contains("example"), "\(quiet.all)")
      let refused = try CommandLineTool.run("grade", "class/ada", "--seed", "42", in: workspace.folder)
      #expect(refused.status != 0 && refused.errors.contains("alloclab course new-seed"), "\(refused.all)")
    }

    /// Nothing that is graded or kept can be read by other users, and what was open before is closed.
    @Test func otherUsersOfTheMachineReadNothing() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/VirtualMemory", to: "ada")
      let cache = CommandLineTool.cache.appending("cache-of-others")
      try Files.makeDirectory(cache)
      try Files.makeDirectory(cache.appending("records"))
      #expect(mode(cache) == 0o755)
      func grade() throws -> CommandLineTool.Result {
        try CommandLineTool.run(["grade", "ada", "--no-shrink", "-o", "reports"], in: workspace.folder, cache: cache)
      }
      let result = try grade()
      #expect(result.status == 0, "\(result.all)")
      for folder in ["", "records", "jobs"] { #expect(mode(cache.appending(folder)) == 0o700, "\(folder)") }
      let kept = Files.names(in: cache)
      #expect(kept.contains { $0.hasPrefix("worker-") } && kept.contains { $0.hasPrefix("kit-") })
      for name in kept { #expect(mode(cache.appending(name)) & 0o007 == 0, "\(name)") }
      for name in Files.names(in: cache.appending("records")) {
        #expect(mode(cache.appending("records/\(name)")) == 0o600, "\(name)")
      }
      #expect(mode(workspace.folder.appending("reports/instructor")) == 0o700)
      #expect(mode(workspace.folder.appending("reports/instructor/ada.json")) == 0o600)
      // An open one that others may have written to, or that holds something else, is refused.
      chmod(cache.string, 0o777)
      let foreign = try grade()
      #expect(foreign.status == 2 && foreign.errors.contains("can be written to by others"), "\(foreign.all)")
      chmod(cache.string, 0o755)
      try Files.makeDirectory(cache.appending("photographs"))
      let other = try grade()
      #expect(other.status == 2 && other.errors.contains("ALLOCLAB_CACHE"), "\(other.all)")
      #expect(mode(cache) == 0o755)
      let shared = try CommandLineTool.run(["grade", "ada"], in: workspace.folder, cache: "/tmp")
      #expect(shared.status == 2, "\(shared.all)")
    }

    private func mode(_ path: FilePath) -> mode_t {
      var status = stat()
      guard stat(path.string, &status) == 0 else { return 0 }
      return status.st_mode & 0o7777
    }
  }
}

extension Report {
  /// Without measured ratios, and what comes of them.
  fileprivate var unmeasured: Report {
    var report = self
    report.course = nil
    for number in report.assignments.indices {
      for place in report.assignments[number].exercises.indices {
        report.assignments[number].exercises[place].forgetRatios()
      }
    }
    return report
  }
}

extension ExerciseReport {
  fileprivate mutating func forgetRatios() {
    arithmetic.removeAll { $0.criterion != "correctness" }
    for number in cases.indices where cases[number].isHidden {
      for meter in cases[number].meters.indices {
        (cases[number].meters[meter].ratio, cases[number].meters[meter].share) = (nil, nil)
      }
    }
  }
}
