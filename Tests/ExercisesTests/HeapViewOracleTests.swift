import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

private typealias ViewStep = HeapViewRows.Step

/// Two pages, a block of 100 bytes with 16 of metadata, and a page that was touched.
private let heap: [ViewStep] = [
  ViewStep(.map, 0x1000, 8192), ViewStep(.allocate, 0x1010, 100, 16), ViewStep(.access, 0x2000, 8),
]

@Suite("The oracle of heap views") struct HeapViewOracleTests {
  private func violation(_ steps: [ViewStep], _ outcomes: [UInt64], _ answers: [UInt64] = []) -> Violation? {
    judged(Trace(viewing: steps), outcomes, answers)
  }

  private func judged(_ trace: Trace, _ outcomes: [UInt64], _ answers: [UInt64]) -> Violation? {
    var oracle = HeapViewOracle(for: trace)
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    let operations = trace.operations
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
  }

  /// What the oracle says of a list for a picture of the heap.
  private func kind(_ question: ViewStep, _ list: [UInt64], outcome: UInt64? = nil) -> ViolationKind? {
    violation(heap + [question], [1, 1, 1, outcome ?? UInt64(list.count)], list)?.kind
  }

  @Test func rightAnswersAreRight() {
    #expect(kind(ViewStep(.live, 0x1000, 128, 64), [48, 52]) == nil)
    #expect(kind(ViewStep(.metadata, 0x1000, 128, 64), [16, 0]) == nil)
    #expect(kind(ViewStep(.unused, 0x1000, 129, 64), [0, 12, 1]) == nil)
    #expect(kind(ViewStep(.touched, 0x1000, 8192, 4096), [0, 4096]) == nil)
    #expect(kind(ViewStep(.heat, 0x1000, 8192, 4097), [65_536, 65_536]) == nil)
    #expect(kind(ViewStep(.history), [0, 100, 100]) == nil)
    #expect(kind(ViewStep(.live, 0x1000, 0, 64), []) == nil)
  }

  @Test(
    arguments: [
      (HeapViewVocabulary.Kind.live, [48, 51], ViolationKind.wrongLive), (.metadata, [0, 0], .wrongMetadata),
      (.unused, [0, .max], .wrongFreeBytes), (.touched, [1, 0], .wrongTouched), (.heat, [0, 1], .wrongHeat),
      (.live, [48], .incompleteAnswer), (.live, [48, 52, 0], .incompleteAnswer), (.heat, [], .incompleteAnswer),
    ] as [(HeapViewVocabulary.Kind, [UInt64], ViolationKind)])
  func wrongCellsAreTold(plane: HeapViewVocabulary.Kind, list: [UInt64], kind: ViolationKind) {
    #expect(self.kind(ViewStep(plane, 0x1000, 128, 64), list) == kind)
  }

  @Test func wrongHistoriesAreTold() {
    for place in 0..<3 {
      var wrong: [UInt64] = [0, 100, 100]
      wrong[place] &-= 1
      #expect(kind(ViewStep(.history), wrong) == .wrongHistory, "word \(place)")
    }
    #expect(kind(ViewStep(.history), [0, 100]) == .incompleteAnswer)
    #expect(kind(ViewStep(.history), []) == .incompleteAnswer)
    #expect(kind(ViewStep(.history), [0, 100, 100, 100, 100, 100]) == .incompleteAnswer)
  }

  @Test func eventsAreTakenOrNot() {
    #expect(violation([heap[0]], [0])?.kind == .wronglyRefused)
    #expect(violation([heap[0]], [2])?.kind == .wronglyRefused)
    #expect(violation([heap[0], heap[0]], [1, 0]) == nil)
    #expect(violation([heap[0], heap[0]], [1, 1])?.kind == .wronglyTaken)
    #expect(violation([heap[0], heap[0]], [1, .max])?.kind == .wronglyTaken)
    #expect(violation([ViewStep(.free, 0x1010)], [1])?.kind == .wronglyTaken)
    // What was told wrong at first is not what counts later.
    #expect(violation(heap + [ViewStep(.free, 0x1010), ViewStep(.free, 0x1010)], [1, 1, 1, 1, 0]) == nil)
    #expect(violation([ViewStep(.tick)], [7]) == nil)
  }

  @Test func listsThatFoundNoRoomAreTold() {
    for outcome: UInt64 in [3, 1 << 31, 1 << 32, 1 << 61, 1 << 63, .max] {
      #expect(kind(ViewStep(.live, 0x1000, 128, 64), [48, 52], outcome: outcome) == .answerTooLong, "\(outcome)")
    }
  }

  @Test func evidenceShowsBothPictures() throws {
    let question = ViewStep(.live, 0x1000, 160, 16)
    let list: [UInt64] = [0, 16, 16, 16, 16, 16, 16, 3, 0, 0]
    let told = try #require(violation(heap + [question], [1, 1, 1, 10], list))
    #expect(
      told.message == "cells(of: .live, in: 0x1000 + 160, 16 a cell) → 10 cells: cell 7 is 3, and has to be 4")
    #expect(told.evidence[1] == "yours  ·██████▂··")
    #expect(told.evidence[2] == "right  ·██████▂··")
    #expect(told.evidence[3] == "              ^")
    #expect(told.evidence.last == "block at 0x1010 of 100 bytes, up to 0x1074, 16 of metadata from 0x1000 on")
  }

  @Test func wordsThatSayNothingAreAnsweredWithNothing() {
    for word: UInt64 in [
      7, 13, 255, 1 << 63 | 6, HeapViewVocabulary.word(.tick, row: 1), HeapViewVocabulary.word(.history, row: 2),
    ] {
      #expect(HeapViewVocabulary.parts(word) == nil, "\(word)")
      #expect(!HeapViewVocabulary.isAnswered(word))
    }
    // Rows that are not there, or cannot be those of such an operation.
    var trace = Trace(viewing: [
      ViewStep(.map, 0, 1 << 48), ViewStep(.access, 0, 1 << 21), ViewStep(.live, 5, 5, 0),
      ViewStep(.live, 0, 1 << 48, 1),
    ])
    trace.operations.append(HeapViewVocabulary.word(.live, row: 99))
    #expect(judged(trace, [0, 0, 0, 0, 0], []) == nil)
  }

  /// Truth is the same, however it is found.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "heap-view" }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    guard !["program", "zoom"].contains(item.workload.name) else { return }
    var model = HonestHeapView(trace.tables)
    let said = trace.operations.map { model.perform($0) }
    let violation = judged(trace, said.map(\.outcome), said.flatMap(\.answer))
    #expect(violation == nil, "\(item.workload.name): \(violation?.message ?? "")")
  }

  /// Events are taken and refused, and pictures are not empty.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "heap-view" })
  func tracesHaveSomethingToFind(item: NamedWorkload) throws {
    let trace = try item.trace(seed: 3)
    #expect(TraceLint.findings(in: trace) == [])
    let rows = HeapViewRows(trace.tables)
    #expect(trace.operations.allSatisfy { rows.step($0) != nil })
    let kinds = Set(trace.operations.compactMap { rows.step($0)?.kind })
    #expect(kinds.contains(.map) && (kinds.contains { $0.plane != nil } || kinds.contains(.history)), "\(kinds)")
  }
}
