import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// `main ▸ a b` has 40 bytes, `main` 20, and so has `main ▸ main`; at 2 there were 100.
private func stream(asking questions: [UInt64]) -> Trace {
  let events = [(1, 1, 100), (2, 0, 20), (3, 1, 60), (4, 2, 20)] as [(UInt64, Int, UInt64)]
  return ProfileStream(
    names: [Array("main".utf8), Array("a b".utf8)], stacks: [[0], [0, 1], [0, 0]],
    steps: events.map { .event(.init(time: $0.0, stack: $0.1, isEnd: $0.0 == 3, bytes: $0.2)) }
      + questions.map { .ask($0) }
  ).trace
}

private let folded = "main 20\nmain;a%20b 40\nmain;main 20\n"
private let top = "self self% total total% name\n40 50.00% 40 50.00% a%20b\n40 50.00% 80 100.00% main\n"
private let timeline = "1 100\n2 120\n3 60\n4 80\n"
private let json = """
  {"version":1,"unit":"bytes","live":80,"peak":{"time":2,"bytes":120},
  "functions":["main","a b"],
  "stacks":[{"frames":[0],"bytes":20},
  {"frames":[0,1],"bytes":40},
  {"frames":[0,0],"bytes":20}]}
  """

@Suite("The oracle of reporters") struct ReporterOracleTests {
  private typealias Kind = ReporterVocabulary.Kind

  private func violation(_ question: UInt64, _ outcome: UInt64, _ answer: [UInt64]) -> Violation? {
    let trace = stream(asking: [question])
    var oracle = ReporterOracle(for: trace)
    let outcomes = [0, outcome]
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(answer))
    return oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
  }

  private func violation(_ kind: Kind, _ text: some Collection<UInt8>) -> Violation? { violation(kind, 0, text) }

  private func violation(_ kind: Kind, _ count: Int, _ text: some Collection<UInt8>) -> Violation? {
    let answer = HonestReporter.packed(Array(text))
    return violation(ReporterVocabulary.word(kind, count), UInt64(answer.count), answer)
  }

  /// What is found if in a right report one part is replaced.
  private func kind(
    _ question: Kind, _ count: Int, _ right: String, _ part: String, _ other: String
  ) -> ViolationKind? {
    precondition(right.contains(part), "\(part)")
    return violation(question, count, right.replacing(part, with: other, maxReplacements: 1).utf8)?.kind
  }

  @Test func rightReportsAreRight() {
    #expect(violation(.folded, folded.utf8) == nil)
    #expect(violation(.folded, "main;main 20\nmain;a%20b 40\nmain 20\n".utf8) == nil)
    #expect(violation(.topTotal, 9, top.replacing("40 50.00% 40 50.00% a%20b\n", with: "").utf8)?.kind == .wrongTop)
    let byTotal = "  self self%  total total%  name\n  40 50.00% 80 100.00%   main\n40 50.00%  40 50.00% a%20b\n"
    #expect(violation(.topTotal, 2, byTotal.utf8) == nil)
    #expect(violation(.topTotal, 0, "self self% total total% name\n".utf8) == nil)
    #expect(violation(.timeline, 4, timeline.utf8) == nil)
    #expect(violation(.json, json.utf8) == nil)
    #expect(violation(.json, "\n\t\(json.replacing(":", with: " : "))\r\n".utf8) == nil)
    #expect(violation(.json, json.replacing("a b", with: "\\u0061\\u0020b").utf8) == nil)
  }

  @Test(arguments: [
    ("main 20\n", "", ViolationKind.wrongFolded), ("main 20", "main 21", .wrongFolded),
    ("main 20", "main  20", .malformedLine), ("main 20", "main 020", .malformedLine),
    ("main 20", "main +20", .malformedLine), ("main 20", "main 20.0", .malformedLine),
    ("main 20", "main", .malformedLine),
    ("main 20", "main 20 ", .malformedLine), ("main 20", "main 18446744073709551616", .malformedLine),
    ("main 20\n", "main 20\n\n", .malformedLine), ("main 20", " 20", .malformedLine),
    ("main;main 20\n", "main;main 20", .malformedLine),
    ("main 20\n", "main 20\nmain 20\n", .wrongFolded), ("main 20\n", "main 20\nwork 0\n", .wrongFolded),
    ("%20", " ", .malformedLine), ("%20", "%2", .malformedLine), ("%20", "%2g", .malformedLine),
    ("a%20b", "a%20%62", .malformedLine), ("a%20b", "a%3b", .malformedLine), (";a", ";;a", .malformedLine),
    ("main;a%20b", "a%20b;main", .wrongFolded), ("main 20\n", "main 10\nmain 10\n", .wrongFolded),
  ])
  func foldedStacks(part: String, other: String, found: ViolationKind) {
    #expect(kind(.folded, 0, folded, part, other) == found)
  }

  @Test(arguments: [
    ("self self%", "self", ViolationKind.malformedLine), ("name\n", "name", .malformedLine),
    ("40 50.00% 40", "41 50.00% 40", .wrongTop), ("50.00% 40 50.00% a", "50.00% 40 50.01% a", .wrongShareOfTotal),
    ("50.00% 80", "50.01% 80", .wrongShareOfTotal), ("50.00% 80", "50% 80", .malformedLine),
    ("50.00% 80", "050.00% 80", .malformedLine), ("50.00% 80", ".00% 80", .malformedLine),
    ("50.00% 80", "50.000% 80", .malformedLine), ("100.00% main", "100.00 main", .malformedLine),
    ("80 100.00%", "60 75.00%", .wrongTop), ("a%20b", "a b", .malformedLine), ("% a%20b", "% b", .wrongTop),
    ("main\n", "main \n", .malformedLine), ("main\n", "main\n0 0.00% 0 0.00% b\n", .wrongTop),
    ("40 50.00% 80 100.00% main\n", "", .wrongTop),
  ])
  func tables(part: String, other: String, found: ViolationKind) {
    // As many bytes of their own: the one with more in all comes first.
    #expect(violation(.topSelf, 9, top.utf8)?.kind == .wrongTop)
    let lines = top.split(separator: "\n").map { "\($0)\n" }
    #expect(violation(.topSelf, 9, [lines[0], lines[2], lines[1]].joined().utf8) == nil)
    let right = [lines[0], lines[2], lines[1]].joined()
    #expect(kind(.topSelf, 9, right, part, other) == found)
  }

  @Test(arguments: [
    (4, "1 100\n", "", ViolationKind.lostPoint), (4, "2 120", "2 119", .inventedPoint),
    (4, "3 60", "3 120", .inventedPoint),
    (4, "3 60", "5 60", .inventedPoint), (4, "3 60\n4 80", "4 80\n3 60", .wrongTimeline),
    (4, "3 60\n", "3 60\n3 60\n", .wrongTimeline), (4, "4 80\n", "4 80", .malformedLine),
    (4, "3 60", "3  60", .malformedLine),
    (4, "3 60", "3 60 0", .malformedLine), (4, "3 60", "3 -60", .malformedLine), (4, "3 60", "3", .malformedLine),
    (1 << 40, "4 80\n", "", .lostPoint),
  ])
  func timelines(count: Int, part: String, other: String, found: ViolationKind) {
    #expect(kind(.timeline, count, timeline, part, other) == found)
  }

  /// Ten points, in two slices.
  @Test func extremesMustBeThere() {
    let totals: [UInt64] = [5, 9, 1, 9, 5, 5, 7, 2, 7, 6]
    var truth = ReporterTruth(ProfileStream(names: [], stacks: [[]], steps: []))
    for (place, total) in totals.enumerated() {
      let last = place == 0 ? 0 : totals[place - 1]
      let change = total > last ? total - last : last - total
      truth.record(.init(time: UInt64(place), stack: 0, isEnd: total < last, bytes: change))
    }
    func found(_ places: [Int], _ count: Int = 6) -> ViolationKind? {
      let text = places.map { "\($0) \(totals[$0])\n" }.joined()
      return ReporterOracle.fault(Array(text.utf8), ReporterVocabulary.word(.timeline, count), truth)
    }
    #expect(found([0, 1, 2, 6, 7, 9]) == nil)
    #expect(found([0, 2, 3, 7, 8, 9], 7) == nil)
    #expect(found([0, 1, 2, 4, 6, 7, 9], 7) == nil)
    #expect(found([0, 1, 2, 4, 6, 7, 9]) == .wrongTimeline)
    for missing in [0, 1, 2, 6, 7, 9] { #expect(found([0, 1, 2, 6, 7, 9].filter { $0 != missing }) == .lostPoint) }
  }

  @Test(arguments: [
    ("\"version\":1,", "", ViolationKind.offSchema), ("\"version\":1", "\"version\":2", .offSchema),
    ("\"version\":1", "\"version\":1.0", .offSchema), ("\"version\":1", "\"version\":\"1\"", .offSchema),
    ("\"version\":1", "\"version\":1,\"version\":1", .malformedJSON),
    ("\"version\":1", "\"version\":1,\"tool\":1", .offSchema),
    ("bytes", "Bytes", .offSchema), ("80", "81", .wrongJSON), ("80", "8e1", .offSchema), ("80", "-80", .offSchema),
    ("80", "080", .malformedJSON), ("80", "null", .offSchema), ("80", "18446744073709551616", .offSchema),
    ("\"time\":2", "\"time\":1", .wrongJSON), ("120", "100", .wrongJSON),
    ("{\"time\":2,\"bytes\":120}", "null", .wrongJSON),
    ("{\"time\":2,\"bytes\":120}", "[2,120]", .offSchema), ("\"a b\"", "\"a%20b\"", .wrongJSON),
    ("\"a b\"", "\"a b\",\"a b\"", .wrongJSON), ("\"main\",", "", .wrongJSON), ("\"a b\"", "\"a b\",\"\"", .wrongJSON),
    ("\"a b\"", "\"a b\",", .malformedJSON), ("\"a b\"", "\"a b\\", .malformedJSON),
    ("\"a b\"", "\"a\\x20b\"", .malformedJSON),
    ("\"a b\"", "\"a\tb\"", .malformedJSON), ("\"a b\"", "\"a\\ud800b\"", .malformedJSON),
    ("\"a b\"", "\"a\\udc00\\ud800b\"", .malformedJSON), ("\"a b\"", "'a b'", .malformedJSON),
    ("\"a b\"", "7", .offSchema),
    ("[0,1]", "[1,0]", .wrongJSON), ("[0,1]", "[0,2]", .offSchema), ("[0,1]", "[0,-1]", .offSchema),
    ("[0,1]", "[]", .wrongJSON),
    ("\"bytes\":40", "\"bytes\":41", .wrongJSON), ("{\"frames\":[0],\"bytes\":20},", "", .wrongJSON),
    ("{\"frames\":[0],\"bytes\":20},", "{\"frames\":[0],\"bytes\":20},{\"frames\":[0],\"bytes\":20},", .wrongJSON),
    ("{\"frames\":[0],\"bytes\":20}", "{\"frames\":[0]}", .offSchema), ("[0,1]", "[0,1,]", .malformedJSON),
    ("20}]}", "20}]} {}", .malformedJSON), ("20}]}", "20}]", .malformedJSON),
    ("{\"version\"", "// {\"version\"", .malformedJSON),
    ("{\"version\"", "\u{feff}{\"version\"", .malformedJSON), ("\"a b\"", "NaN", .malformedJSON),
    ("[0,1]", "[0 1]", .malformedJSON),
  ])
  func structured(part: String, other: String, found: ViolationKind) {
    #expect(kind(.json, 0, json, part, other) == found)
  }

  @Test func whatIsNoTextIsTold() {
    let word = ReporterVocabulary.word(.folded)
    for outcome: UInt64 in [9, 1 << 31, 1 << 61, 1 << 63, .max] {
      #expect(violation(word, outcome, [0, 8])?.kind == .answerTooLong, "\(outcome)")
    }
    for answer: [UInt64] in [[], [1], [.max], [0, 9], [0, 0], [0, 0, 8], [0, .max], [0, 1 << 63]] {
      #expect(violation(word, UInt64(answer.count), answer)?.kind == .malformedLine, "\(answer)")
    }
    #expect(violation(word, 1, [0])?.kind == .wrongFolded)
    #expect(violation(ReporterVocabulary.word(.json), 1, [0])?.kind == .malformedJSON)
  }

  @Test(arguments: Kind.allCases.filter { $0 != .feed })
  func rubbishIsTold(kind: ReporterVocabulary.Kind) {
    let texts: [[UInt8]] = [
      Array(repeating: 0x5b, count: 100_000), Array(repeating: 0xff, count: 1000), Array(repeating: 0x0a, count: 1000),
      Array("{\"a\":".utf8).repeated(20_000), Array(0...255), [0], Array("9".utf8).repeated(500), Array("-".utf8),
      Array("\"\\u".utf8), Array("\"\\ud83d\\u".utf8), [0x22, 0xf0, 0x9f], [0x22, 0xc0, 0x80, 0x22], Array("% %".utf8),
      Array("a 1\n%".utf8), Array("tru".utf8), Array("1e".utf8),
    ]
    for text in texts {
      guard let violation = violation(kind, kind == .folded || kind == .json ? 0 : 4, text) else {
        Issue.record("\(text.prefix(8)) passes")
        continue
      }
      #expect(violation.message.contains("line ") && violation.message.contains("byte "), "\(violation.message)")
      #expect(violation.evidence.allSatisfy { $0.unicodeScalars.count < 400 })
    }
  }

  @Test func evidenceShowsTheLine() throws {
    let wrong = try #require(violation(.folded, folded.replacing("a%20b 40", with: "a%20b 41").utf8))
    #expect(wrong.message == "folded() → a text of 33 to 40 bytes: line 2, byte 19: this stack has 40 live bytes")
    #expect(
      wrong.evidence.prefix(4) == [
        "line 1: main 20", "line 2: main;a%20b 41", "                   ▲ byte 19", "line 3: main;main 20",
      ])
  }

  @Test func wordsThatAskNothingAreNotAsked() {
    let words: [UInt64] = [
      6, 255, .max, ReporterVocabulary.word(.folded, 1), ReporterVocabulary.word(.timeline, 3), 1 << 60 | 2,
    ]
    for word in words {
      #expect(ReporterVocabulary.question(word) == nil, "\(word)")
      #expect(!ReporterVocabulary.isAnswered(word))
    }
  }

  /// Truth is the same, however it is found.
  @Test(arguments: NamedWorkload.all.filter { $0.exercise.id == "reporter" }, [1, 2] as [UInt64])
  func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    #expect(TraceLint.findings(in: trace) == [])
    let rebuilt = ProfileStream(trace)
    #expect(rebuilt.sound() == rebuilt)
    #expect(rebuilt.trace.tables == trace.tables && rebuilt.trace.operations == trace.operations)
    guard rebuilt.events.count < 5_000 else { return }
    let replay = HonestReporter.replay(trace)
    #expect(replay.reduce(0) { $0 + $1.answer.count } <= trace.answerWords)
    var oracle = ReporterOracle(for: trace)
    let outcomes = replay.map(\.outcome)
    let window = Window(
      firstIndex: 0, damage: nil, heap: nil, heapEnd: 0, answers: Answers(replay.flatMap(\.answer)))
    #expect(oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window) == nil)
  }
}

extension [UInt8] {
  fileprivate func repeated(_ count: Int) -> [UInt8] { (0..<count).flatMap { _ in self } }
}
