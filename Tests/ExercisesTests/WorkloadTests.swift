import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct WorkloadTests {
  struct Named: Sendable, CustomTestStringConvertible {
    let exercise: Exercise
    let workload: Workload
    var testDescription: String { "\(exercise.id) · \(workload.name)" }

    func trace(seed: UInt64) throws -> Trace {
      try workload.trace(seed: seed) { name throws(TraceError) in recording(name) }
    }
  }

  static let all = Catalogue.all.exercises.flatMap { exercise in
    exercise.workloads.map { Named(exercise: exercise, workload: $0) }
  }

  /// Stands for a recorded trace: all kinds of operations and sizes, from several threads.
  static func recording(_ name: String) -> Trace {
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

  @Test(arguments: all) func isAFunctionOfTheSeed(item: Named) throws {
    for seed in [UInt64(1), .max] {
      let trace = try item.trace(seed: seed)
      #expect(try item.trace(seed: seed) == trace)
      #expect(trace.name == item.workload.name)
      #expect(trace.seed == seed)
      #expect(trace.vocabulary == item.exercise.vocabulary.name)
      #expect(!trace.operations.isEmpty)
    }
  }

  @Test(arguments: all) func differsFromSeedToSeed(item: Named) throws {
    // What was published or recorded is what it is.
    guard item.workload.isGenerated, !item.workload.name.contains("published") else { return }
    let traces = try [1, 2, 3].map { try item.trace(seed: $0) }
    #expect(traces.contains { $0.operations != traces[0].operations || $0.parameters != traces[0].parameters })
  }

  @Test(arguments: all) func isAValidTrace(item: Named) throws {
    for seed in UInt64(1)...3 {
      let trace = try item.trace(seed: seed)
      #expect(TraceLint.findings(in: trace) == [], "seed \(seed)")
      for companion in item.exercise.companions(trace) {
        #expect(TraceLint.findings(in: companion.trace) == [], "seed \(seed), for \(companion.exercise)")
      }
    }
  }

  /// What may cross the channel: slots, parameters, heap.
  @Test(arguments: all) func fitsTheChannel(item: Named) throws {
    for seed in UInt64(1)...3 {
      let trace = try item.trace(seed: seed)
      for trace in [trace] + item.exercise.companions(trace).map(\.trace) {
        #expect(trace.parameters.count <= ControlPage.parameterLimit)
        #expect(Set(trace.parameters.map { Channel.hash(ofParameter: $0.name) }).count == trace.parameters.count)
        #expect((4096...1 << 34).contains(trace.heapLimit))
      }
    }
  }

  /// An outcome that answers everything alike is wrong on every trace.
  @Test(arguments: all) func isNotServedByOneAnswer(item: Named) throws {
    let answers: [UInt64] =
      switch item.exercise.vocabulary.name {
      case AllocationVocabulary.name: [AllocationVocabulary.noAddress, 0, AllocationVocabulary.addressMask]
      case PagingVocabulary.name: [PagingVocabulary.hit, PagingVocabulary.faultIntoFreeFrame, 1]
      default: [7, .max]
      }
    for seed in UInt64(1)...2 {
      let trace = try item.trace(seed: seed)
      let companions = item.exercise.companions(trace).map { _ in CompanionResult(seconds: 1, slowdown: 1, footprint: 1)
      }
      for answer in answers {
        var oracle = item.exercise.oracle(trace, companions)
        let outcomes = Array(repeating: answer, count: trace.operations.count)
        let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: trace.heapLimit)
        let violation = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
        #expect(violation != nil, "seed \(seed), \(answer)")
      }
    }
  }

  @Test func namesAreUnique() {
    for exercise in Catalogue.all.exercises {
      #expect(Set(exercise.workloads.map(\.name)).count == exercise.workloads.count)
    }
    #expect(Set(Catalogue.all.exercises.map(\.id)).count == Catalogue.all.exercises.count)
  }
}
