import Examining
import Testing
import Traces
import Vocabularies

/// Rules of the tests' own, put together to an oracle.
@Suite struct AllocationRuleTests {
  /// Blocks lie below an address.
  final class LiesBelow: PlacementRule {
    let end: Int
    let kind: ViolationKind

    init(end: Int, kind: ViolationKind) { (self.end, self.kind) = (end, kind) }

    func objection(
      toPlacing request: AllocationOperation, at address: Int, in oracle: borrowing AllocationOracle
    ) -> Objection? {
      address < end ? nil : Objection(kind, "is not below \(end), with \(oracle.liveBlocks) live")
    }
  }

  /// Refuses no more than so many times.
  final class ForgivesSome: RefusalRule {
    var count: Int

    init(count: Int) { self.count = count }

    func objection(
      toRefusing request: AllocationOperation, at index: Int, in oracle: borrowing AllocationOracle
    ) -> Objection? {
      count -= 1
      return count < 0 ? Objection(.failedWithRoom, "that was once too often, at \(index)") : nil
    }
  }

  /// Every block takes twice its size.
  final class TakesTwice: ExtentRule {
    func extent(size: Int, alignment: Int) -> Int { 2 * size }
  }

  /// Allocations into slots of their own, each with its address or nil.
  private func check(_ rules: [any AllocationRule], _ blocks: [(size: Int, address: Int?)]) -> Violation? {
    let words = blocks.enumerated().map { AllocationOperation(.allocate, slot: $0.offset, size: $0.element.size).word }
    let trace = Trace(
      vocabulary: AllocationVocabulary.name, name: "test",
      parameters: [TraceParameter(name: "heap.limit", value: 4096)],
      slotCount: blocks.count, operations: words)
    var oracle = AllocationOracle(for: trace, rules)
    let outcomes = blocks.map { $0.address.map { UInt64($0) } ?? AllocationVocabulary.noAddress }
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 4096)
    let violation = oracle.check(operations: words.span, outcomes: outcomes.span, in: window)
    if violation == nil { #expect(oracle.invariantViolations() == []) }
    return violation
  }

  @Test func withoutRulesAnyPlaceWillDo() {
    #expect(check([], [(16, 0), (16, 4080), (16, nil), (32, 16)]) == nil)
    #expect(check([], [(16, 0), (16, 15)])?.kind == .overlap)
  }

  @Test func theFirstRuleThatObjectsIsHeard() throws {
    let rules = [LiesBelow(end: 64, kind: .misaligned), LiesBelow(end: 32, kind: .outOfHeap)]
    #expect(check(rules, [(8, 0), (8, 24)]) == nil)
    let second = try #require(check(rules, [(8, 0), (8, 40)]))
    #expect(second.kind == .outOfHeap && second.operation == 1)
    #expect(second.message == "b1 = allocate(8) → 0x0028 is not below 32, with 1 live")
    #expect(check(rules, [(8, 80)])?.kind == .misaligned)
  }

  @Test func aRuleKeepsItsState() throws {
    #expect(check([ForgivesSome(count: 2)], [(8, nil), (8, 0), (8, nil)]) == nil)
    let third = try #require(check([ForgivesSome(count: 2)], [(8, nil), (8, 0), (8, nil), (8, nil)]))
    #expect(third.kind == .failedWithRoom && third.message.hasSuffix("but that was once too often, at 3"))
  }

  @Test func anExtentIsTheBlocksAlone() {
    #expect(check([TakesTwice()], [(16, 0), (16, 32)]) == nil)
    #expect(check([TakesTwice()], [(16, 0), (16, 16)])?.kind == .overlap)
  }
}
