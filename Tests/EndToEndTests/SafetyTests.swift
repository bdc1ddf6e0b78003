import Examining
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// The first wall: what is not safe Swift is refused, and what only looks so is not.
  @Suite(.serialized) struct SafetyTests {
    private static func refusals(of files: [(name: String, text: String)]) throws -> [String: String] {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let safety = try #require(judge.builder.safety)
      return try safety.refusals(of: files.map { Submission.File(name: $0.name, bytes: Array($0.text.utf8)) })
    }

    @Test func eachSpellingIsRefused() throws {
      var files: [(name: String, text: String)] = []
      var whats: [String] = []
      for (what, texts) in SafetySpellings.refused {
        for text in texts {
          files.append(("\(files.count).swift", text))
          whats.append(what)
        }
      }
      let refusals = try Self.refusals(of: files)
      for (file, what) in zip(files, whats) {
        let messages = refusals[file.name] ?? "nothing"
        #expect(messages.contains("error: not safe Swift: \(what)"), "\(file.text)\n\(messages)")
        #expect(messages.hasPrefix("\(file.name):"), "\(messages)")
      }
    }

    @Test func whatOnlyLooksSoPasses() throws {
      let files = SafetySpellings.admitted.enumerated().map { ("\($0.offset).swift", $0.element) }
      let refusals = try Self.refusals(of: files)
      for (name, text) in files { #expect(refusals[name] == nil, "\(text)\n\(refusals[name] ?? "")") }
    }

    @Test func solutionsStartersAndTheExamplePass() throws {
      var files: [(name: String, text: String)] = []
      for folder in [
        "Solutions/ProblemSet1", "Solutions/VirtualMemory", "Solutions/HeapChecker", "ProblemSets/ProblemSet1",
        "Labs/VirtualMemory", "Labs/HeapChecker", "Tests/EndToEndTests/Example/Labs/Tally",
        "Tests/EndToEndTests/Example/Solutions/Tally",
      ] {
        let names = Files.names(in: CommandLineTool.root.appending(folder)).filter { $0.hasSuffix(".swift") }
        #expect(!names.isEmpty, "\(folder)")
        for name in names {
          let bytes = try Files.read(CommandLineTool.root.appending("\(folder)/\(name)"))
          files.append(("\(folder)/\(name)", String(decoding: bytes, as: UTF8.self)))
        }
      }
      #expect(try Self.refusals(of: files) == [:])
    }

    /// What each attack is refused for by the check; the compiler or the judge stops the others.
    @Test func attacksAreNamed() throws {
      let folder = CommandLineTool.root.appending("grading/attacks")
      let safe: Set = [
        "deep-recursion", "flood-output", "impossible-addresses", "infinite-loop", "stray-access", "submission-main",
        "submission-manifest", "type-checker-bomb", "type-size-bomb", "wild-pointer",
      ]
      var files: [(name: String, text: String)] = []
      for name in Files.names(in: folder) where Files.isDirectory(folder.appending(name)) {
        let bytes = try Files.read(folder.appending("\(name)/PoolAllocator.swift"))
        files.append((name, String(decoding: bytes, as: UTF8.self)))
      }
      let refusals = try Self.refusals(of: files)
      #expect(files.count > 50)
      for (name, _) in files {
        #expect((refusals[name] == nil) == safe.contains(name), "\(name): \(refusals[name] ?? "passes")")
      }
      #expect(
        refusals["thread-bomb"]?.hasPrefix("thread-bomb:3:1: error: not safe Swift: import of 'Glibc': only") == true)
    }

    /// Never a pass: what cannot be read is refused, and the files beside it are judged by themselves.
    @Test func filesThatEndTheCheckAreRefused() throws {
      let deep = 100_000
      let files = [
        ("first.swift", "import AllocLab"),
        (
          "parentheses.swift",
          "let x = " + String(repeating: "(", count: deep) + "1" + String(repeating: ")", count: deep)
        ),
        ("operators.swift", "let x = 1" + String(repeating: " + 1", count: deep)),
        ("members.swift", "let x = a" + String(repeating: ".b()", count: deep) + "\nimport Glibc"),
        ("else.swift", "func f() { " + String(repeating: "if a {} else ", count: deep) + "{} }\nimport Glibc"),
        ("last.swift", "import AllocLab"), ("glibc.swift", "import Glibc"),
      ]
      let refusals = try Self.refusals(of: files)
      #expect(refusals["first.swift"] == nil)
      for name in ["parentheses.swift", "members.swift", "else.swift", "glibc.swift"] {
        #expect(refusals[name] != nil, "\(name)")
      }
    }

    @Test func checkAndGradeRefuseAndTheOptionAdmits() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let file = workspace.folder.appending("ada/PoolAllocator.swift")
      let text = String(decoding: try Files.read(file), as: UTF8.self)
      try workspace.write(text + "\nnonisolated(unsafe) var count = 0\n", to: "ada/PoolAllocator.swift")
      let line = text.split(separator: "\n", omittingEmptySubsequences: false).count + 1
      let message = "PoolAllocator.swift:\(line):1: error: not safe Swift: 'nonisolated': keep state"
      let checked = try CommandLineTool.run("check", "pool", "--in", "ada", in: workspace.folder)
      #expect(checked.status == 1 && checked.output.contains(message), "\(checked.all)")
      let graded = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "pool", "--only", "comparison", in: workspace.folder)
      #expect(graded.status != 2, "\(graded.all)")
      let report = try Report(workspace.folder.appending("reports/ada.json"))
      let pool = try report.exercise("pool")
      #expect(pool.points == 0 && pool.findings == [.doesNotCompile])
      #expect(pool.compilerMessages?.contains(message) == true, "\(pool.compilerMessages ?? "")")
      #expect(try report.exercise("comparison").points > 0)
      let admitted = try CommandLineTool.run("check", "pool", "--in", "ada", "--admit-unsafe", in: workspace.folder)
      #expect(admitted.status == 0, "\(admitted.all)")
    }

    /// The compiler finds by itself what is unsafe without being marked so.
    @Test func whatIsNotMarkedIsTheCompilersToRefuse() throws {
      let workspace = try Workspace()
      try workspace.copy("grading/attacks/wild-pointer", to: "ada")
      let result = try CommandLineTool.run("check", "pool", "--in", "ada", in: workspace.folder)
      #expect(result.status == 1 && result.output.contains("unsafe"), "\(result.all)")
    }
  }
}
