import Gradebook
import Grading
import Judging
import Testing
import Workloads

/// On rows of made-up words, ten a line; what the compiler's parser makes of files is tested with the command.
@Suite struct SimilarityTests {
  private typealias HandIn = SimilaritySearch.HandIn

  private static func tokens(_ words: [String]) -> SourceTokens {
    var tokens = SourceTokens()
    for (line, start) in stride(from: 0, to: words.count, by: 10).enumerated() {
      let text = "\(line + 1) " + words[start...].prefix(10).joined(separator: " ")
      let isTaken = tokens.append(Array(text.utf8)[...])
      #expect(isTaken)
    }
    return tokens
  }

  private static func words(_ count: Int, _ name: String) -> [String] {
    var generator = SeededGenerator(seed: 1, purpose: name)
    // As few as there are keywords and signs, so that short runs are shared by chance.
    return (0..<count).map { _ in "w\(generator.next() % 40)" }
  }

  private static func handIn(_ name: String, _ files: (String, [String])...) -> HandIn {
    HandIn(name: name, files: files.map { ($0.0, tokens($0.1)) })
  }

  private static func report(
    _ handIns: [HandIn], given: [[String]] = [], commonFrom: Int? = nil
  ) -> SimilarityReport {
    SimilaritySearch(handIns, given: given.map(tokens), commonFrom: commonFrom)
      .report(least: 20, most: 100, places: 100)
  }

  @Test func reorderedPartsAreFoundWithTheirPlaces() throws {
    let parts = (0..<4).map { Self.words(200, "part \($0)") }
    let report = Self.report([
      Self.handIn("ada", ("A.swift", Array(parts.joined()))), Self.handIn("eve", ("A.swift", Self.words(800, "eve"))),
      Self.handIn("bob", ("B.swift", Array([2, 0, 3, 1].map { parts[$0] }.joined()))),
    ])
    #expect(report.pairs.map { [$0.first, $0.second] } == [["ada", "bob"]] && report.pairCount == 1)
    let pair = try #require(report.pairs.first)
    #expect(pair.share > 80 && pair.shared <= pair.fingerprints)
    let places = pair.places.sorted { $0.first.from < $1.first.from }
    #expect(places.count == 4)
    // A part has 20 lines, and runs on where the words behind it happen to be the same.
    for (number, place) in [1, 3, 0, 2].enumerated() {
      #expect(places[number].tokens >= 190 && places[number].first.file == "A.swift")
      #expect(abs(places[number].first.from - (number * 20 + 1)) <= 1)
      #expect(abs(places[number].second.from - (place * 20 + 1)) <= 1 && places[number].second.file == "B.swift")
      #expect(abs(places[number].second.to - (place + 1) * 20) <= 1)
    }
    #expect(report.handIns == 3 && report.files == 3 && report.tokens == 2400)
  }

  @Test func theOrderOfTheClassChangesNothing() {
    let shared = Self.words(300, "shared")
    var handIns = (0..<8).map { number in
      Self.handIn("s\(number)", ("A.swift", Self.words(400, "own \(number)") + (number % 3 == 0 ? shared : [])))
    }
    func told(_ report: SimilarityReport) -> [String] {
      report.pairs.map { ([$0.first, $0.second].sorted() + ["\($0.share) \($0.shared)"]).joined(separator: " ") }
        .sorted()
    }
    let expected = told(Self.report(handIns))
    #expect(expected.count == 3)
    var generator = SeededGenerator(seed: 2, purpose: "order")
    for _ in 0..<5 {
      handIns.shuffle(using: &generator)
      #expect(told(Self.report(handIns)) == expected)
    }
  }

  @Test func whatEverybodyWasGivenExplainsItself() {
    let starter = Self.words(600, "starter")
    let (ada, bob) = (Self.words(300, "ada"), Self.words(300, "bob"))
    // Within a text as well, where other grams are chosen than in the starter itself.
    let handIns = [
      Self.handIn("ada", ("A.swift", Array(starter[..<300]) + ada + Array(starter[300...]))),
      Self.handIn("bob", ("A.swift", bob + starter)), Self.handIn("kim", ("A.swift", starter)),
      Self.handIn("lee", ("A.swift", starter)), Self.handIn("moe"),
    ]
    #expect(Self.report(handIns).pairs.count == 6)
    let report = Self.report(handIns, given: [starter])
    #expect(report.pairs.isEmpty && report.nothingOwn == ["kim", "lee", "moe"])
  }

  @Test func whatManyHaveIsLeftOutAndTold() {
    let idea = Self.words(500, "idea")
    let handIns = (0..<6).map { Self.handIn("s\($0)", ("A.swift", Self.words(200, "\($0)") + idea)) }
    #expect(Self.report(handIns, commonFrom: 6).pairs.count == 15)
    let report = Self.report(handIns, commonFrom: 5)
    #expect(report.pairs.isEmpty && report.commonFingerprints > 50 && report.common.count == 6)
    #expect(report.common.allSatisfy { (50...90).contains($0.share) })
    #expect(SimilaritySearch.commonFrom(handIns: 20) == 10 && SimilaritySearch.commonFrom(handIns: 200) == 20)
  }

  @Test func oneCopiedFileOfSeveralIsSeenWhereverItIs() throws {
    let pool = Self.words(300, "pool")
    let report = Self.report([
      Self.handIn("ada", ("Pool.swift", pool), ("Slab.swift", Self.words(2000, "a"))),
      Self.handIn("bob", ("Slab.swift", Self.words(900, "b") + pool + Self.words(900, "c"))),
    ])
    let pair = try #require(report.pairs.first)
    #expect(pair.share >= 95 && pair.of == "ada" && pair.file == "Pool.swift")
    #expect(pair.places.map(\.first.file) == ["Pool.swift"] && pair.places.map(\.second.file) == ["Slab.swift"])
  }

  @Test func littleIsNoPair() {
    let shared = Self.words(60, "shared")
    let report = Self.report(["ada", "bob"].map { Self.handIn($0, ("A.swift", shared + Self.words(20, $0))) })
    #expect(report.pairs.isEmpty)
  }

  @Test func aHundredTimesTheSameEndsSoon() throws {
    let line = Self.words(30, "line")
    let text = (0..<400).flatMap { _ in line }
    let report = Self.report(
      ["ada", "bob"].map { name in Self.handIn(name, ("A.swift", Self.words(400, "x") + text)) })
    let pair = try #require(report.pairs.first)
    #expect(pair.share == 100 && pair.places.map(\.tokens) == [12_400])
  }

  @Test func linesThatAreNoTokensAreRefused() {
    for text in ["", "x a", "-1 a", "99999999999 a", "= 0"] {
      var tokens = SourceTokens()
      let isTaken = tokens.append(Array(text.utf8)[...])
      #expect(!isTaken && tokens.count == 0, "\(text)")
    }
  }

  @Test func namesAreMadeHarmlessAndNobodyIsAccused() {
    let words = Self.words(400, "x")
    let report = Self.report(["a\u{1b}[31m", "b"].map { Self.handIn($0, ("A\u{1b}.swift", words)) })
    let text = SimilarityText.text(report, style: .plain)
    #expect(!text.contains("\u{1b}") && text.contains("100 % of all of a\\e[31m's"))
    #expect(text.contains("A\\e.swift:1-40") && text.contains("no verdict"))
    #expect(SimilarityText.text(Self.report([]), style: .plain).contains("no two share 20 % or more"))
  }
}
