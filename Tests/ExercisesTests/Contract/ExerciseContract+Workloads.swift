import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A workload of an exercise, by both names.
struct NamedWorkload: Sendable, CustomTestStringConvertible {
  let exercise: Exercise
  let workload: Workload
  var testDescription: String { "\(exercise.id) · \(workload.name)" }

  static let all = ExerciseContract.exercises.flatMap { exercise in
    exercise.workloads.map { NamedWorkload(exercise: exercise, workload: $0) }
  }

  func trace(seed: UInt64) throws -> Trace {
    try workload.trace(seed: seed) { name throws(TraceError) in Self.recording(name) }
  }

  /// Stands for a recorded trace: all kinds of operations and sizes, from several threads.
  private static func recording(_ name: String) -> Trace {
    var generator = SeededGenerator(seed: 3, purpose: name)
    var builder = AllocationTraceBuilder()
    for _ in 0..<30_000 {
      if !builder.live.isEmpty, generator.below(2000) < builder.live.count {
        builder.deallocate(at: generator.below(builder.live.count))
      } else if !builder.live.isEmpty, generator.oneIn(8) {
        builder.reallocate(at: generator.below(builder.live.count), to: generator.logarithmic(1...200_000))
      } else {
        builder.allocate(generator.logarithmic(1...5000), alignment: 16, zeroed: generator.oneIn(10))
      }
    }
    return builder.trace(name: name, seed: 3, parameters: [])
  }
}

/// Every workload is a pure function of its seed, and what it makes is a sound trace.
extension ExerciseContract {
  @Test(arguments: NamedWorkload.all) func aWorkloadIsAFunctionOfTheSeed(item: NamedWorkload) throws {
    for seed in [UInt64(1), .max] {
      let trace = try item.trace(seed: seed)
      #expect(try item.trace(seed: seed) == trace)
      #expect(trace.name == item.workload.name)
      #expect(trace.seed == seed)
      #expect(trace.vocabulary == item.exercise.vocabulary.name)
      #expect(!trace.operations.isEmpty)
    }
  }

  @Test(arguments: NamedWorkload.all) func aWorkloadDiffersFromSeedToSeed(item: NamedWorkload) throws {
    // What was published or recorded is what it is.
    guard item.workload.isGenerated, !item.workload.name.contains("published") else { return }
    let traces = try [1, 2, 3].map { try item.trace(seed: $0) }
    #expect(
      traces.contains {
        $0.operations != traces[0].operations || $0.parameters != traces[0].parameters || $0.tables != traces[0].tables
      })
  }

  @Test(arguments: NamedWorkload.all) func aWorkloadIsASoundTrace(item: NamedWorkload) throws {
    for seed in UInt64(1)...3 {
      let trace = try item.trace(seed: seed)
      #expect(TraceLint.findings(in: trace) == [], "seed \(seed)")
      for companion in item.exercise.companions(trace) {
        #expect(TraceLint.findings(in: companion.trace) == [], "seed \(seed), for \(companion.exercise)")
      }
    }
  }

  /// What may cross the channel: slots, parameters, heap.
  @Test(arguments: NamedWorkload.all) func aWorkloadFitsTheChannel(item: NamedWorkload) throws {
    for seed in UInt64(1)...3 {
      let trace = try item.trace(seed: seed)
      for trace in [trace] + item.exercise.companions(trace).map(\.trace) {
        #expect(trace.parameters.count <= ControlPage.parameterLimit)
        #expect(Set(trace.parameters.map { Channel.hash(ofParameter: $0.name) }).count == trace.parameters.count)
        #expect((4096...1 << 34).contains(trace.heapLimit))
      }
    }
  }
}
