import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEnd {
  /// The first wall: what is not safe Swift is refused, and what only looks so is not.
  @Suite(.serialized) struct SafetyTests {
    private static func refusals(
      of files: [(name: String, bytes: [UInt8])], admitting modules: [String] = []
    ) throws -> [String: SafetyCheck.Refusal] {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let safety = try #require(judge.builder.safety)
      return try safety.refusals(
        of: files.map { Submission.File(name: $0.name, bytes: $0.bytes) }, admitting: modules)
    }

    /// What the program says of each file by itself. What these hold is ours, so that nothing needs confining.
    private static func findings(in texts: [String]) throws -> [String] {
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let program = try #require(judge.builder.safety).file
      let workspace = try Workspace()
      for (number, text) in texts.enumerated() { try workspace.write(text, to: "\(number).swift") }
      let result = try CommandLineTool.run(
        program: program, texts.indices.flatMap { ["\($0).swift", "--"] },
        in: workspace.folder)
      try #require(result.status == 0, "\(result.all.suffix(500))")
      let lines = result.output.split(separator: "\n")
      return texts.indices.map { number in
        #expect(lines.contains("= \(number).swift"), "\(texts[number])")
        return lines.filter { $0.hasPrefix("\(number).swift:") }.joined(separator: "\n")
      }
    }

    @Test func eachSpellingIsRefused() throws {
      let spellings = (SafetySpellings.refused + SafetySpellings.state).flatMap { group in
        group.files.map { (what: group.what, text: $0) }
      }
      #expect(spellings.count > 150)
      let found = try Self.findings(in: spellings.map(\.text))
      for (spelling, found) in zip(spellings, found) {
        let isNamed = found.split(separator: "\n").contains { line in
          line.contains(": \(spelling.what)")
        }
        #expect(isNamed, "\(spelling.text)\n\(found)")
      }
    }

    @Test func whatOnlyLooksSoPasses() throws {
      let texts = SafetySpellings.admitted + SafetySpellings.plain
      let found = try Self.findings(in: texts)
      for (text, found) in zip(texts, found) { #expect(found.isEmpty, "\(text)\n\(found)") }
    }

    /// Names that one file declares are meant in the others as well.
    @Test func filesOfASubmissionAreReadTogether() throws {
      let files = [
        ("a.swift", "struct A { var _own = 1 }\nenum E { static let first: Kind = .one, second: Box = Box() }"),
        ("b.swift", "enum Kind { case one }\nfinal class Box: Error { var x = 0 }\nfunc f(_ a: A) -> Int { a._own }"),
      ].map { (name: $0.0, bytes: Array($0.1.utf8)) }
      let refusals = try Self.refusals(of: files)
      #expect(refusals.keys.sorted() == ["a.swift"])
      #expect(
        refusals["a.swift"]?.messages.contains("error: not safe Swift: the constant 'second'") == true)
    }

    @Test func aModuleThatTheExerciseListsMayBeImported() throws {
      let file = (name: "a.swift", bytes: Array("import Synchronization".utf8))
      #expect(try Self.refusals(of: [file])["a.swift"]?.messages.contains("only AllocLab may be imported") == true)
      #expect(try Self.refusals(of: [file], admitting: ["Synchronization"]) == [:])
      // Not by it alone: the compiler gets the files with the modules of their exercise.
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      let text = try Files.read(workspace.folder.appending("ada/PoolAllocator.swift"))
      try workspace.write(
        Array(
          "import Synchronization\nfunc count() -> Int { let n = Atomic(1); return n.load(ordering: .relaxed) }\n".utf8)
          + text, to: "ada/PoolAllocator.swift")
      var pool = try #require(Catalogue.all.exercise("pool"))
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let submission = try Submission(workspace.folder.appending("ada"))
      guard case .refused(_, .unsafeCode) = try judge.builder.build(pool, of: submission) else {
        return #expect(Bool(false), "it was built")
      }
      pool.modules = ["Synchronization"]
      if case .refused(let messages, _) = try judge.builder.build(pool, of: submission) { Issue.record("\(messages)") }
    }

    /// However a file is encoded, what the compiler sees in it is seen.
    @Test func oddEncodingsHideNothing() throws {
      let glibc = Array("import Glibc\n".utf8)
      let odd: [(name: String, bytes: [UInt8])] = [
        ("bom", [0xef, 0xbb, 0xbf] + glibc), ("returns", Array("import AllocLab\rimport Glibc\r".utf8)),
        ("both", Array("import AllocLab\r\nimport Glibc\r\n".utf8)), ("nul", Array("import\0Glibc\n".utf8)),
        ("nul-in-comment", Array("// \0\nimport Glibc\n".utf8)),
        ("nul-before", Array("let x = 1\0import Glibc\n".utf8)),
        ("comment-return", Array("// comment\rimport Glibc\n".utf8)), ("bad", [0x2f, 0x2f, 0xff, 0xfe, 0x0a] + glibc),
        ("bad-in-comment", Array("/* ".utf8) + [0xff] + Array(" */".utf8) + glibc),
        ("nested", Array("/* /* */ */ import Glibc\n".utf8)),
        ("quoted", Array("let x = \"/*\"\nimport Glibc\nlet y = \"*/\"\n".utf8)),
        ("shebang", Array("#!/usr/bin/swift\nimport Glibc\n".utf8)), ("space", Array("import\u{a0}Glibc\n".utf8)),
        ("long-name", Array("let ".utf8) + Array(repeating: 0x78, count: 900_000) + Array(": Int = 1\n".utf8) + glibc),
        ("long-line", Array(repeating: Array("struct S {};".utf8), count: 20_000).flatMap { $0 } + glibc),
      ]
      let unreadable: [(name: String, bytes: [UInt8])] = [
        ("unterminated", Array("/* import AllocLab\n".utf8)), ("utf16", [0xff, 0xfe] + glibc.flatMap { [$0, 0] }),
        ("conflict", Array("<<<<<<< a\nimport AllocLab\n=======\nlet x = 1\n>>>>>>> b\n".utf8)),
        ("placeholder", Array("let x: Int = <#x#>\n".utf8)), ("joined", Array("imp\u{200d}ort AllocLab\n".utf8)),
      ]
      let refusals = try Self.refusals(of: odd + unreadable)
      for (name, _) in odd {
        #expect(
          refusals[name]?.messages.contains("import of 'Glibc'") == true, "\(name): \(refusals[name]?.messages ?? "")")
      }
      for (name, _) in unreadable { #expect(refusals[name]?.syntaxError != nil, "\(name)") }
    }

    @Test func solutionsStartersAndTheExamplePass() throws {
      for folder in [
        "Solutions/ProblemSet1", "Solutions/ProblemSet2", "Solutions/ProblemSet3", "Solutions/VirtualMemory",
        "Solutions/HeapChecker",
        "ProblemSets/ProblemSet1", "ProblemSets/ProblemSet2", "ProblemSets/ProblemSet3", "Labs/VirtualMemory",
        "Labs/HeapChecker",
        "Tests/EndToEndTests/Example/Labs/Tally",
        "Tests/EndToEndTests/Example/Solutions/Tally",
      ] {
        let names = Files.names(in: CommandLineTool.root.appending(folder)).filter { $0.hasSuffix(".swift") }
        #expect(!names.isEmpty, "\(folder)")
        let files = try names.map { ($0, try Files.read(CommandLineTool.root.appending("\(folder)/\($0)"))) }
        #expect(try Self.refusals(of: files) == [:], "\(folder)")
      }
    }

    /// Never a pass: what cannot be read is refused, and the files beside it are judged by themselves.
    @Test func filesThatEndTheCheckAreRefused() throws {
      let deep = 30_000
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
      let refusals = try Self.refusals(of: files.map { ($0.0, Array($0.1.utf8)) })
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
      let graded = try CommandLineTool.run("grade", "ada", "-o", "reports", "--only", "pool", in: workspace.folder)
      #expect(graded.status == 1, "\(graded.all)")
      #expect(graded.output.contains("unsafe-code"), "\(graded.all)")
      let pool = try Report(workspace.folder.appending("reports/ada.json")).exercise("pool")
      #expect(pool.points == 0 && pool.findings == [.unsafeCode])
      #expect(pool.compilerMessages?.contains(message) == true, "\(pool.compilerMessages ?? "")")
      // What is beside it is built, and with the option it is as well.
      let submission = try Submission(workspace.folder.appending("ada"))
      let exercises = try ["pool", "comparison"].map { try #require(Catalogue.all.exercise($0)) }
      let judge = try Outside.judge()
      defer { judge.builder.discardAll() }
      let built = try judge.builder.buildAll(exercises, of: submission)
      guard case .refused(_, .unsafeCode) = built[0], case .built = built[1] else {
        return #expect(Bool(false), "\(built)")
      }
      // That the option does this, the attacks show.
      if case .refused(let messages, _) = try judge.admittingUnsafeCode().builder.build(exercises[0], of: submission) {
        Issue.record("\(messages)")
      }
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
