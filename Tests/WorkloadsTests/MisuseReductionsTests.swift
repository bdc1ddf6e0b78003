import Testing
import Traces
import Vocabularies
import Workloads

/// Programs shrink to what shows a mistake.
@Suite struct MisuseReductionsTests {
  /// Shrinks a trace as long as some operation is there that a test is met by.
  private func shrunk(_ trace: Trace, _ isMet: (MisuseOperation, ArraySlice<MisuseOperation>) -> Bool) throws
    -> [String]
  {
    let found = Shrinker(MisuseReductions()).shrink(trace) { candidate in
      let operations = candidate.operations.map { MisuseOperation(word: $0) }
      return operations.indices.first { isMet(operations[$0], operations[..<$0]) }.map { TraceFailure(by: $0) }
    }
    return try #require(found).trace.operations.map { MisuseVocabulary.describe(operation: $0) }
  }

  private func program() -> Trace {
    var generator = SeededGenerator(seed: 2)
    var builder = MisuseTraceBuilder(with: &generator)
    for _ in 0..<20 {
      let names = (0..<8).map { _ in builder.allocate(generator.pick(20...500)) }
      for name in names { builder.overflow(name, at: generator.pick(3...9), 4) }
      for name in names { builder.deallocate(name) }
      let (old, new) = builder.allocatePair(60)
      builder.reallocateBeside(old, to: 90)
      builder.overflow(new, at: 2)
      builder.deallocate(new)
      builder.forge(77)
      builder.shutDown()
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  @Test func aBlockAndAWriteAreLeft() throws {
    let lines = try shrunk(program()) { operation, before in
      operation.kind == .deallocate
        && before.contains { write in
          write.kind == .write && write.name == operation.name
            && before.contains { $0.kind == .allocate && $0.name == write.name && write.number >= $0.size }
        }
    }
    #expect(lines.count == 3)
    #expect(lines.first == "b0 = malloc(0) at main.c:1")
    #expect(lines.last == "free(b0) at main.c:3")
  }

  @Test func aPairStaysOne() throws {
    let lines = try shrunk(program()) { operation, before in
      operation.kind == .deallocate
        && before.contains { $0.kind == .reallocate && $0.target == operation.name && $0.name != operation.name }
    }
    #expect(
      lines == ["b0 = malloc(0) at main.c:1", "b1 = realloc(b0, 0) at main.c:2", "free(b1) at main.c:3"])
  }

  @Test func anEndOfNoBlockIsLeft() throws {
    let lines = try shrunk(program()) { operation, _ in operation.kind == .forge }
    #expect(lines == ["free(0x0000) at main.c:1"])
  }
}
