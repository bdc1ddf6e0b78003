import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct MetamorphosisTests {
  static let exercises = Catalogue.all.exercises.filter { $0.chaos != nil }.map(\.id)

  private func changed(
    _ trace: Trace, _ change: Metamorphosis, _ exercise: Exercise, seed: UInt64 = 5
  ) throws -> Trace? {
    let fit = try #require(exercise.chaos)
    var generator = SeededGenerator(seed: seed)
    return change.apply(to: trace, with: &generator, resized: fit.resized)
  }

  private func publicTrace(_ workload: Workload) throws -> Trace {
    try workload.trace(seed: Exercise.publicSeed) { name throws(TraceError) in
      Trace(vocabulary: "allocation", name: name, operations: [])
    }
  }

  @Test(arguments: exercises, Metamorphosis.allCases) func changesAreValidTraces(_ id: String, _ change: Metamorphosis)
    throws
  {
    let exercise = try #require(Catalogue.all.exercise(id))
    for workload in exercise.workloads where workload.isGenerated {
      let trace = try publicTrace(workload)
      guard let changed = try changed(trace, change, exercise) else {
        // What is damaged hangs on every operation before, so such traces are not rearranged.
        #expect(change == .rearranged && hasDamage(trace), "\(workload.name)")
        continue
      }
      #expect(TraceLint.findings(in: changed) == [], "\(workload.name)")
      #expect(changed.contentHash != trace.contentHash, "\(workload.name)")
      #expect(try self.changed(trace, change, exercise)?.contentHash == changed.contentHash)
      #expect(try self.changed(trace, change, exercise, seed: 6)?.contentHash != changed.contentHash)
      #expect(changed.slotCount == trace.slotCount)
    }
  }

  @Test(arguments: exercises) func shiftingMakesEverySizeLargerByAFewBytes(_ id: String) throws {
    let exercise = try #require(Catalogue.all.exercise(id))
    for workload in exercise.workloads where workload.isGenerated {
      let trace = try publicTrace(workload)
      let changed = try #require(try changed(trace, .shifted, exercise))
      #expect(changed.operations.count == trace.operations.count)
      for (before, after) in zip(trace.operations, changed.operations) {
        let (before, after) = (AllocationOperation(word: before), AllocationOperation(word: after))
        #expect(before.kind == after.kind && before.slot == after.slot)
        guard before.kindCode <= 2, before.size > 0, before.size < 1 << 30 else { continue }
        guard (1...16).contains(after.size - before.size) else {
          Issue.record("\(workload.name): \(before.size) becomes \(after.size)")
          return
        }
      }
    }
  }

  private func hasDamage(_ trace: Trace) -> Bool {
    trace.operations.contains { AllocationOperation(word: $0).hostility == .damage }
  }

  /// What a trace asks for, whatever its blocks are called and in whatever order a run is.
  private func requests(_ operations: some Sequence<UInt64>) -> [UInt64: Int] {
    operations.reduce(into: [:]) { counts, word in
      counts[AllocationOperation(word: word).moved(to: 0).word, default: 0] += 1
    }
  }

  @Test(arguments: exercises) func rearrangingKeepsWhatIsAskedFor(_ id: String) throws {
    let exercise = try #require(Catalogue.all.exercise(id))
    for workload in exercise.workloads where workload.isGenerated {
      let trace = try publicTrace(workload)
      guard !hasDamage(trace) else { continue }
      let changed = try #require(try changed(trace, .rearranged, exercise))
      // Behind the prefix and what undoes it, the whole trace is there, rearranged.
      #expect(requests(changed.operations.suffix(trace.operations.count)) == requests(trace.operations))
      let prefix = changed.operations.dropLast(trace.operations.count)
      #expect(prefix.count > trace.operations.count / 20 || trace.operations.count < 40)
      var played = changed
      played.operations = Array(prefix)
      #expect(played.closing == [], "\(workload.name): the prefix is undone")
    }
  }

  @Test func runsAreShuffledAndNothingElse() throws {
    var builder = AllocationTraceBuilder()
    for size in 1...50 { builder.allocate(size) }
    builder.deallocateAll()
    let trace = builder.trace(name: "runs", seed: 0, parameters: [])
    let exercise = try #require(Catalogue.all.exercise("buddy"))
    let changed = try #require(try changed(trace, .rearranged, exercise))
    let tail = changed.operations.suffix(100).map { AllocationOperation(word: $0) }
    #expect(
      tail.prefix(50).allSatisfy { $0.kind == .allocate } && tail.suffix(50).allSatisfy { $0.kind == .deallocate })
    #expect(tail.prefix(50).map(\.size) != Array(1...50))
    #expect(tail.prefix(50).map(\.size).sorted() == Array(1...50))
  }
}
