import Glibc
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// The worked example of `Sources/README.md`, whose files lie under `Example`: an exercise called `tally`.
  @Suite(.serialized) struct ExampleTests {
    static let files = CommandLineTool.root.appending("Tests/EndToEndTests/Example")

    /// What an exercise adds to files that are there: the manifest, the course, the catalogue.
    static let lines: [(file: String, before: String, line: String)] = [
      ("Package.swift", "]\n\nlet starters", "  (folder: \"Labs\", name: \"Tally\"),\n"),
      (
        "grading/course.json", "\n      ]\n    }\n  ]\n}",
        ",\n        { \"folder\": \"Labs/Tally\", \"rubric\": \"rubrics/Tally.json\" }"
      ),
      ("Sources/Exercises/Catalogue.swift", "  ])\n", "    Tally.self,\n"),
    ]

    /// The judge's half, compiled against the modules that were built, finds a right subject right and wrong ones wrong.
    @Test func theExerciseJudges() throws {
      let workspace = try Workspace()
      let main = try workspace.write(
        """
        package import Examining
        import Traces
        import Workloads

        /// The first thing that is wrong with the outcomes of a tally that counts each addition `step` times.
        func verdict(_ exercise: Exercise, _ trace: Trace, step: UInt64) -> Violation? {
          var counts: [UInt64: UInt64] = [:]
          let outcomes = trace.operations.map { operation -> UInt64 in
            if operation & 1 == 1 { return counts[operation >> 1] ?? 0 }
            counts[operation >> 1, default: 0] += step
            return 0
          }
          var oracle = exercise.oracle(trace)
          let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
          return oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
        }

        let catalogue = Catalogue([Tally.self])
        for exercise in catalogue.exercises {
          print(exercise.id, exercise.driver, exercise.file, catalogue.kind("wrong-count")?.explanation ?? "")
          for workload in exercise.workloads {
            let trace = try workload.trace(seed: 1) { name throws(TraceError) in Trace(vocabulary: "", name: name, operations: []) }
            print(workload.name, verdict(exercise, trace, step: 1)?.message ?? "right")
            print(workload.name, verdict(exercise, trace, step: 2)?.kind.rawValue ?? "right")
          }
        }
        """, to: "main.swift")
      let program = workspace.folder.appending("judge")
      let modules = ["Examining", "Workloads", "Traces", "Vocabularies", "CPlatform", "SystemPackage", "CSystem"]
      let sources = [
        "Vocabularies/Observation/TallyVocabulary", "Exercises/Observation/Tally/Tally",
        "Exercises/Observation/Tally/TallyOracle",
      ]
      try compile(
        sources.map { Self.files.appending("Sources/\($0).swift") } + [main], insideOf: ["Vocabularies"],
        ["-o", program.string] + modules.flatMap { Self.objects(of: $0) })
      let result = try CommandLineTool.run(program: program, [])
      #expect(result.status == 0, "\(result.all)")
      #expect(
        result.output == """
          tally Worker::TallyDriver<MapTally> MapTally.swift A key was added another number of times.
          few-keys right
          few-keys wrong-count
          many-keys right
          many-keys wrong-count

          """)
    }

    /// The worker's half compiles against the modules that were built, around the starter as around the solution.
    @Test(arguments: ["Labs", "Solutions"]) func theSubjectsCompile(folder: String) throws {
      let workspace = try Workspace()
      let main = try workspace.write("serve(TallyDriver<MapTally>.self)\n", to: "main.swift")
      let sources = [
        "AllocLab/Observation/Tally", "Vocabularies/Observation/TallyVocabulary", "Worker/Observation/TallyDriver",
      ]
      try compile(
        sources.map { Self.files.appending("Sources/\($0).swift") }
          + [Self.files.appending("\(folder)/Tally/MapTally.swift"), main],
        insideOf: ["AllocLab", "Vocabularies", "Worker"], ["-typecheck"])
    }

    /// The lines that the example needs have one place each.
    @Test(arguments: lines) func aLineHasItsPlace(file: String, before: String, line: String) throws {
      let text = String(decoding: try Files.read(CommandLineTool.root.appending(file)), as: UTF8.self)
      #expect(text.ranges(of: before).count == 1, "\(file)")
    }

    /// Adds the exercise to a copy of the package, builds that from nothing, and takes the way of an author to the end.
    @Test(.enabled(if: getenv("ALLOCLAB_SLOW_TESTS") != nil, "takes two minutes"), .timeLimit(.minutes(15)))
    func theExerciseIsAddedCheckedGradedAndVerified() throws {
      let workspace = try Workspace()
      let copy = workspace.folder.appending("package")
      try shell(
        "mkdir '\(copy)' && tar -C '\(CommandLineTool.root)' --exclude=./.build --exclude=./.git -c . | tar -C '\(copy)' -x"
      )
      try shell("cp -r '\(Self.files)'/. '\(copy)'")
      // What the package depends on need not be fetched again.
      try shell(
        "mkdir '\(copy)/.build' && cd '\(CommandLineTool.root)/.build' && cp -r checkouts repositories workspace-state.json '\(copy)/.build'"
      )
      for (name, before, line) in Self.lines {
        let file = copy.appending(name)
        let text = String(decoding: try Files.read(file), as: UTF8.self)
        try Files.write(Array(text.replacing(before, with: line + before).utf8), to: file)
      }
      try shell("cd '\(copy)' && swift build --product alloclab && swift build --product ForkServer")
      let tool = copy.appending(".build/debug/alloclab")
      func alloclab(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(program: tool, arguments, in: copy)
      }
      let starter = try alloclab("check", "Labs/Tally")
      #expect(starter.status == 1, "\(starter.all)")
      #expect(starter.output.contains("✗ tally · few-keys: wrong count"), "\(starter.all)")
      #expect(starter.output.contains("Another key's count changed, or none did: look at add."))
      let solution = try alloclab("grade", "Solutions/Tally")
      #expect(solution.status == 0, "\(solution.all)")
      let verified = try alloclab("verify-grader", "--exercise", "tally")
      #expect(verified.status == 0, "\(verified.all)")
      #expect(verified.output.contains("0 mutants missed, 0 false alarms, 0 starters with points"), "\(verified.all)")
    }

    /// Where the tests' own build lies.
    private static var build: FilePath { (Files.realPath("/proc/self/exe") ?? "").removingLastComponent() }

    private static func objects(of module: String) -> [String] {
      Files.names(in: build.appending("\(module).build")).filter { $0.hasSuffix(".o") }
        .map { build.appending("\(module).build/\($0)").string }
    }

    /// Compiles files as if they stood inside modules that are there already, with the manifest's settings.
    private func compile(_ sources: [FilePath], insideOf modules: [String], _ arguments: [String]) throws {
      let checkouts = CommandLineTool.root.appending(".build/checkouts")
      let settings = [
        "-swift-version", "6", "-package-name", "\(CommandLineTool.root.lastComponent?.string ?? "")".lowercased(),
        "-strict-memory-safety", "-Werror", "StrictMemorySafety", "-enable-upcoming-feature",
        "InternalImportsByDefault",
        "-enable-upcoming-feature", "MemberImportVisibility", "-enable-upcoming-feature", "ExistentialAny",
      ]
      let search = [
        "-module-name", "Example", "-I", Self.build.appending("Modules").string,
        "-Xcc", "-fmodule-map-file=\(Self.build)/CPlatform.build/module.modulemap",
        "-I", checkouts.appending("swift-system/Sources/CSystem/include").string,
      ]
      let implicit = modules.flatMap { ["-Xfrontend", "-import-module", "-Xfrontend", $0] }
      let result = try CommandLineTool.run(
        program: "/usr/bin/env", ["swiftc"] + settings + search + implicit + arguments + sources.map(\.string))
      #expect(result.status == 0, "\(result.all)")
    }

    private func shell(_ command: String) throws {
      let result = try CommandLineTool.run(program: "/bin/sh", ["-c", command], seconds: 800)
      #expect(result.status == 0, "\(command)\n\(result.all)")
    }
  }
}
