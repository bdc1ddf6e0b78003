import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct MetamorphosisTests {
  @Test func runsAreShuffledAndNothingElse() throws {
    var builder = AllocationTraceBuilder()
    for size in 1...50 { builder.allocate(size) }
    builder.deallocateAll()
    let trace = builder.trace(name: "runs", seed: 0, parameters: [])
    var generator = SeededGenerator(seed: 5)
    let changed = try #require(Metamorphosis.rearranged.apply(to: trace, with: &generator) { trace, _ in trace })
    let tail = changed.operations.suffix(100).map { AllocationOperation(word: $0) }
    #expect(
      tail.prefix(50).allSatisfy { $0.kind == .allocate } && tail.suffix(50).allSatisfy { $0.kind == .deallocate })
    #expect(tail.prefix(50).map(\.size) != Array(1...50))
    #expect(tail.prefix(50).map(\.size).sorted() == Array(1...50))
  }
}
