import Examining
import Exercises
import Testing
import Traces
import Vocabularies

@Suite("What comes of an attack") struct AttackWitnessTests {
  private typealias Step = (operation: AttackOperation, outcome: UInt64)

  private func end(_ goal: AttackTable.Goal, _ steps: [Step], endsBy violation: Violation? = nil) -> String? {
    var witness = AttackWitness(goal, on: steps.map(\.operation.word))
    for (index, step) in steps.enumerated() where violation?.operation != index {
      let (operations, outcomes) = ([step.operation.word], [step.outcome])
      let window = Window(firstIndex: index, damage: nil, heap: nil, heapEnd: 1 << 20)
      let wrong = witness.check(operations: operations.span, outcomes: outcomes.span, in: window)
      #expect(wrong == nil)
    }
    if let violation {
      let rest = witness.verdict(onEnd: violation)
      if rest != nil { return "wrong" }
    }
    return witness.measurements.first?.name
  }

  private func allocate(_ name: Int, _ size: Int, at address: UInt64) -> Step {
    (AttackOperation(allocate: name, size: size), address)
  }

  private func deallocate(_ name: Int, _ outcome: UInt64 = 0) -> Step {
    (AttackOperation(.deallocate, name), outcome)
  }

  @Test("Live blocks that overlap are a success, ended ones are none") func overlap() {
    #expect(end(.overlap, [allocate(0, 24, at: 64), allocate(1, 24, at: 80)]) == "succeeded")
    #expect(end(.overlap, [allocate(0, 24, at: 64), allocate(1, 24, at: 88)]) == "harmless")
    #expect(end(.overlap, [allocate(0, 24, at: 64), deallocate(0), allocate(1, 24, at: 80)]) == "harmless")
  }

  @Test("A report is a detection, and so is an abort; a fault in the allocator is a crash") func ends() {
    let blocks = [allocate(0, 24, at: 64), deallocate(0)]
    let report = AttackVocabulary.report | UInt64(AttackVocabulary.Report.doubleFree.rawValue)
    #expect(end(.overlap, blocks + [deallocate(0, report)]) == "detected")
    let twice = blocks + [deallocate(0)]
    #expect(end(.overlap, twice, endsBy: Violation(.crash, at: 2, "an abort (signal 6)")) == "detected")
    #expect(end(.overlap, twice, endsBy: Violation(.crash, at: 2, "a segmentation fault (signal 11)")) == "crashed")
    #expect(end(.overlap, twice, endsBy: Violation(.flood, at: 2, "too much")) == "wrong")
  }

  @Test("An access that faults is stopped, one that goes through is a success") func access() {
    let block = [allocate(0, 20_000, at: 4096)]
    let touch = AttackOperation(.touch, 0, 24_095)
    #expect(end(.access, block + [(touch, 1)]) == "succeeded")
    #expect(end(.access, block + [(touch, 0)]) == "stopped")
    let fault = Violation(.crash, at: 1, "a segmentation fault (signal 11)")
    #expect(end(.access, block + [(touch, 0)], endsBy: fault) == "stopped")
  }

  @Test("An overflow that nobody speaks of is a success when the block ends") func silence() {
    let overflow: Step = (AttackOperation(scribble: 0, at: 24, 1), 1)
    let report = AttackVocabulary.report | UInt64(AttackVocabulary.Report.overflow.rawValue)
    #expect(end(.silence, [allocate(0, 24, at: 64), overflow, deallocate(0)]) == "succeeded")
    #expect(end(.silence, [allocate(0, 24, at: 64), overflow, deallocate(0, report)]) == "detected")
  }

  @Test("A neighbour's bytes, and the memory again") func neighboursAndReuse() {
    let blocks = [allocate(0, 24, at: 64), allocate(1, 24, at: 88)]
    #expect(end(.neighbour, blocks + [(AttackOperation(scribble: 0, at: 24, 8), 8)]) == "succeeded")
    #expect(end(.neighbour, blocks + [(AttackOperation(scribble: 0, at: 24, 8), 0)]) == "stopped")
    #expect(end(.reuse, blocks + [deallocate(0), allocate(2, 24, at: 64)]) == "succeeded")
    #expect(end(.reuse, blocks + [deallocate(0), allocate(2, 24, at: 112)]) == "harmless")
  }

  @Test("Addresses that come in steps are foreseen, drawn ones are not") func entropy() {
    let traces = AttackTable.processes(8)
    let (foreseen, drawn) = (0..<2).map { way in
      AttackTable.entropy(
        traces,
        outcomes: traces.indices.map { process in
          var state = UInt64(process)
          return traces[process].operations.indices.map { place in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return way == 0 ? UInt64(place * 64) : (state >> 33) % 4096 * 64
          }
        }
      ).bits
    }.pair
    #expect(foreseen < 0.5)
    #expect(drawn > 6)
  }
}

extension Array {
  fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
