import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// No outcome fools an oracle, and none stops it.
extension ExerciseContract {
  /// What answers everything alike is wrong on every trace.
  @Test(arguments: NamedWorkload.all) func aWorkloadIsNotServedByOneAnswer(item: NamedWorkload) throws {
    let answers: [UInt64] =
      switch item.exercise.vocabulary.name {
      case AllocationVocabulary.name: [AllocationVocabulary.noAddress, 0, AllocationVocabulary.addressMask]
      case PagingVocabulary.name: [PagingVocabulary.hit, PagingVocabulary.faultIntoFreeFrame, 1]
      default: [7, .max]
      }
    for seed in UInt64(1)...2 {
      let trace = try item.trace(seed: seed)
      for answer in answers {
        var oracle = oracle(of: item.exercise, trace)
        let outcomes = Array(repeating: answer, count: trace.operations.count)
        let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: trace.heapLimit)
        let violation = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
        #expect(violation != nil, "seed \(seed), \(answer)")
      }
    }
  }

  /// Whatever comes back is judged: an oracle never traps, and finds only kinds that the catalogue knows.
  @Test(arguments: NamedWorkload.all) func anOracleTakesAnyOutcome(item: NamedWorkload) throws {
    let trace = try item.trace(seed: 1)
    var generator = SeededGenerator(seed: 9, purpose: item.testDescription)
    let odd: [UInt64] = [0, 1, 7, 8, 4096, 1 << 20, 1 << 40, 1 << 62, .max - 1, .max]
    for _ in 0..<8 {
      var oracle = oracle(of: item.exercise, trace)
      var first = 0
      while first < trace.operations.count {
        let operations = Array(trace.operations[first...].prefix(generator.pick(1...100)))
        let outcomes = operations.map { _ in
          generator.oneIn(2) ? generator.pick(odd) : generator.next() >> generator.pick(0...63)
        }
        let damage = DamageReport(
          kind: .payloadChanged, index: generator.next(), slot: generator.next(), offset: generator.next(), expected: 1,
          found: 2)
        let window = Window(
          firstIndex: first, damage: generator.oneIn(50) ? damage : nil, heap: nil, heapEnd: trace.heapLimit)
        first += operations.count
        guard let violation = oracle.check(operations: operations.span, outcomes: outcomes.span, in: window) else {
          continue
        }
        #expect(Catalogue.all.kind(violation.kind.rawValue) != nil, "\(violation.kind.rawValue)")
        break
      }
      _ = oracle.verdict(onEnd: Violation(.crash, at: .max, ""))
      _ = oracle.finish(heap: nil)
    }
  }

  /// The oracle of a trace, as if all companions had done alike.
  private func oracle(of exercise: Exercise, _ trace: Trace) -> any Oracle {
    let results = exercise.companions(trace).map { _ in CompanionResult(seconds: 1, footprint: 1) }
    return exercise.oracle(trace, results)
  }
}
