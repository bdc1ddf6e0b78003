import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Testing
import Workloads

extension EndToEnd {
  @Suite(.serialized) struct GradeTests {
    /// A debug build's comparison tells nothing of the release build's, for which the advice holds.
    static let isRelease: Bool = {
      #if DEBUG
        false
      #else
        true
      #endif
    }()

    @Test func solutionsHaveFullMarks() throws {
      let workspace = try Workspace()
      let result = try CommandLineTool.run("grade", "Solutions", "-o", workspace.folder.string, seconds: 300)
      if Self.isRelease { #expect(result.status == 0, "\(result.all)") }
      #expect(!result.hasEscapes)
      #expect(result.output.contains("Solutions: Problem Set 1"))
      let text = String(decoding: try Files.read(workspace.folder.appending("Solutions.json")), as: UTF8.self)
      #expect(try ReportSchema.problems(text) == [])
      let report = try Report(text)
      #expect(report.provenance.sandbox.missing == [])
      #expect(report.submission.files.contains { $0.name == "ProblemSet1/PoolAllocator.swift" })
      let course = try Course(CommandLineTool.root.appending("grading"), .all)
      #expect(report.assignments.map(\.assignment) == course.rubrics.map(\.assignment))
      for assignment in report.assignments {
        #expect(
          assignment.exercises.map(\.exercise) == Catalogue.all.exercises(ofAssignment: assignment.assignment).map(\.id)
        )
      }
      for exercise in report.exercises where Self.isRelease || exercise.exercise != "comparison" {
        #expect(exercise.points == exercise.maximum, "\(exercise.exercise): \(exercise.findings)")
        #expect(exercise.cases.contains { $0.isHidden } && exercise.cases.contains { !$0.isHidden })
      }
      #expect(report.assignments.first { $0.assignment == "ProblemSet1" }?.maximum == 100)
      // What that is of the course.
      let total = try #require(report.course)
      #expect(total.lines.map(\.assignment) == course.settings.assignments.map(\.name))
      #expect(total.lines.filter { $0.standing == .graded }.count == course.rubrics.count)
      #expect(result.output.contains("  course total: \(Self.isRelease ? "100 %" : "")"), "\(result.all)")
      #expect(result.output.contains("extra credit: 10 % of 25 %, at most 10 %"), "\(result.all)")
      // Real programs' traces are among them.
      let full = try Report(workspace.folder.appending("instructor/Solutions.json"))
      let origins = full.exercises.flatMap(\.cases).compactMap(\.trace?.origin)
      #expect(origins.filter { $0.contains("record") }.count >= 4, "\(Set(origins))")
    }

    @Test func startersHaveNoPoints() throws {
      let workspace = try Workspace()
      for folder in ["ProblemSets", "Labs"] {
        let result = try CommandLineTool.run("grade", folder, "-o", workspace.folder.string)
        #expect(result.status == 1, "\(result.all)")
        #expect(!result.hasEscapes)
        #expect(result.output.contains("  course total: 0 % of the "), "\(result.all)")
        let text = String(decoding: try Files.read(workspace.folder.appending("\(folder).json")), as: UTF8.self)
        #expect(try ReportSchema.problems(text) == [])
        let report = try Report(text)
        #expect(!report.exercises.isEmpty)
        for exercise in report.exercises {
          #expect(exercise.points == 0, "\(exercise.exercise)")
          // Explained: a kind, and for each public trace a message.
          #expect(!exercise.findings.isEmpty)
          #expect(!exercise.cases.isEmpty, "\(exercise.exercise) compiles")
          for item in exercise.cases where !item.isHidden { #expect(item.violation?.message?.isEmpty == false) }
          for item in exercise.cases where item.isHidden {
            #expect(item.violation?.message == nil)
            #expect(item.violation?.operation == nil)
            #expect(item.violation?.evidence == [])
          }
        }
      }
    }

    /// A class in which some hand in a directory of files, and some a folder an assignment.
    @Test func aFolderOfAssignmentsIsOneSubmission() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/VirtualMemory", to: "class/ada/VirtualMemory")
      try workspace.copy("Labs/HeapChecker", to: "class/ada/Labs/HeapChecker")
      try workspace.copy("Solutions/VirtualMemory", to: "class/bob")
      let result = try CommandLineTool.run("grade", "class", "-o", "reports", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(
        Files.names(in: workspace.folder.appending("reports")).filter { $0.hasSuffix(".json") } == [
          "ada.json", "bob.json",
        ])
      let ada = try Report(workspace.folder.appending("reports/ada.json"))
      #expect(ada.assignments.map(\.assignment) == ["VirtualMemory", "HeapChecker"])
      #expect(ada.assignments.map(\.points) == [5, 0])
      #expect(ada.course?.lines.first { $0.assignment == "ProblemSet1" }?.standing == .notHandedIn)
      #expect(ada.course?.total == 5)
      #expect(try Report(workspace.folder.appending("reports/bob.json")).course == nil)
      #expect(
        result.output.contains("  course total: 0 % of the 70 % that can be graded so far, and 5 % extra: 5 %"))
      // Some exercises of an assignment are not all of it.
      let some = try CommandLineTool.run(
        "grade", "class/ada", "--only", "page-replacement", "-o", "some", in: workspace.folder)
      #expect(some.status == 0, "\(some.all)")
    }

    @Test func checkTellsTheFirstMistake() throws {
      // Where a check runs, it saves the shortest trace that fails.
      let workspace = try Workspace()
      for exercise in Catalogue.all.exercises {
        let right = try CommandLineTool.run("check", exercise.id, "--in", "Solutions/\(exercise.assignment)")
        if Self.isRelease || exercise.id != "comparison" { #expect(right.status == 0, "\(right.all)") }
        let file = "Solutions/\(exercise.assignment)/\(exercise.file)"
        #expect(right.output.hasPrefix("checking \(file)\n"), "\(right.all)")
        #expect(right.output.contains("\n✓ \(exercise.id): ") || exercise.id == "comparison", "\(right.all)")
        // Without --in, the starters of the package are found.
        let starter = try CommandLineTool.run("check", exercise.id, in: workspace.folder)
        #expect(starter.status == 1, "\(starter.all)")
        #expect(starter.output.hasPrefix("checking \(CommandLineTool.root)/"), "\(starter.all)")
        #expect(
          starter.output.contains("\(exercise.file)\n✗ \(exercise.id) · \(exercise.workloads[0].name): "),
          "\(starter.all)")
        #expect(!starter.hasEscapes)
      }
    }

    @Test func checkTakesADirectory() throws {
      let result = try CommandLineTool.run("check", "Solutions/VirtualMemory")
      #expect(result.status == 0, "\(result.all)")
      #expect(
        result.output.hasPrefix(
          "checking Solutions/VirtualMemory/PageReplacement.swift\n✓ page-replacement: 20 workloads, "))
    }

    /// A link or a mark over the first bytes of a free object, whatever it holds.
    @Test(arguments: [
      ("store(UInt8(0), at: address)", " than when it was freed ("),
      ("store(address.offset, at: address)", " than when it was freed ("),
      ("store(-1, at: address)", "byte 7 is not as the constructor leaves it: expected 0x00, found 0xff"),
      ("store(UInt32(7), at: address + 4)", "byte 4 is not as the constructor leaves it: expected 0x00, found 0x07"),
    ])
    func whatIsWrittenOverAFreeObjectIsNoConstruction(store: String, message: String) throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let file = workspace.folder.appending("ada/SlabAllocator.swift")
      let text = String(decoding: try Files.read(file), as: UTF8.self)
      let place = "    magazine[count] = address\n"
      try #require(text.contains(place))
      try workspace.write(
        text.replacing(place, with: place + "    slabs.heap.\(store)\n", maxReplacements: 1),
        to: "ada/SlabAllocator.swift")
      let result = try CommandLineTool.run("check", "slab", "--in", "ada", "--no-shrink", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains(": constructed state lost\n"), "\(result.all)")
      #expect(result.output.contains(message), "\(result.all)")
    }

    @Test func checkTakesFilesAndSeveral() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/VirtualMemory", to: "here")
      let (solutions, own) = ("\(CommandLineTool.root)/Solutions", "here/PageReplacement.swift")
      let result = try CommandLineTool.run(
        "check", own, "\(solutions)/HeapChecker/TaggedAllocator.swift", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(
        result.output.split(separator: "\n").map { $0.prefix { $0 != "," } } == [
          "checking here/PageReplacement.swift", "✓ page-replacement: 20 workloads",
          "checking \(solutions)/HeapChecker/TaggedAllocator.swift", "✓ heap-checker: 14 workloads",
        ], "\(result.all)")
      let mistyped = try workspace.write("", to: "here/PoolAlocator.swift").string
      for (arguments, message) in [
        (["check", mistyped], "No exercise asks for PoolAlocator.swift. Did you mean PoolAllocator.swift?"),
        (["check", "here/Pool.swift"], "here/Pool.swift is not there."),
        (["chek", "pool"], "There is no command 'chek'. Did you mean 'check'?"),
        (["reply"], "There is no command 'reply'. Did you mean 'replay'?"),
      ] {
        let wrong = try CommandLineTool.run(arguments, in: workspace.folder)
        #expect(wrong.status == EndToEndBeside.MistakeTests.usage, "\(wrong.all)")
        #expect(wrong.errors.contains(message), "\(wrong.all)")
      }
    }

    /// What a student has is measured where it is named, and where there are no reference solutions.
    @Test func compareMeasuresWhatIsThere() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "mine")
      let result = try CommandLineTool.run("compare", "-C", "mine", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.hasPrefix("measuring mine/PoolAllocator.swift and what lies beside it\n"), "\(result.all)")
      Files.remove(workspace.folder.appending("mine/SlabAllocator.swift"))
      let incomplete = try CommandLineTool.run("compare", "--in", "mine", "--seed", "3", in: workspace.folder)
      #expect(incomplete.status == 2, "\(incomplete.all)")
      #expect(
        incomplete.errors.contains(
          "SlabAllocator.swift is missing; it is measured as well, so put it beside your other files"),
        "\(incomplete.all)")
      let flat = try CommandLineTool.run("compare", "--references", "mine", in: workspace.folder)
      #expect(flat.status == 2, "\(flat.all)")
      #expect(
        flat.output.hasPrefix("measuring mine/PoolAllocator.swift and what lies beside it\n")
          && flat.errors.contains("SlabAllocator.swift is missing; it is measured as well"), "\(flat.all)")
      try Files.makeDirectory(workspace.folder.appending("none"))
      let none = try CommandLineTool.run("compare", "--references", "none", in: workspace.folder)
      #expect(none.status == EndToEndBeside.MistakeTests.usage, "\(none.all)")
      #expect(none.errors.contains("none holds no ProblemSet1; allocators in one directory are named with --in."))
    }

    /// What references took in a busy moment is kept; before it is held against anybody, they are measured again.
    @Test(.enabled(if: isRelease)) func oneBusyMomentBlamesNobody() throws {
      let workspace = try Workspace()
      let records = CommandLineTool.cache.appending("records")
      let before = Set(Files.names(in: records))
      func grade() throws -> CommandLineTool.Result {
        try CommandLineTool.run(
          "grade", "Solutions/ProblemSet1", "--only", "comparison", "--seed", "5a1be0977d52d3a84e6617c9b38f27ad", "-o",
          workspace.folder.string)
      }
      let first = try grade()
      #expect(first.status == 0, "\(first.all)")
      var spoilt = 0
      for name in Files.names(in: records) where !before.contains(name) {
        let file = records.appending(name)
        var lines = String(decoding: try Files.read(file), as: UTF8.self).split(separator: "\n").map {
          $0.split(separator: "\t").map(String.init)
        }
        // Of what was timed, every other line is a hundred times as slow.
        for place in lines.indices where place % 2 == 0 {
          guard lines[place].count == 3, let seconds = Double(lines[place][0]), seconds > 0 else { continue }
          lines[place][0] = "\(seconds * 100)"
          spoilt += 1
        }
        try Files.write(Array(lines.map { $0.joined(separator: "\t") + "\n" }.joined().utf8), to: file)
      }
      #expect(spoilt > 0)
      let second = try grade()
      #expect(second.status == 0, "\(second.all)")
    }

    @Test func twoGradingsDifferOnlyInTimings() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      // Right, wrong, crashing, and not compiling.
      try workspace.copy("Solutions/VirtualMemory", to: "ada")
      let starter = try Files.read(CommandLineTool.root.appending("ProblemSets/ProblemSet1/BuddyAllocator.swift"))
      try workspace.write(starter, to: "ada/BuddyAllocator.swift")
      let advisor = try Files.read(CommandLineTool.root.appending("ProblemSets/ProblemSet1/Advisor.swift"))
      try workspace.write(advisor, to: "ada/Advisor.swift")
      try workspace.write("struct SlabAllocator { let x: Int = \"\" }\n", to: "ada/SlabAllocator.swift")
      let texts = try (0..<2).map { _ in
        let result = try CommandLineTool.run(
          "grade", "ada", "--json", "-o", "reports", "--references", "\(CommandLineTool.root)/Solutions",
          in: workspace.folder)
        #expect(result.status == 1, "\(result.all)")
        // Pure JSON, the same as in the file.
        #expect(try ReportSchema.problems(result.output) == [])
        let file = workspace.folder.appending("reports/ada.json")
        #expect(result.output == String(decoding: try Files.read(file), as: UTF8.self))
        #expect(!result.hasEscapes)
        return result.output
      }
      let reports = try texts.map { try Report($0) }
      #expect(reports[0].timeless == reports[1].timeless)
      #expect(reports[0] != reports[1])
      let findings = Dictionary(uniqueKeysWithValues: reports[0].exercises.map { ($0.exercise, $0.findings) })
      #expect(findings["pool"] == [])
      #expect(findings["slab"] == [.doesNotCompile])
      #expect(findings["buddy"] == [.failedWithRoom])
      #expect(findings["comparison"] == [.crash])
      #expect(findings["page-replacement"] == [])
    }

    @Test func severalReportsAreAnArray() throws {
      let workspace = try Workspace()
      for name in ["ada", "bob"] { try workspace.write("import AllocLab\n", to: "class/\(name)/PoolAllocator.swift") }
      let result = try CommandLineTool.run(
        "grade", "class", "--json", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let document = try JSONDocument(parsing: result.output)
      let reports = try JSONReportDecoder().decode([Report].self, from: document)
      #expect(reports.map(\.submission.name) == ["ada", "bob"])
      #expect(
        Files.names(in: workspace.folder.appending("reports")) == [
          "ada.json", "ada.txt", "bob.json", "bob.txt", "instructor",
        ])
    }

    /// What was not graded anew stays in the report, as long as it still holds.
    @Test func gradingOneExerciseKeepsTheOthers() throws {
      let workspace = try Workspace()
      for name in ["PoolAllocator", "SlabAllocator"] {
        try workspace.write("import AllocLab\n", to: "ada/\(name).swift")
      }
      func grade(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(["grade", "ada", "-o", "reports"] + arguments, in: workspace.folder)
      }
      func points() throws -> [String: Double] {
        let report = try Report(workspace.folder.appending("reports/ada.json"))
        return Dictionary(uniqueKeysWithValues: report.exercises.map { ($0.exercise, $0.points) })
      }
      let whole = try grade()
      #expect(whole.status == 1, "\(whole.all)")
      #expect(try points() == ["pool": 0, "slab": 0, "buddy": 0, "comparison": 0])
      #expect(whole.output.contains("✗ buddy: missing: BuddyAllocator.swift was not handed in"), "\(whole.all)")
      let file = CommandLineTool.root.appending("Solutions/ProblemSet1/PoolAllocator.swift")
      try workspace.write(Files.read(file), to: "ada/PoolAllocator.swift")
      let one = try grade("--only", "pool")
      #expect(one.status == 0, "\(one.all)")
      #expect(try points() == ["pool": 25, "slab": 0, "buddy": 0, "comparison": 0])
      #expect(one.output.contains("  kept from the report before: slab, buddy, comparison\n"), "\(one.all)")
      #expect(one.output.contains("  total: 25 of 100 points"), "\(one.all)")
      // Other files, another seed: what was said of them holds no longer.
      try workspace.write("import AllocLab\n\n", to: "ada/SlabAllocator.swift")
      let changed = try grade("--only", "pool")
      #expect(try points() == ["pool": 25, "buddy": 0, "comparison": 0])
      #expect(changed.output.contains("have changed: slab\n"), "\(changed.all)")
      let seeded = try grade("--only", "pool", "--seed", "9c1e0b7755d2a3f84e6610c9b38f27ad")
      #expect(try points() == ["pool": 25])
      #expect(seeded.output.contains("have changed: buddy, comparison\n"), "\(seeded.all)")
    }

    @Test func oneFileThatDoesNotCompileCostsItsOwnPointsOnly() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      try workspace.write(
        "import AllocLab\n\nstruct SlabAllocator: ObjectCache {\n  var count: Int = \"many\"\n}\n",
        to: "ada/SlabAllocator.swift")
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", "--only", "slab", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let report = try Report(workspace.folder.appending("reports/ada.json"))
      #expect(try report.exercise("pool").points == report.exercise("pool").maximum)
      let slab = try report.exercise("slab")
      #expect(slab.points == 0)
      #expect(slab.findings == [.doesNotCompile])
      // The messages carry paths as the student has them.
      let messages = try #require(slab.compilerMessages)
      #expect(
        messages.contains("SlabAllocator.swift:4:20: error: cannot convert value of type 'String'"), "\(messages)")
      #expect(!messages.contains("/submission"))
      #expect(!messages.contains("\(workspace.folder)"))
      #expect(result.output.contains("SlabAllocator.swift:4:20: error"))
    }

    /// Only the files of the same assignment's exercises are left out, and that is said where something is missing.
    @Test func helperFilesMayHaveTheNamesOfOtherAssignmentsFiles() throws {
      let workspace = try Workspace()
      let pool = try String(
        decoding: Files.read(CommandLineTool.root.appending("Solutions/ProblemSet1/PoolAllocator.swift")),
        as: UTF8.self)
      try workspace.write(pool + "\nprivate let helped = helper\n", to: "ada/PoolAllocator.swift")
      try workspace.write("let helper = 1\n", to: "ada/PageReplacement.swift")
      let right = try CommandLineTool.run("check", "pool", "--in", "ada", in: workspace.folder)
      #expect(right.status == 0, "\(right.all)")
      let helper = workspace.folder.appending("ada/PageReplacement.swift")
      try workspace.write(Files.read(helper), to: "ada/BuddyAllocator+Helper.swift")
      Files.remove(helper)
      try workspace.write("", to: "ada/main.swift")
      symlink("/etc/passwd", workspace.folder.appending("ada/link.swift").string)
      let wrong = try CommandLineTool.run("check", "pool", "--in", "ada", in: workspace.folder)
      #expect(wrong.status == 1, "\(wrong.all)")
      #expect(wrong.output.contains("error: cannot find 'helper' in scope"), "\(wrong.all)")
      #expect(
        wrong.output.contains(
          "not built with pool: BuddyAllocator+Helper.swift (another exercise's), link.swift (is a symbolic link; only a regular "
            + "file is read), main.swift (a program of its own)"), "\(wrong.all)")
    }

    @Test(.enabled(if: isRelease)) func theGraderTellsMutantsApart() throws {
      // Solutions and starters are graded above, by all that there is.
      let result = try CommandLineTool.run("verify-grader", "--quick", "--without-solutions", seconds: 2400)
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("0 mutants missed, 0 false alarms, 0 starters with points"))
      #expect(!result.hasEscapes)
      for exercise in Catalogue.all.exercises {
        let mutants = try #require(
          try Mutants.mutants(of: exercise, in: CommandLineTool.root.appending("grading"), .all))
        #expect(mutants.mutants.count >= (exercise.assignment == "ProblemSet1" ? 10 : 3), "\(exercise.id)")
        for mutant in mutants.mutants { #expect(result.output.contains(" \(mutant.name) "), "\(mutant.name)") }
        let designs = try HonestDesigns.designs(of: exercise, in: CommandLineTool.root.appending("grading"))
        #expect(designs.count >= 2, "\(exercise.id)")
        for design in designs { #expect(result.output.contains(" \(design.name) "), "\(design.name)") }
      }
    }
  }
}
