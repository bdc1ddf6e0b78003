import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies
import Workloads

extension EndToEndBeside {
  /// Random numbers are another process' own, the same each time that it is graded, and kept where something was wrong.
  @Suite(.serialized) struct HeapSeedTests {

    private func exercise() throws -> Exercise { try #require(Catalogue.all.exercise("hardening")) }

    private func trace() throws -> Trace {
      var builder = AttackTraceBuilder()
      for _ in 0..<100 { _ = builder.allocate(40) }
      return builder.trace(heapLimit: 16 << 20)
    }

    private func answers(
      _ trace: Trace, seed: UInt64, in session: ReplaySession
    ) throws -> (outcomes: [UInt64], result: CheckedResult) {
      var outcomes: [UInt64] = []
      let result = try session.replay(trace, oracle: try exercise().oracle(trace), windowSeed: seed) {
        outcomes += $0.outcomes
      }
      #expect(result.violation == nil)
      return (outcomes, result)
    }

    @Test func processesHaveNumbersOfTheirOwnAndTheSameAgain() throws {
      let judge = try Outside.referenceJudge()
      let session = judge.session(try judge.referenceWorker(try exercise()))
      session.startsAnew = true
      defer { session.end() }
      let trace = try trace()
      let runs = try [1, 2, 3, 1].map { try answers(trace, seed: $0, in: session) }
      #expect(runs[0].outcomes == runs[3].outcomes)
      #expect(Set(runs.map(\.outcomes)).count == 3)
      // Another trace has others, under the same seed.
      var other = trace
      other.name = "other"
      let others = try answers(other, seed: 1, in: session).outcomes
      #expect(others != runs[0].outcomes)
      // With its seed a trace shows the same in any process.
      let kept = runs[1].result.reproducible(trace)
      #expect(kept != trace && kept.operations == trace.operations)
      let again = try answers(kept, seed: 77, in: session).outcomes
      #expect(again == runs[1].outcomes)
    }

    @Test func whoDrawsNothingHasNoSeedInItsTrace() throws {
      let judge = try Outside.referenceJudge()
      let pool = try #require(Catalogue.all.exercise("pool"))
      let session = judge.session(try judge.referenceWorker(pool))
      defer { session.end() }
      let trace = try judge.trace(try #require(pool.workloads.first), seed: 1)
      let result = try session.replay(trace, oracle: pool.oracle(trace), windowSeed: 1)
      #expect(result.violation == nil)
      #expect(result.reproducible(trace) == trace)
    }

    /// What goes wrong by chance, one time in many, is found again in every process that replays the short trace.
    @Test func aFailureByChanceIsFoundAgain() throws {
      let workspace = try Workspace()
      let file = CommandLineTool.root.appending("Solutions/ProblemSet2/HardenedHeap.swift")
      let text = String(decoding: try Files.read(file), as: UTF8.self)
      let place = "    guard layout.size < top - blocks, layout.alignment <= Self.page else { return nil }\n"
      try #require(text.contains(place))
      try workspace.write(
        Array(text.replacing(place, with: place + "    if heap.random() % 300 == 7 { return nil }\n").utf8),
        to: "ada/HardenedHeap.swift")
      for helper in Files.names(in: CommandLineTool.root.appending("Solutions/ProblemSet2"))
      where helper.hasPrefix("HardenedHeap+") {
        try workspace.write(
          Files.read(CommandLineTool.root.appending("Solutions/ProblemSet2/\(helper)")), to: "ada/\(helper)")
      }
      let result = try CommandLineTool.run("check", "hardening", "--in", "ada", in: workspace.folder)
      #expect(result.status == 1, "\(result.all)")
      let trace = workspace.folder.appending("hardening-failed-with-room.trace")
      let kept = try Trace(contentsOf: trace)
      #expect(kept.parameter("heap.seed") != nil, "\(result.all)")
      for flags in [[], ["--lockstep"], ["--step"]] {
        let replay = try CommandLineTool.run(
          ["replay", "hardening", "--in", "ada", trace.string] + flags, in: workspace.folder)
        #expect(replay.output.contains("there is room"), "\(replay.all)")
      }
      // Who is right on it is right whatever numbers there are.
      let reference = try CommandLineTool.run(
        "replay", "hardening", "--in", CommandLineTool.root.appending("Solutions/ProblemSet2").string, trace.string,
        in: workspace.folder)
      #expect(reference.status == 0, "\(reference.all)")
    }
  }
}
