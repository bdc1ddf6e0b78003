import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// What users get wrong: arguments, submissions that are not what they should be, and courses with mistakes in them.
  @Suite(.serialized) struct MistakeTests {
    /// ArgumentParser's status for arguments that make no sense.
    static let usage: Int32 = 64

    @Test func unknownExercises() throws {
      for arguments in [["check", "bufdy"], ["exercises", "bufdy"], ["grade", "Solutions", "--only", "bufdy"]] {
        let result = try CommandLineTool.run(arguments)
        #expect(result.status == Self.usage, "\(result.all)")
        #expect(result.errors.contains("There is no exercise 'bufdy'. Did you mean 'buddy'?"), "\(result.all)")
        #expect(result.output == "")
      }
      let unlike = try CommandLineTool.run("check", "tlb-shootdown")
      #expect(unlike.status == Self.usage)
      #expect(!unlike.errors.contains("Did you mean"))
    }

    /// An exercise is named as other commands take it.
    @Test func explanationsOfOneExercise() throws {
      let one = try CommandLineTool.run("explain", "overlap", "pool")
      #expect(one.status == 0 && one.output.contains("in pool:") && !one.output.contains("in slab:"), "\(one.all)")
      #expect(one.output == (try CommandLineTool.run("explain", "overlap", "--exercise", "pool").output))
      let two = try CommandLineTool.run("explain", "overlap", "pool", "--exercise", "slab")
      #expect(two.status == Self.usage && two.errors.contains("name one exercise"), "\(two.all)")
    }

    /// Whoever has written nothing yet is not sent after a subtle fault alone.
    @Test func anUntouchedStarterIsToldSo() throws {
      let workspace = try Workspace()
      try workspace.copy("ProblemSets/ProblemSet1", to: "mine")
      let hint = "nothing was ever handed out here: begin with the first request of an empty heap"
      let starter = try CommandLineTool.run("check", "pool", "--in", "mine", in: workspace.folder)
      #expect(starter.status == 1 && starter.output.contains(hint), "\(starter.all)")
    }

    @Test func directoriesThatAreNot() throws {
      let workspace = try Workspace()
      let file = try workspace.write("", to: "file.swift")
      for path in ["absent", file.string] {
        let result = try CommandLineTool.run("grade", path, "-o", "reports", in: workspace.folder)
        #expect(result.status == 2, "\(result.all)")
        #expect(result.errors.contains("\(path): is not a directory; name the directory that holds the submission's"))
        #expect(try CommandLineTool.run("check", path, in: workspace.folder).status == Self.usage)
      }
      try Files.makeDirectory(workspace.folder.appending("empty"))
      // Nothing is not much, but it is a submission.
      let result = try CommandLineTool.run("grade", "empty", "-o", "reports", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("empty: nothing that an exercise asks for was handed in\n"), "\(result.all)")
      #expect(try Report(workspace.folder.appending("reports/empty.json")).points == 0)
      let check = try CommandLineTool.run("check", "empty", in: workspace.folder)
      #expect(check.status == Self.usage)
      #expect(check.errors.contains("empty holds none of PoolAllocator.swift"))
      let absent = try CommandLineTool.run("check", "pool", "--in", "empty", in: workspace.folder)
      #expect(absent.status == Self.usage)
      #expect(absent.errors.contains("PoolAllocator.swift is not here; name its directory with --in."))
    }

    /// They would share a report, and hidden traces.
    @Test func submissionsOfOneNameAreRefused() throws {
      let workspace = try Workspace()
      for section in ["s1", "s2"] { try workspace.write("import AllocLab\n", to: "\(section)/ada/PoolAllocator.swift") }
      let result = try CommandLineTool.run("grade", "s1", "s2/ada", "-o", "reports", in: workspace.folder)
      #expect(result.status == 2, "\(result.all)")
      #expect(result.errors.contains("s2/ada: has the name of "), "\(result.all)")
      #expect(Files.names(in: workspace.folder.appending("reports")) == [])
      // The same one twice is one.
      let same = try CommandLineTool.run(
        "grade", "s1", "s1/ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(same.status == 1, "\(same.all)")
    }

    @Test func referencesThatAreNotThereAreTheGradersFailure() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      for command in [["grade", "ada", "-o", "reports"], ["check", "pool", "--in", "ada"], ["compare"]] {
        let result = try CommandLineTool.run(command + ["--references", "nosuch"], in: workspace.folder)
        #expect(result.status == 2, "\(result.all)")
        #expect(
          result.errors.contains("nosuch: is not a directory; name that of the reference solutions with --references"))
      }
      #expect(Files.names(in: workspace.folder.appending("reports")) == [])
    }

    @Test func aMistakeInOneSubmissionDoesNotStopTheOthers() throws {
      let workspace = try Workspace()
      try Files.makeDirectory(workspace.folder.appending("class/ada"))
      try workspace.copy("Solutions/VirtualMemory", to: "class/bob")
      for number in 0...100 { try workspace.write("", to: "class/cat/file\(number).swift") }
      symlink("bob", workspace.folder.appending("class/dan").string)
      let result = try CommandLineTool.run("grade", "class", "-o", "reports", in: workspace.folder)
      #expect(result.status == 2, "\(result.all)")
      #expect(result.output.contains("not read: file0.swift: is one of 101 Swift files; at most 100 are read\n"))
      // Who handed in nothing has none of the points of what the others did.
      let ada = try Report(workspace.folder.appending("reports/ada.json")).exercise("page-replacement")
      #expect(ada.findings == [.missing] && ada.points == 0 && ada.maximum == 5)
      let table = result.output.split(separator: "\n").dropLast().suffix(5).map {
        $0.split(separator: " ").joined(separator: " ")
      }
      #expect(
        table == [
          "submission page-replacement points extra findings", "ada 0.00 0.00/0 0.00 missing", "bob 5.00 0.00/0 5.00",
          "cat 0.00 0.00/0 0.00 missing", "dan none not graded",
        ], "\(result.all)")
      #expect(try Report(workspace.folder.appending("reports/bob.json")).extraCredit == 5)
    }

    /// A file of the student's that cannot be what it should be is the student's mistake: no points, said why.
    /// Bytes that are no text.
    private static let binary: [UInt8] = (0..<4000).map { (number: Int) -> UInt8 in
      UInt8(truncatingIfNeeded: number &* 167 &+ number >> 3)
    }

    @Test(arguments: [
      ("empty", [UInt8](), "no type in PoolAllocator.swift has the name that the starter gives it"),
      ("binary", binary, "error:"),
      ("latin1", Array("// caf".utf8) + [0xe9, 0x0a], "error:"),
      ("executable", Array("\u{7f}ELF".utf8) + [2, 1, 1, 0, 0, 0], "error:"),
      ("large", Array(repeating: 0x2f, count: 2 << 20), "holds 2097152 bytes; at most 1048576 are read"),
      ("deep", Array(repeating: 0x28, count: 100_000), "error:"),
    ])
    func filesThatAreNoProgram(name: String, bytes: [UInt8], message: String) throws {
      let workspace = try Workspace()
      try workspace.write(bytes, to: "ada/PoolAllocator.swift")
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(!result.hasEscapes)
      let pool = try Report(workspace.folder.appending("reports/ada.json")).exercise("pool")
      #expect(pool.findings == [.doesNotCompile])
      #expect(pool.points == 0)
      #expect(pool.compilerMessages?.contains(message) == true, "\(name): \(pool.compilerMessages ?? "")")
      #expect(try CommandLineTool.run("check", "pool", "--in", "ada", in: workspace.folder).status == 1)
    }

    @Test(arguments: ["folder", "link", "pipe"])
    func filesThatAreNoFile(kind: String) throws {
      let workspace = try Workspace()
      let file = workspace.folder.appending("ada/PoolAllocator.swift")
      try Files.makeDirectory(workspace.folder.appending("ada"))
      switch kind {
      case "folder": try Files.makeDirectory(file)
      case "pipe": mkfifo(file.string, 0o644)
      default: symlink("\(CommandLineTool.root)/Solutions/ProblemSet1/PoolAllocator.swift", file.string)
      }
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let pool = try Report(workspace.folder.appending("reports/ada.json")).exercise("pool")
      #expect(pool.points == 0)
      let reason = kind == "link" ? "is a symbolic link" : "is not a regular file"
      #expect(pool.compilerMessages?.hasPrefix("PoolAllocator.swift \(reason)") == true)
    }

    @Test func oddNamesBesideTheFileAreNoTrouble() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let names = [
        "two words.swift", "line\nfeed.swift", "-o.swift", "@options.swift", "Ünïcödé 🐎.swift", "quote'\"`$(id).swift",
        "\u{1b}[31mred.swift",
      ]
      for (number, name) in names.enumerated() { try workspace.write("let value\(number) = 1\n", to: "ada/\(name)") }
      // Not looked at: hidden, links, folders, other kinds, a program and a manifest of the student's own.
      symlink("/etc/passwd", workspace.folder.appending("ada/passwords.swift").string)
      try Files.makeDirectory(workspace.folder.appending("ada/folder.swift"))
      for name in [".hidden.swift", "notes.txt", "main.swift", "Package.swift"] {
        try workspace.write("this is not Swift", to: "ada/\(name)")
      }
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      #expect(!result.hasEscapes)
    }

    @Test func aNameThatIsNoUnicodeIsNoTrouble() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let name =
        Array(workspace.folder.appending("ada/").string.utf8) + [0x2f, 0xff, 0xfe] + Array(".swift".utf8) + [0]
      let file = name.map { CChar(bitPattern: $0) }.withUnsafeBufferPointer {
        open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644)
      }
      #expect(file >= 0)
      close(file)
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      unlink(String(decoding: name.dropLast(), as: UTF8.self))
    }
  }

  @Suite(.serialized) struct CourseTests {
    /// A copy of the course with `old` replaced in one of its files, and what grading by it says.
    private func grade(changing file: String, _ old: String, to new: String) throws -> (
      CommandLineTool.Result, FilePath
    ) {
      let workspace = try Workspace()
      try workspace.copy("grading", to: "course")
      try workspace.copy("grading/rubrics", to: "course/rubrics")
      let path = workspace.folder.appending("course/\(file)")
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      try #require(text.contains(old))
      try workspace.write(text.replacing(old, with: new, maxReplacements: 1), to: "course/\(file)")
      let result = try CommandLineTool.run(
        "grade", "\(CommandLineTool.root)/Solutions/VirtualMemory", "-o", "reports", "--course", "course",
        in: workspace.folder)
      return (result, path)
    }

    @Test(arguments: [
      ("course.json", #""hiddenSeed""#, #""hidenSeed""#, "hiddenSeed"),
      ("course.json", #""course":"#, #""course" "#, ":2:"),
      ("course.json", "rubrics/ProblemSet1.json", "rubrics/ProblemSet9.json", "ProblemSet9.json"),
      ("rubrics/ProblemSet1.json", #""hiddenWeight": 2"#, #""hiddenWieght": 2"#, "hiddenWeight"),
      ("rubrics/ProblemSet1.json", #""points": 25"#, #""points": "25""#, "exercises[0].points"),
      ("rubrics/ProblemSet1.json", #""exercise": "pool""#, #""exercise": "pol""#, "did you mean pool?"),
      ("rubrics/ProblemSet1.json", #""space": {"#, #""spaec": {"#, "no meter spaec"),
      (
        "rubrics/ProblemSet1.json", #""space": { "weight": 20"#, #""space": { "weight": 50"#,
        "ProblemSet1.json:6:56: exercises[0].correctness: pool: the weights of correctness, space, time, "
          + "60 + 50 + 20, add up to 130; make them 100"
      ),
      (
        "rubrics/ProblemSet1.json", #""assignment": "ProblemSet1""#, #""assignment": "Lab1""#,
        "ProblemSet1.json:2:17: assignment: course.json names this rubric for ProblemSet1"
      ),
      (
        "course.json", #""weight": 40"#, #""weight": 50"#,
        "course.json:5:13: groups: the groups' weights, 50 + 30 + 30, add up to 110; make them 100"
      ),
      (
        "course.json", #"{ "folder": "Labs/Lab1","#, #"{ "folder": "Labs/Lab1", "weight": 10,"#,
        "course.json:16:22: groups[1].assignments: some assignments of Labs have a weight and some have none"
      ),
    ])
    func mistakesAreToldWithTheirPlace(file: String, old: String, new: String, message: String) throws {
      let (result, path) = try grade(changing: file, old, to: new)
      #expect(result.status == 2, "\(result.all)")
      #expect(result.output == "")
      #expect(result.errors.contains(message), "\(result.all)")
      // Once is enough.
      #expect(!result.errors.contains("\(path): \(path)"), "\(result.all)")
      if !message.contains("ProblemSet9") {
        #expect(result.errors.contains(path.lastComponent?.string ?? "?"), "\(result.all)")
      }
    }

    @Test func aMisspeltKeyIsToldWithLineAndGuess() throws {
      let (result, path) = try grade(changing: "rubrics/VirtualMemory.json", #""correctness""#, to: #""corectness""#)
      #expect(result.status == 2)
      #expect(result.errors.contains("\(path.lastComponent?.string ?? ""):"), "\(result.all)")
      let (unknown, _) = try grade(
        changing: "course.json", #""isExtraCredit": true"#, to: #""isExtraCredti": true"#)
      #expect(unknown.status == 2)
      #expect(unknown.errors.contains("course.json:28:47: unknown key"), "\(unknown.all)")
      #expect(unknown.errors.contains(#"did you mean "isExtraCredit"?"#), "\(unknown.all)")
    }

    @Test func aReferenceThatIsMissingOrWrongIsTheInstructorsFault() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/VirtualMemory", to: "ada")
      let missing = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--references", "\(workspace.folder)/ada", in: workspace.folder)
      #expect(missing.status == 2, "\(missing.all)")
      try workspace.copy("Labs/VirtualMemory", to: "references/VirtualMemory")
      let wrong = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--references", "references", in: workspace.folder)
      #expect(wrong.status == 2, "\(wrong.all)")
      #expect(wrong.errors.contains("the reference solution of page-replacement fails on"), "\(wrong.all)")
    }
  }
}
