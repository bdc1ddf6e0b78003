import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Nine intervals of two events, in each of which site 7 gets one byte more, and 60 short lives of site 3.
private func stream(asking questions: [UInt64]) -> Trace {
  var builder = EventStreamBuilder()
  for number in UInt64(1)...9 {
    builder.allocate(number << 8, Int(number), site: 7, thread: 1)
    builder.deallocate(1)
  }
  for number in 1...60 {
    builder.allocate(1 << 20, 8, site: 3, thread: 1)
    for _ in 1..<number where number <= 20 { builder.deallocate(1) }
    builder.deallocate(1 << 20, thread: 2)
  }
  let steps = builder.events.prefix(18).map { EventStream.Step.event($0) }
  let rest = builder.events.dropFirst(18).map { EventStream.Step.event($0) }
  let first = questions.filter { $0 >> 63 == 0 }.map { EventStream.Step.other($0) }
  let last = questions.filter { $0 >> 63 == 1 }.map { EventStream.Step.other($0 & ~(1 << 63)) }
  return EventStream(PatternVocabulary.name, interval: 2, steps: steps + first + rest + last, room: 1000).trace
}

private func showing(_ name: String) -> UInt64 {
  PatternVocabulary.showing(PatternVocabulary.patterns.firstIndex(of: name) ?? 0)
}

@Suite("The oracle of patterns") struct PatternOracleTests {
  /// - Parameter isLate: whether the questions come when all events have come, or after the first 18.
  private func violation(
    _ questions: [UInt64], _ outcomes: [UInt64], _ answers: [UInt64] = [], isLate: Bool = false
  ) -> Violation? {
    let trace = stream(asking: questions.map { isLate ? $0 | 1 << 63 : $0 })
    var oracle = PatternOracle(for: trace)
    let all: [UInt64] = isLate ? [18 + 310] + outcomes : [18] + outcomes + [310]
    let its = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    return oracle.check(
      operations: Array(trace.operations.prefix(all.count)).span,
      outcomes: Array(all.prefix(trace.operations.count)).span,
      in: its)
  }

  @Test(arguments: [
    ("leak", [7, 9] as [UInt64], false), ("ramp", [], false), ("plateau", [], false), ("leak", [], true),
    ("temporary", [3, 60], true), ("geometricGrowth", [], true), ("arithmeticGrowth", [], true),
    ("plateau", [7, 155], true),
  ])
  func lists(name: String, right: [UInt64], isLate: Bool) {
    let question = showing(name)
    func kind(_ said: [UInt64]) -> ViolationKind? {
      violation([question], [UInt64(said.count)], said, isLate: isLate)?.kind
    }
    #expect(kind(right) == nil)
    #expect(kind(right + [9, 1]) == .falsePattern)
    #expect(kind([0, 8] + right) == .falsePattern)
    if !right.isEmpty {
      #expect(kind([]) == .missedPattern)
      #expect(kind([right[0], right[1] + 1]) == .wrongStrength)
      #expect(kind([right[0], .max]) == .wrongStrength)
      #expect(kind(right + right) == .unsortedSites)
      #expect(kind(right + [5]) == .unsortedSites)
    }
    for count: UInt64 in [1 << 31, 1 << 63, .max] {
      #expect(violation([question], [count], right, isLate: isLate)?.kind == .answerTooLong)
    }
  }

  @Test func lifetimesMayBeWrongByTheirError() {
    // 1 to 20, and then 1 forty times: 60 lifetimes, whose ranks may be wrong by one.
    for (permille, range) in [(0, 1...1), (683, 1...2), (684, 1...3), (700, 1...3), (1000, 19...20), (999, 19...20)]
      as [(Int, ClosedRange<UInt64>)]
    {
      let question = PatternVocabulary.lifetime(permille, site: 3)
      for said: UInt64 in [0, 1, 2, 3, 4, 18, 19, 20, 21, .max, 1 << 63] {
        let kind = violation([question], [said], isLate: true)?.kind
        #expect(kind == (range.contains(said) ? nil : .wrongQuantile), "\(said) for \(permille)")
      }
    }
    #expect(violation([PatternVocabulary.lifetime(5, site: 7)], [.max]) == nil)
    #expect(violation([PatternVocabulary.lifetime(5, site: 99)], [.max]) == nil)
    #expect(violation([PatternVocabulary.lifetime(5, site: 7)], [0])?.kind == .wrongQuantile)
  }

  @Test func whatASiteDidIsTold() throws {
    let found = try #require(violation([showing("leak")], [0]))
    #expect(
      found.message
        == "sites(showing: .leak) → 0 sites: site 7 is missing: it grew over the last 9 intervals, in which 9 began and 0 ended"
    )
    #expect(found.evidence.contains("site 7, interval 9: 36 to 45 bytes, 36 at least; 1 began, 0 ended (grew)"))
    #expect(found.evidence.contains("at 17, thread 1: allocate 0x900, 9 bytes, site 7"))
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    for question: UInt64 in [1, 1 | 8 << 8, 3, 255, .max, 2 | 1001 << 8] {
      #expect(PatternVocabulary.question(question) == nil, "\(question)")
      #expect(!PatternVocabulary.isAnswered(question))
    }
    #expect(
      PatternVocabulary.question(PatternVocabulary.lifetime(1000, site: 1 << 46 - 1))
        == .lifetime(permille: 1000, site: 1 << 46 - 1))
  }

  @Test func seriesBeginWhereTheyCan() {
    func steps(_ sizes: [Int]) -> [Int] {
      [true, false].map { PatternTruth.longestSeries(sizes, isGeometric: $0) }
    }
    #expect(steps([]) == [0, 0])
    #expect(steps([5]) == [0, 0])
    #expect(steps([1, 2, 4, 8, 16]) == [4, 1])
    #expect(steps([10, 100, 200, 400, 800, 1600]) == [4, 2])
    #expect(steps([0, 1, 2, 3, 4]) == [2, 4])
    #expect(steps([16, 32, 72, 126]) == [3, 1])
    #expect(steps([16, 32, 73, 128]) == [1, 1])
    #expect(steps([0, 8, 15, 24, 31]) == [1, 4])
    #expect(steps([8, 16, 16, 24]) == [1, 1])
  }

  /// Truth is the same, however it is found; and streams say nothing that cannot be.
  @Test(
    arguments: NamedWorkload.all.filter { $0.exercise.id == "patterns" && !$0.workload.isTimed }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    var model = try #require(HonestPatterns(trace.tables, interval: EventStream.interval(of: trace) ?? 0))
    let said = trace.operations.map { model.perform($0) }
    var oracle = PatternOracle(for: trace)
    let (outcomes, answers) = (said.map(\.outcome), said.flatMap(\.answer))
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answers))
    let violation = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
    #expect(violation == nil)
    #expect(answers.count <= trace.answerWords)
    let stream = EventStream(trace)
    #expect(stream.lateness == 0)
    #expect(stream.events.allSatisfy { $0.site <= PatternVocabulary.siteLimit })
  }

  /// In each draw there is somebody who shows each pattern.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func nothingIsLeftToChance(seed: UInt64) throws {
    for item in NamedWorkload.all where item.exercise.id == "patterns" && item.workload.name == "program" {
      let stream = EventStream(try item.trace(seed: seed))
      var words = 0
      let truth = PatternTruth(of: stream, countingAnswers: &words)
      for pattern in PatternVocabulary.patterns.indices.dropFirst() {
        #expect(!truth.list(pattern).isEmpty, "\(PatternVocabulary.patterns[pattern])")
      }
    }
  }

  /// Streams shrink to the few events that make a leak.
  @Test func leaksShrink() throws {
    let item = try #require(
      NamedWorkload.all.first { $0.exercise.id == "patterns" && $0.workload.name == "program" })
    func leaks(_ trace: Trace) -> Bool {
      var words = 0
      return PatternTruth(of: EventStream(trace), countingAnswers: &words).list(1).count > 0
    }
    let shrunk = Shrinker(EventStreamReductions()).shrink(try item.trace(seed: 1)) { candidate in
      #expect(TraceLint.findings(in: candidate) == [])
      return leaks(candidate) ? TraceFailure(by: candidate.operations.count - 1) : nil
    }
    let stream = EventStream(try #require(shrunk).trace)
    #expect(stream.eventCount == 8)
    #expect(stream.interval == 1)
  }
}
