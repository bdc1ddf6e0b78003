import Testing
import Traces
import Vocabularies
import Workloads

@Suite("Shorter traces of blocks that move")
struct CompactionReductionsTests {
  /// A program in which blocks refer to each other, are pinned, end and move.
  private static func trace(seed: UInt64) -> Trace {
    var generator = SeededGenerator(seed: seed, purpose: "compaction reductions")
    var builder = CompactionTraceBuilder()
    var live: [Int] = []
    for _ in 0..<300 {
      switch generator.below(6) {
      case 0, 1: live.append(builder.allocate(generator.pick(16...100), references: 2))
      case 2 where !live.isEmpty: builder.refer(generator.below(2), of: generator.pick(live), to: generator.pick(live))
      case 3 where !live.isEmpty: builder.pin(generator.pick(live))
      case 4 where live.count > 4: builder.end(live.remove(at: generator.below(live.count)))
      default: builder.step(generator.pick(0...1000))
      }
    }
    return builder.trace(heapLimit: 1 << 20)
  }

  /// What breaks the rules that programs keep to.
  private static func faults(in trace: Trace) -> [String] {
    var blocks: [Int: (fields: [Int], pins: Int)] = [:]
    var faults: [String] = []
    for (index, word) in trace.operations.enumerated() {
      let operation = CompactionOperation(word: word)
      let number = operation.block
      func expect(_ holds: Bool) {
        if !holds { faults.append("\(index): \(CompactionVocabulary.describe(operation: word))") }
      }
      guard !operation.isAboutAll else { continue }
      expect((blocks[number] == nil) == (operation.kind == .allocate))
      switch operation.kind {
      case .allocate: blocks[number] = (Array(repeating: -1, count: operation.references), 0)
      case .deallocate:
        expect(blocks[number]?.pins == 0)
        expect(!blocks.contains { $0.key != number && $0.value.fields.contains(number) })
        blocks[number] = nil
      case .refer:
        expect(operation.target.map { blocks[$0] != nil } ?? true)
        blocks[number]?.fields[operation.number] = operation.target ?? -1
      case .pin: blocks[number]?.pins += 1
      case .unpin:
        expect((blocks[number]?.pins ?? 0) > 0)
        blocks[number]?.pins -= 1
      default: expect(false)
      }
    }
    return faults
  }

  @Test(arguments: UInt64(1)...4) func keepToTheRulesOfPrograms(seed: UInt64) {
    let trace = Self.trace(seed: seed)
    #expect(Self.faults(in: trace) == [])
    var generator = SeededGenerator(seed: seed, purpose: "cuts")
    for percent in [10, 50, 90, 98] {
      let isKept = trace.operations.map { _ in generator.below(100) < percent }
      let cut = CompactionReductions().trace(trace) { isKept[$0] }
      #expect(Self.faults(in: cut) == [])
      #expect(cut.operations.count < trace.operations.count)
    }
  }
}
