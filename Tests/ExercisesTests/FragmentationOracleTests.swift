import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A region of 64 bytes, a block of 16 in its middle that was asked for with 10, and a second region that touches the first.
private func stream() -> HeapStream {
  var stream = HeapStream()
  stream.events = [
    HeapStream.Event(time: 5, change: .map(HeapStream.Region(start: 0x1000, end: 0x1040))),
    HeapStream.Event(time: 7, change: .begin(HeapStream.Block(address: 0x1010, requested: 10, taken: 16))),
    HeapStream.Event(time: 8, change: .map(HeapStream.Region(start: 0x1040, end: 0x1060))),
  ]
  return stream
}

private let feed = MeterVocabulary.word(.feed, 3)
private let histogram: [UInt64] = [4, 1, 16, 5, 2, 64]
private let measures: [UInt64] = [192, 0, 10, 0, 64, 0, 10, 0, 96, 0, 10, 0, 96, 0, 10, 0]

@Suite("The oracle of fragmentation-meter") struct FragmentationOracleTests {
  private func kind(_ question: UInt64, _ outcome: UInt64, _ list: [UInt64] = []) -> ViolationKind? {
    violation([feed, question], [0, outcome], list)?.kind
  }

  private func violation(_ words: [UInt64], _ outcomes: [UInt64], _ answers: [UInt64]) -> Violation? {
    var oracle = FragmentationOracle(for: Trace(asking: words, about: stream()))
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    return oracle.check(operations: words.span, outcomes: outcomes.span, in: window)
  }

  @Test(arguments: [
    (MeterVocabulary.Kind.internalBytes, 0, 6, ViolationKind.wrongInternal),
    (.internalFragmentation, 0, 375_000, .wrongInternal), (.freeBytes, 0, 80, .wrongFree),
    (.largestRun, 0, 32, .wrongRun), (.externalFragmentation, 0, 600_000, .wrongShare),
    (.unusableBytes, 4, 0, .wrongShare), (.unusableBytes, 5, 16, .wrongShare), (.unusableBytes, 63, 80, .wrongShare),
    (.unusableIndex, 5, 200_000, .wrongShare),
  ])
  func numbers(question: MeterVocabulary.Kind, argument: Int, right: UInt64, wrong: ViolationKind) {
    let word = MeterVocabulary.word(question, argument)
    #expect(kind(word, right) == nil)
    for odd in [right &+ 1, right &- 1, .max, 1 << 63] where odd != right { #expect(kind(word, odd) == wrong) }
  }

  @Test func lists() {
    let (rows, ratios) = (MeterVocabulary.word(.histogram), MeterVocabulary.word(.measures))
    #expect(kind(rows, 6, histogram) == nil)
    #expect(kind(ratios, 16, measures) == nil)
    for place in histogram.indices {
      var wrong = histogram
      wrong[place] &+= 1
      #expect(kind(rows, 6, wrong) == .wrongHistogram, "word \(place)")
    }
    for place in measures.indices {
      var wrong = measures
      wrong[place] &-= 1
      #expect(kind(ratios, 16, wrong) == .wrongMeasure, "word \(place)")
    }
    for count in [0, 1, 3, 5] { #expect(kind(rows, UInt64(count), Array(histogram.prefix(count))) == .wrongHistogram) }
    #expect(kind(rows, 9, histogram + [6, 0, 0]) == .wrongHistogram)
    #expect(kind(ratios, 15, Array(measures.dropLast())) == .wrongMeasure)
    for outcome: UInt64 in [7, 1 << 32, 1 << 63, .max] { #expect(kind(rows, outcome, histogram) == .answerTooLong) }
    #expect(violation([feed], [1], [])?.kind == .wrongFeed)
  }

  @Test func aSmallHeapIsToldInWhole() throws {
    let evidence = try #require(violation([feed, MeterVocabulary.word(.freeBytes)], [0, 0], [])).evidence
    #expect(
      evidence.suffix(2) == ["region 0x1000 │ 16 free │ [10 of 16] │ 32 free │", "region 0x1040 │ 32 free │"])
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    let words: [UInt64] = [
      10, 255, .max, MeterVocabulary.word(.freeBytes, 1), MeterVocabulary.word(.unusableBytes, 64),
    ]
    for word in words {
      #expect(MeterVocabulary.question(word) == nil, "\(word)")
      #expect(violation([word], [9], []) == nil)
    }
  }

  /// Truth is the same, however it is found; and every change of a workload is possible.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "fragmentation-meter" }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    #expect(TraceLint.findings(in: trace) == [])
    let stream = try #require(HeapStream(trace.tables))
    #expect(stream.tables == trace.tables)
    #expect(stream.keeping { _ in true }.stayed.allSatisfy { $0 })
    guard stream.events.count < 5_000, trace.operations.count < 20_000 else { return }
    let replay = HonestMeter.replay(trace)
    var oracle = FragmentationOracle(for: trace)
    let outcomes = replay.map(\.outcome)
    let window = Window(
      firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(replay.flatMap(\.answer)))
    let violation = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
    #expect(violation == nil)
  }
}
