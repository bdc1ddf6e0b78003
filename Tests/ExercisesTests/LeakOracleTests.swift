import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Three blocks: the first is reached by a register, leads to the inside of the second, and nothing leads to the third.
private func image() -> HeapImageTables {
  var generator = SeededGenerator(seed: 1)
  var builder = HeapImageBuilder(with: &generator)
  let blocks = [builder.block(16, site: 5), builder.block(24, site: 6), builder.block(8, site: 7)]
  builder.register(.pointer(blocks[0]))
  builder.point(blocks[0], at: 8, to: blocks[1], plus: 3)
  return builder.image()
}

private let classify = LeakVocabulary.word(.classify)
private let report = LeakVocabulary.word(.report)
private let right: [UInt64] = [4, 3, 1]
private let records: [UInt64] = [1, 7, 1, 8, 0, 3, 6, 1, 24, 0, 4, 5, 1, 16, 0]

@Suite("The oracle of leaks") struct LeakOracleTests {
  /// What the oracle says of a list, and of how long it is said to be.
  private func kind(_ question: UInt64, _ list: [UInt64], outcome: UInt64? = nil) -> ViolationKind? {
    violation([question], [outcome ?? UInt64(list.count)], list)?.kind
  }

  private func violation(_ questions: [UInt64], _ outcomes: [UInt64], _ answers: [UInt64]) -> Violation? {
    var oracle = LeakOracle(for: Trace(asking: questions, about: image()))
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    return oracle.check(operations: questions.span, outcomes: outcomes.span, in: window)
  }

  @Test func rightAnswersAreRight() {
    #expect(kind(classify, right) == nil)
    #expect(kind(report, records) == nil)
    #expect(violation([classify, report, classify], [3, 15, 3], right + records + right) == nil)
    for (category, (blocks, bytes)) in [(1, 8), (0, 0), (1, 24), (1, 16)].enumerated() {
      let questions = [
        LeakVocabulary.word(.blockCount, category: category + 1),
        LeakVocabulary.word(.byteCount, category: category + 1),
      ]
      #expect(violation(questions, [UInt64(blocks), UInt64(bytes)], []) == nil)
      #expect(violation(questions, [UInt64(blocks), UInt64(bytes) + 1], [])?.kind == .wrongTotal)
      #expect(violation(questions, [UInt64(blocks) &- 1, UInt64(bytes)], [])?.kind == .wrongTotal)
    }
  }

  @Test(arguments: [
    ([4, 3, 3], ViolationKind.missedLeak), ([4, 3, 4], .missedLeak), ([1, 3, 1], .falseLeak), ([4, 2, 1], .falseLeak),
    ([4, 4, 1], .wrongCategory), ([3, 3, 1], .wrongCategory), ([4, 3, 2], .wrongCategory), ([4, 3, 0], .wrongCategory),
    ([4, 3, UInt64.max], .wrongCategory), ([4, 3], .incompleteAnswer), ([4, 3, 1, 1], .incompleteAnswer),
    ([], .incompleteAnswer),
  ])
  func wrongCategoriesAreTold(categories: [UInt64], kind: ViolationKind) {
    #expect(self.kind(classify, categories) == kind)
  }

  @Test func wrongRecordsAreTold() {
    for place in records.indices {
      var wrong = records
      wrong[place] &+= 1
      #expect(kind(report, wrong) == .wrongRecord, "word \(place)")
    }
    #expect(kind(report, Array(records.dropLast())) == .incompleteAnswer)
    #expect(kind(report, Array(records.dropLast(5))) == .incompleteAnswer)
    #expect(kind(report, records + records.suffix(5)) == .wrongRecord)
    #expect(kind(report, Array(records[5..<10] + records[0..<5] + records[10...])) == .wrongRecord)
  }

  /// The judge copies no more than there is room for.
  @Test func listsThatFoundNoRoomAreTold() {
    for outcome: UInt64 in [4, 1 << 31, 1 << 32, 1 << 61, 1 << 63, .max] {
      #expect(kind(classify, right, outcome: outcome) == .answerTooLong, "\(outcome)")
      // And whatever comes after it has no list.
      #expect(violation([classify, classify], [3, outcome], right)?.kind == .answerTooLong)
    }
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    for word: UInt64 in [4, 255, 1 << 63, .max, LeakVocabulary.word(.blockCount), 5 << 8 | 1, 1 << 8, 3 | 1 << 8] {
      #expect(LeakVocabulary.question(word) == nil, "\(word)")
      #expect(!LeakVocabulary.isAnswered(word))
      #expect(violation([word], [9], []) == nil)
    }
  }

  @Test func aSmallImageIsToldInWhole() throws {
    let evidence = try #require(violation([classify], [3], [4, 3, 3])).evidence
    #expect(evidence.count == 4)
    #expect(evidence[0].hasSuffix("site 5; +8 → block 1 + 3"))
    #expect(evidence[3] == "register 0 → block 0")
  }

  /// Truth is the same, however it is found.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "leaks" }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    let truth = LeakTruth(of: try #require(HeapImageTables(trace.tables)))
    let model = try #require(HonestLeaks(trace.tables))
    #expect(truth.categories == model.categories)
    guard trace.wordCount < 1 << 17 else { return }
    #expect(truth.records == model.answer(report))
  }

  /// Each category is there to be found, but where there is nothing.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "leaks" })
  func imagesHaveSomethingToFind(item: NamedWorkload) throws {
    let truth = LeakTruth(of: try #require(HeapImageTables(try item.trace(seed: 3).tables)))
    if item.workload.name == "nothing" { return #expect(truth.categories.isEmpty) }
    let found = Set(truth.categories)
    #expect(found.isSuperset(of: [1, 4]), "\(found)")
  }
}

@Suite("Answers") struct AnswerTests {
  @Test func eachIsTakenOnce() {
    var answers = Answers([1, 2, 3, 4])
    #expect(answers.next(2) == [1, 2])
    #expect(answers.next(0) == [])
    #expect(answers.next(2) == [3, 4])
    #expect(answers.next(1) == nil)
    #expect(answers.next(0) == [])
  }

  @Test func whatChangesAfterItWasCopiedIsNoticed() {
    var memory: [UInt64] = [1, 2, 3, 4]
    func areStill(_ answers: Answers) -> Bool { memory.withUnsafeBytes { answers.areStill(in: $0) } }
    let answers = Answers([1, 2, 3])
    #expect(areStill(answers))
    memory[3] = 9
    #expect(areStill(answers))
    for place in 0..<3 {
      memory[place] ^= 1 << 63
      #expect(!areStill(answers), "word \(place)")
      memory[place] ^= 1 << 63
    }
    memory.removeLast(2)
    #expect(!areStill(answers))
    #expect(areStill(Answers()))
  }

  @Test func noMoreIsCopiedThanThereIsRoomFor() {
    let questions = [classify, LeakVocabulary.word(.blockCount, category: 1), report]
    func words(_ outcomes: [UInt64], room: Int) -> Int {
      Answers.words(of: questions, outcomes, LeakVocabulary.self, room: room)
    }
    #expect(words([3, 1000, 15], room: 100) == 18)
    #expect(words([3, 1000, 15], room: 10) == 10)
    #expect(words([.max, .max, .max], room: 10) == 10)
    #expect(words([0, .max, 0], room: 10) == 0)
    #expect(words([1 << 62, 0, 1 << 62], room: Int.max) == Int.max)
  }
}
