import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Public traces can be changed to hidden ones that must go as well.
extension ExerciseContract {
  static let changed = exercises.filter { $0.chaos != nil }

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

  @Test(arguments: changed, Metamorphosis.allCases) func changesAreValidTraces(
    exercise: Exercise, _ change: Metamorphosis
  )
    throws
  {
    for workload in exercise.workloads where workload.isGenerated {
      let trace = try publicTrace(workload)
      // Where every sequence is there already, nothing is left to change.
      guard !trace.hasLives else { continue }
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

  @Test(arguments: changed) func shiftingMakesEverySizeLargerByAFewBytes(exercise: Exercise) throws {
    for workload in exercise.workloads where workload.isGenerated {
      let trace = try publicTrace(workload)
      let changed = try #require(try changed(trace, .shifted, exercise))
      #expect(changed.operations.count == trace.operations.count)
      for (before, after) in zip(trace.operations, changed.operations) {
        let (before, after) = (AllocationOperation(word: before), AllocationOperation(word: after))
        #expect(before.kind == after.kind && before.slot == after.slot)
        guard before.asksForSize, before.size > 0, before.size < 1 << 30 else { continue }
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

  @Test(arguments: changed) func rearrangingKeepsWhatIsAskedFor(exercise: Exercise) throws {
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
}
