import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Traces

extension EndToEndBeside {
  /// Checks and reports show the shortest trace, and save it.
  @Suite(.serialized) struct ShrinkTests {
    /// A folder with the reference solutions, one of them changed as a mutant is.
    private func workspace(_ id: String, mutant name: String) throws -> Workspace {
      let workspace = try Workspace()
      let exercise = try #require(Catalogue.all.exercise(id))
      let mutants = try #require(
        try Mutants.mutants(of: exercise, in: CommandLineTool.root.appending("grading"), .all))
      let mutant = try #require(mutants.mutants.first { $0.name == name })
      let reference = try Submission(CommandLineTool.root.appending("Solutions/\(exercise.assignment)"))
      let submission = try mutants.submission(of: mutant, from: reference)
      for file in submission.files where file.name == mutants.file {
        try workspace.write(file.bytes, to: "ada/\(file.name)")
      }
      return workspace
    }

    @Test func aCheckShowsTheShortestTraceAndSavesIt() throws {
      let workspace = try workspace("pool", mutant: "link-wider-than-block")
      let result = try CommandLineTool.run("check", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(!result.hasEscapes)
      #expect(result.output.contains("shrunk from 4 operations to 3, in a heap of 4 KiB, blocks of 4 bytes:"))
      #expect(result.output.contains("      a = allocate()    → 0x0000\n      b = allocate()    → 0x0004\n"))
      #expect(result.output.contains("      deallocate(a)   byte 0 of b changed while the block was live"))
      #expect(
        result.output.contains("see it:  alloclab replay pool --in ada pool-payload-changed.trace --step"),
        "\(result.all)")
      let file = workspace.folder.appending("pool-payload-changed.trace")
      let trace = try Trace(contentsOf: file)
      #expect(trace.operations.count == 3)
      #expect(trace.origin == "shrunk from all-tiny-blocks, 4 operations")
      #expect(TraceLint.findings(in: trace) == [])
      for flags in [[], ["--lockstep"]] {
        let replay = try CommandLineTool.run(
          ["replay", "pool", "--in", "ada", file.string] + flags, in: workspace.folder)
        #expect(replay.status == 1)
        #expect(replay.output.contains("payload changed"), "\(replay.all)")
      }
      // The same once more, and over the file that is there: every byte is as before.
      let bytes = try Files.read(file)
      #expect(try CommandLineTool.run("check", "ada", in: workspace.folder).output == result.output)
      #expect(try Files.read(file) == bytes)
    }

    @Test func whatIsNoTraceIsNotOverwritten() throws {
      let workspace = try workspace("pool", mutant: "link-wider-than-block")
      let file = try workspace.write("mine", to: "pool-payload-changed.trace")
      let result = try CommandLineTool.run("check", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      #expect(result.output.contains("shrunk from 4 operations to 3"))
      #expect(
        result.output.contains("the short trace was not saved: pool-payload-changed.trace is there, and is no trace"))
      #expect(!result.output.contains("see it"))
      #expect(try Files.read(file) == Array("mine".utf8))
    }

    @Test func nothingIsShrunkWhereNobodyWantsIt() throws {
      let workspace = try workspace("pool", mutant: "link-wider-than-block")
      let result = try CommandLineTool.run("check", "ada", "--no-shrink", in: workspace.folder)
      #expect(result.status == 1)
      #expect(!result.output.contains("shrunk"))
      #expect(result.output.contains("changed while the block was live"))
      #expect(Files.names(in: workspace.folder) == ["ada"])
    }

    @Test func crashesHangsAndExitsAreShrunkToo() throws {
      for (mutant, kind) in [
        ("traps-when-full", "crash"), ("waits-when-full", "hang"), ("exits-when-full", "early-exit"),
      ] {
        let workspace = try workspace("pool", mutant: mutant)
        let result = try CommandLineTool.run("check", "ada", "--admit-unsafe", in: workspace.folder)
        #expect(result.status == 1, "\(result.all)")
        #expect(result.output.contains("shrunk from 10 operations to 2, in a heap of "), "\(result.all)")
        #expect(result.output.contains("alloclab replay pool --in ada pool-\(kind).trace --step"), "\(result.all)")
      }
    }

    @Test func reportsHoldTheCounterexampleOfPublicTracesOnly() throws {
      let workspace = try workspace("buddy", mutant: "moves-without-copy")
      let result = try CommandLineTool.run(
        "grade", "ada", "-o", "reports", "--only", "buddy", in: workspace.folder, seconds: 240)
      #expect(result.status == 1, "\(result.all)")
      let text = String(decoding: try Files.read(workspace.folder.appending("reports/ada.json")), as: UTF8.self)
      #expect(try ReportSchema.problems(text) == [])
      let found = try #require(try Report(text).exercise("buddy").counterexample)
      #expect(found.kind == .payloadLost)
      #expect(found.operations <= 10)
      #expect(found.listing.count >= found.steps)
      #expect(result.output.contains("shrunk from"))
      let name = try #require(found.trace)
      #expect(name == "ada-buddy-payload-lost.trace")
      #expect(try Trace(contentsOf: workspace.folder.appending("reports/\(name)")).operations.count == found.operations)
      let without = try CommandLineTool.run(
        "grade", "ada", "-o", "plain", "--only", "buddy", "--no-shrink", in: workspace.folder, seconds: 240)
      #expect(without.status == 1)
      #expect(try Report(workspace.folder.appending("plain/ada.json")).exercise("buddy").counterexample == nil)
    }

    @Test func theGradersOwnTable() throws {
      let result = try CommandLineTool.run(
        "verify-grader", "--shrink", "--exercise", "pool", "--mutant", "no-alignment", "--mutant", "block-over-the-end",
        "--mutant", "syntax-error")
      #expect(result.status == 0, "\(result.all)")
      #expect(result.output.contains("2 counterexamples, 2 of at most 10 operations"), "\(result.all)")
      #expect(!result.output.contains("syntax-error"))
    }
  }
}
