import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite("Traces of accesses, made shorter") struct AccessReductionsTests {
  private func trace(_ operations: [AccessOperation]) -> Trace {
    Trace(
      vocabulary: AccessVocabulary.name, name: "test", parameters: [TraceParameter(name: "heap.limit", value: 1 << 24)],
      slotCount: 40, operations: operations.map(\.word))
  }

  private let operations = [
    AccessOperation(.allocate, 0, 24), AccessOperation(.allocate, 1, 24), AccessOperation(.point, 2, 0, number: 8),
    AccessOperation(.read, 1, 8), AccessOperation(.copy, 2, 1, number: 8), AccessOperation(.deallocate, 0),
    AccessOperation(.read, 2, 8),
  ]

  @Test func partsAreAllThatIsDoneWithAnObject() {
    let parts = AccessReductions().parts(of: trace(operations), granularity: 0)
    #expect(parts.ofOperation == [0, 1, 0, 1, 0, 0, 0] && parts.count == 2)
  }

  @Test func whatIsAboutNoAddressIsLeftOut() {
    let kept = AccessReductions().trace(trace(operations)) { $0 != 0 }
    #expect(kept.operations == [1, 3].map { operations[$0].word })
    let other = AccessReductions().trace(trace(operations)) { $0 != 1 }
    #expect(other.operations == [0, 2, 5, 6].map { operations[$0].word })
  }

  /// Of a long program what is left is the object, what was written, and the use by its own name.
  @Test func aLongProgramBecomesShort() throws {
    _ = Catalogue.all
    var builder = AccessTraceBuilder()
    for _ in 0..<30 {
      let name = builder.allocate(100, writes: true)
      builder.copy(name, at: 4, to: name, at: 50, 30)
      builder.use(name, 80)
    }
    let name = builder.allocate(200)
    builder.write(name, 57)
    let pointer = builder.point(name, 40)
    builder.use(pointer, at: 10, 20)
    let long = builder.trace(heapLimit: 1 << 24)
    // A subject that takes what was never written for written.
    let shrunk = Shrinker(AccessReductions()).shrink(long) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      var oracle = SanitizerOracle(for: candidate)
      let outcomes = candidate.operations.enumerated().map { place, word in
        AccessOperation(word: word).kind == .allocate ? UInt64(4096 + place * 4096) : 0
      }
      let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 1 << 24)
      let wrong = oracle.check(operations: candidate.operations.span, outcomes: outcomes.span, in: window)
      return wrong.flatMap { $0.kind == .missedUse ? TraceFailure(by: $0.operation) : nil }
    }
    let operations = try #require(shrunk).trace.operations
    #expect(operations.map(AccessVocabulary.describe(operation:)) == ["p0 = allocate(1)", "use 1 byte at p0"])
  }
}
