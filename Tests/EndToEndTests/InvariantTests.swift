import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

extension EndToEndBeside {
  /// Students' own heap checkers: asked after every operation, and graded themselves.
  @Suite(.serialized) struct InvariantTests {
    /// A submission whose allocator for an exercise checks itself with `body`.
    private func submission(_ type: String, checking body: String) throws -> Workspace {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      try workspace.write(
        """
        import AllocLab
        extension \(type): InvariantChecking {
          public func invariantViolations() -> [String] { \(body) }
        }

        """, to: "ada/\(type)+Invariants.swift")
      return workspace
    }

    private func generate(_ workload: String, _ workspace: Workspace) throws {
      let result = try CommandLineTool.run("trace", "generate", workload, "-o", "my.trace", in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
    }

    @Test func theSolutionsOwnInvariantsHold() throws {
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      try workspace.copy("Solutions/ProblemSet1/Invariants", to: "ada")
      for (exercise, workload) in [("pool", "exhaustion"), ("slab", "exhaustion"), ("buddy", "halves")] {
        try generate("\(exercise)/\(workload)", workspace)
        let result = try CommandLineTool.run(
          "replay", exercise, "my.trace", "--invariants", "--in", "ada", in: workspace.folder)
        #expect(result.status == 0, "\(result.all)")
        #expect(result.output.contains("operations, all right"), "\(result.all)")
      }
      // The files that belong to one exercise are in no other's way.
      let advisor = try CommandLineTool.run("grade", "ada", "--only", "pool", "-o", "reports", in: workspace.folder)
      #expect(
        try Report(workspace.folder.appending("reports/ada.json")).exercise("pool").findings == [], "\(advisor.all)")
    }

    @Test func whoCannotBeAskedIsTold() throws {
      let result = try CommandLineTool.run("check", "buddy", "--invariants", "--in", "Solutions/ProblemSet1")
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("extension BuddyAllocator: InvariantChecking {"), "\(result.all)")
      #expect(result.output.contains("or to BuddyAllocator+Invariants.swift beside it"), "\(result.all)")
      #expect(!result.output.contains("main.swift"), "\(result.all)")
      let nothing = try CommandLineTool.run("check", "page-replacement", "--invariants")
      #expect(nothing.status == MistakeTests.usage)
      #expect(nothing.errors.contains("it is for pool, slab, buddy"), "\(nothing.all)")
    }

    @Test func theFirstBrokenInvariantIsToldBeforeItShows() throws {
      let workspace = try submission(
        "PoolAllocator",
        checking: "heap.end.offset < 40_000 ? [] : [\"grown to \\(heap.end.offset)\", \"and \\u{1b}[31mso on\"]")
      try generate("pool/churn", workspace)
      for flags in [[], ["--lockstep"]] {
        let result = try CommandLineTool.run(
          ["replay", "pool", "my.trace", "--invariants", "--in", "ada"] + flags, in: workspace.folder)
        #expect(result.status == 1, "\(result.all)")
        #expect(result.output.contains(": invariant broken\n"), "\(result.all)")
        #expect(result.output.contains("invariantViolations() says: grown to "), "\(result.all)")
        #expect(result.output.contains("and \\e[31mso on"), "\(result.all)")
        #expect(!result.hasEscapes)
      }
      // Who is not asked says nothing.
      let unasked = try CommandLineTool.run("replay", "pool", "my.trace", "--in", "ada", in: workspace.folder)
      #expect(unasked.status == 0, "\(unasked.all)")
    }

    @Test func whatBreaksFirstIsWhatIsTold() throws {
      let buddy = try #require(Catalogue.all.exercise("buddy"))
      let known = try Mutants.mutants(of: buddy, in: CommandLineTool.root.appending("grading"), .all)
      let mutants = try #require(known)
      let mutant = try #require(mutants.mutants.first { $0.name == "joins-live-buddy" })
      let workspace = try Workspace()
      try workspace.copy("Solutions/ProblemSet1", to: "ada")
      try workspace.copy("Solutions/ProblemSet1/Invariants", to: "ada")
      let made = try mutants.submission(of: mutant, from: Submission(workspace.folder.appending("ada")))
      let file = try #require(made.files.first { $0.name == "BuddyAllocator.swift" })
      try workspace.write(file.bytes, to: "ada/BuddyAllocator.swift")
      let plain = try CommandLineTool.run("check", "buddy", "--in", "ada", in: workspace.folder)
      #expect(plain.status == 1 && !plain.output.contains("invariant broken"), "\(plain.all)")
      let asked = try CommandLineTool.run("check", "buddy", "--invariants", "--in", "ada", in: workspace.folder)
      #expect(asked.output.contains(": invariant broken\n"), "\(asked.all)")
      #expect(asked.output.contains("at operation 0 of "), "\(asked.all)")
      #expect(asked.output.contains("0 blocks are listed, 1 are free"), "\(asked.all)")
    }

    @Test func allCachesAreAsked() throws {
      let workspace = try submission("SlabAllocator", checking: "slabCount > 1 ? [\"more than one slab\"] : []")
      try generate("slab/many-caches", workspace)
      let result = try CommandLineTool.run(
        "replay", "slab", "my.trace", "--invariants", "--in", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let line = try #require(result.output.split(separator: "\n").first { $0.contains("invariantViolations() says") })
      #expect(line.contains("says: cache ") && line.hasSuffix(": more than one slab"), "\(result.all)")
      #expect(!line.contains("cache 0"), "\(result.all)")
    }

    @Test func whatACheckerSaysIsBounded() throws {
      let workspace = try submission(
        "PoolAllocator", checking: "(0..<40).map { \"\\($0) \" + String(repeating: \"x\", count: 1000) }")
      try generate("pool/churn", workspace)
      let result = try CommandLineTool.run(
        "replay", "pool", "my.trace", "--invariants", "--in", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.utf8.count < 4096, "\(result.output.utf8.count)")
    }

    @Test func aCheckerThatCrashesIsTold() throws {
      let workspace = try submission("PoolAllocator", checking: "[String(heap.load(Int.self, at: heap.end))]")
      try generate("pool/churn", workspace)
      let result = try CommandLineTool.run(
        "replay", "pool", "my.trace", "--invariants", "--in", "ada", in: workspace.folder)
      #expect(result.output.contains("stray access"), "\(result.all)")
    }

    @Test func damageIsDoneToRecordsAndFound() throws {
      let workspace = try Workspace()
      try generate("heap-checker/churn", workspace)
      let solution = "\(CommandLineTool.root)/Solutions/HeapChecker"
      let result = try CommandLineTool.run("replay", "heap-checker", "my.trace", "--in", solution, in: workspace.folder)
      #expect(result.status == 0, "\(result.all)")
      func figure(_ name: String) -> Int? {
        result.output.split(separator: "\n").first { $0.contains("\(name): ") }?.split(separator: " ").last.flatMap {
          Int($0)
        }
      }
      let (damaged, reported) = (try #require(figure("records damaged")), try #require(figure("reported")))
      #expect(damaged > 80, "\(result.all)")
      // Most of what was hit were records, and the rest did no harm.
      #expect(reported > damaged * 3 / 5 && reported < damaged, "\(result.all)")
      let starter = "\(CommandLineTool.root)/Labs/HeapChecker"
      let missed = try CommandLineTool.run("replay", "heap-checker", "my.trace", "--in", starter, in: workspace.folder)
      #expect(missed.status == 1)
      #expect(missed.output.contains(": damage missed\n"), "\(missed.all)")
      #expect(missed.output.contains(" damaged the word at 0x"), "\(missed.all)")
    }
  }
}
