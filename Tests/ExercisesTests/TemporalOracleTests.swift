import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A program's handles, and answers made by hand.
private struct Program {
  private var oracle: TemporalOracle
  private var index = 0

  init(limit: Int = 1 << 16, names: Int = 16) {
    oracle = TemporalOracle(
      for: Trace(
        vocabulary: HandleVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)], slotCount: names, operations: []))
  }

  /// What the oracle says of an answer.
  mutating func callAsFunction(
    _ kind: PointerOperation.Kind, _ name: Int, _ number: Int = 0, _ outcome: UInt64 = 7
  ) -> ViolationKind? {
    let operations = [PointerOperation(kind, name, number).word]
    let window = Window(firstIndex: index, damage: nil, heap: nil, heapEnd: 1 << 16)
    index += 1
    return oracle.check(operations: operations.span, outcomes: [outcome].span, in: window)?.kind
  }
}

private let refused = PointerVocabulary.none

@Suite("The oracle of temporal") struct TemporalOracleTests {
  @Test func liveObjectsAreGrantedWhereTheyLie() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 100) == nil)
    #expect(program(.read, 0, 24, refused) == .liveRefused)
    #expect(program(.read, 0, 24, 68) == .misaligned)
    #expect(program(.read, 0, 24, 1 << 16) == .outOfHeap)
    #expect(program(.read, 0, 24, 64) == nil)
    #expect(program(.read, 0, 24, 72) == .movedObject)
    #expect(program(.allocate, 1, 24, 101) == nil)
    #expect(program(.read, 1, 1, 80) == .overlap)
    #expect(program(.read, 1, 1, 88) == nil)
  }

  @Test func whatEndedStaysSoHoweverManyCome() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 100) == nil)
    #expect(program(.copy, 1, 0, 0) == nil)
    #expect(program(.deallocate, 0, 0, 0) == .freeRefused)
    #expect(program(.deallocate, 0, 0, 1) == nil)
    for round in 0..<100 {
      #expect(program(.read, 1, 1, refused) == nil)
      #expect(program(.read, 1, 1, 64) == .endedGranted)
      #expect(program(.deallocate, 1, 0, 0) == nil)
      #expect(program(.deallocate, 1, 0, 1) == .wrongFreeAccepted)
      #expect(program(.allocate, 2, 24, 200 + UInt64(round)) == nil)
      #expect(program(.deallocate, 2, 0, 1) == nil)
    }
    // The same word again is the stale pointer's, too, and is granted with it.
    #expect(program(.allocate, 2, 24, 100) == nil)
    #expect(program(.read, 1, 1, 64) == .endedGranted)
    #expect(program(.read, 2, 1, 64) == nil)
  }

  @Test func forgedWordsAreRefusedUnlessTheyAreALiveObjects() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 100) == nil)
    #expect(program(.allocate, 1, 24, 101) == nil)
    #expect(program(.copy, 2, 0, 0) == nil)
    let forgery = WordForgery.added(8).number
    // What the worker says of the forged word counts for nothing.
    #expect(program(.advance, 2, forgery, 101) == nil)
    #expect(program(.read, 2, 1, refused) == nil)
    #expect(program(.read, 2, 1, 64) == .forgedGranted)
    #expect(program(.deallocate, 2, 0, 0) == nil)
    #expect(program(.deallocate, 2, 0, 1) == .wrongFreeAccepted)
    // 100 with its lowest bit flipped is the other's pointer, and as good.
    #expect(program(.copy, 2, 0, 0) == nil)
    #expect(program(.advance, 2, WordForgery.bitFlipped(0).number, 101) == nil)
    #expect(program(.read, 2, 1, refused) == .liveRefused)
    #expect(program(.read, 2, 1, 64) == nil)
    #expect(program(.deallocate, 2, 0, 1) == nil)
    #expect(program(.read, 1, 1, 64) == .endedGranted)
    #expect(program(.read, 2, 1, 64) == .forgedGranted)
  }

  @Test func stalePointersComeBackFromMemory() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 100) == nil)
    #expect(program(.allocate, 1, 24, 101) == nil)
    #expect(program(.store, 0, 1, 64) == nil)
    #expect(program(.deallocate, 1, 0, 1) == nil)
    #expect(program(.load, 2, 0, 64) == nil)
    #expect(program(.read, 2, 1, refused) == nil)
    #expect(program(.read, 2, 1, 88) == .endedGranted)
  }

  @Test func noMoreThanAllObjectsMustBeServed() {
    var program = Program(limit: 1 << 26, names: 5000)
    for name in 0..<4095 { #expect(program(.allocate, name, 8, UInt64(name)) == nil) }
    #expect(program(.allocate, 4095, 8, refused) == .failedWithRoom)
    #expect(program(.allocate, 4095, 8, 4095) == nil)
    #expect(program(.allocate, 4096, 8, refused) == nil)
  }
}

@Suite("A forged word") struct WordForgeryTests {
  @Test(arguments: [
    WordForgery.bitFlipped(0), .bitFlipped(63), .added(-8), .added(1 << 30), .drawn(5), .replaced(-1), .replaced(4095),
    .halvesSwapped,
  ]) func isWhatWasPacked(forgery: WordForgery) {
    let operation = PointerOperation(word: PointerOperation(.advance, 3, forgery.number).word)
    #expect(WordForgery(number: operation.number) == forgery && forgery.number != 0)
  }

  @Test func isAsItsWaySays() {
    let word: UInt64 = 0x0123_4567_89ab_cdef
    #expect(WordForgery.bitFlipped(63).forged(word) == 0x8123_4567_89ab_cdef)
    #expect(WordForgery.added(-16).forged(word) == 0x0123_4567_89ab_cddf)
    #expect(WordForgery.replaced(5).forged(word) == 5)
    #expect(WordForgery.halvesSwapped.forged(word) == 0x89ab_cdef_0123_4567)
    // The first output of SplitMix64 from the seed 0.
    #expect(WordForgery.drawn(0).forged(word) == 0xe220_a839_7b1d_cdaf)
    #expect(WordForgery.replaced(-1).forged(word) == UInt64.max - 1)
  }

  @Test func readsAsPeopleSayIt() {
    func text(_ forgery: WordForgery) -> String {
      HandleVocabulary.describe(operation: PointerOperation(.advance, 3, forgery.number).word)
    }
    #expect(text(.bitFlipped(12)) == "p3 = p3, bit 12 flipped")
    #expect(text(.added(-8)) == "p3 = p3 - 8")
    #expect(text(.replaced(4)) == "p3 = the number 4")
  }
}

@Suite("Traces of pointers, made shorter") struct PointerReductionsTests {
  private func trace(_ operations: [PointerOperation]) -> Trace {
    Trace(vocabulary: PointerVocabulary.name, name: "test", slotCount: 4, operations: operations.map(\.word))
  }

  private let operations = [
    PointerOperation(.allocate, 0, 24), PointerOperation(.allocate, 1, 24), PointerOperation(.copy, 2, 0),
    PointerOperation(.read, 1, 8), PointerOperation(.deallocate, 0), PointerOperation(.read, 2, 8),
    PointerOperation(.allocate, 3, 24), PointerOperation(.read, 2, 8),
  ]

  @Test func partsAreAllThatIsDoneWithAnObject() {
    let parts = PointerReductions(remembersEnded: true).parts(of: trace(operations), granularity: 0)
    #expect(parts.ofOperation == [0, 1, 0, 1, 0, 0, 2, 0] && parts.count == 3)
  }

  @Test func whatIsAboutNoPointerIsLeftOut() {
    let kept = PointerReductions().trace(trace(operations)) { $0 != 0 }
    #expect(kept.operations == [1, 3, 6].map { operations[$0].word })
  }

  @Test func staleUsesAreLeftOutWhereNobodyHasToKnow() {
    let all = trace(operations)
    #expect(PointerReductions().trace(all) { _ in true }.operations.count == 7)
    #expect(PointerReductions(remembersEnded: true).trace(all) { _ in true }.operations.count == 8)
  }

  @Test func handlesAreNotUsedBeyondTheirObjects() {
    let reductions = PointerReductions(remembersEnded: true)
    let all = trace([
      PointerOperation(.allocate, 0, 4), PointerOperation(.write, 0, 8), PointerOperation(.store, 0, 0),
      PointerOperation(.write, 0, 4),
    ])
    #expect(reductions.trace(all) { _ in true }.operations == [all.operations[0], all.operations[3]])
  }
}
