import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage
import Testing

/// One student's result as other systems read it, with the worst that a student may choose to be called.
@Suite struct ResultExportTests {
  static let hostile = "<script>alert(1)</script> ]]> & \"q\" 'a' \u{1b}[31m \u{0} \u{fffe} \u{202e} é\n-->"

  /// A report with that text in each place that a student chooses, a hidden trace, and an exercise that was refused.
  static func report(points: Double = 7, of assignment: String = "PS") throws -> Report {
    let quoted = try JSONReportEncoder().encode([hostile]).text(.compact).dropFirst().dropLast()
    let hash = String(repeating: "0", count: 64)
    func item(_ workload: String, isHidden: Bool, message: String?) -> String {
      let violation =
        message.map {
          """
          , "violation": { "kind": "overlap", "explanation": \(quoted), "operation": 3, "message": \($0),
            "evidence": [\(quoted)] }
          """
        } ?? ""
      return """
        { "workload": "\(workload)", "summary": "s", "isHidden": \(isHidden),
          "verdict": "\(message == nil ? "passed" : "failed")", "meters": []\(violation) }
        """
    }
    let text = """
      { "format": "alloclab-report/1",
        "provenance": {
          "grader": "0", "kit": "k", "course": "Memory", "hiddenSeed": "TOPSECRET", "publicSeed": 1,
          "host": { "system": "s", "processor": "p", "processors": 2 }, "sandbox": { "enforced": [], "missing": [] },
          "timing": { "start": 1700000000, "seconds": 2.5 } },
        "submission": { "name": \(quoted), "files": [] }, "points": \(points), "maximum": 15, "extraCredit": 0,
        "assignments": [{
          "assignment": "\(assignment)", "title": "Set <1>", "isExtraCredit": false, "points": \(points), "maximum": 15,
          "exercises": [
            { "exercise": "pool", "title": "Pool", "digest": "\(hash)", "rubric": "\(hash)", "points": \(points),
              "maximum": 10, "findings": ["overlap"], "arithmetic": [],
              "cases": [
                \(item("churn", isHidden: false, message: "\(quoted)")), \(item("churn", isHidden: true, message: "\"TOPSECRET\"")),
                \(item("fill", isHidden: false, message: nil))],
              "counterexample": {
                "workload": "churn", "kind": "overlap", "isHidden": false, "operationsBefore": 900, "operations": 2,
                "steps": 2, "circumstances": "in a heap of 4 KiB", "listing": ["a = allocate()", \(quoted)],
                "evidence": [], "trace": "t.trace",
                "heap": { "subject": "b", "blocks": [
                  { "name": "a", "address": 0, "size": 24 }, { "name": "b", "address": 16, "size": 24 },
                  { "name": "c", "address": 1048576, "size": 9223372036854775807 }] } } },
            { "exercise": "slab", "title": "Slab", "digest": "\(hash)", "rubric": "\(hash)", "points": 0, "maximum": 5,
              "findings": ["missing"], "compilerMessages": \(quoted), "arithmetic": [], "cases": [] }] }] }
      """
    return try JSONReportDecoder(rejectsUnknownKeys: true).decode(Report.self, from: JSONDocument(parsing: text))
  }

  static func graded(points: Double = 7) throws -> StudentResult {
    var standing = Standing(student: hostile, name: hostile, lateDays: 1, lateReason: hostile, result: 1)
    (standing.points, standing.maximum) = (points, 15)
    return StudentResult(standing, try report(points: points), LatePolicy(percentPerDay: 10))
  }
  static let failed = StudentResult(Standing(student: "f", failure: "TOPSECRET"), nil, nil)
  static let absent = StudentResult(Standing(student: "n"), nil, nil)

  private func read<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
    try JSONReportDecoder().decode(type, from: JSONDocument(parsing: text))
  }

  @Test(arguments: ResultFormat.allCases)
  func eachTellsNothingHiddenAndIsThereWhateverHappened(format: ResultFormat) throws {
    for result in try [Self.graded(), Self.failed, Self.absent] {
      let text = try format.text(result, .all)
      #expect(!text.isEmpty && !text.contains("TOPSECRET") && !text.contains("\u{1b}"))
    }
    let why = try format.text(Self.failed, .all)
    #expect(why.contains("the grader failed"))
  }

  @Test func junitIsWellFormedAndCounts() throws {
    let text = try ResultFormat.junit.text(try Self.graded(), .all)
    var document = MarkupScanner(text)
    let elements = try document.elements(allowsVoid: false)
    #expect(elements.map(\.name).filter { $0 == "testcase" }.count == 4)
    let root = try #require(elements.first)
    #expect(root.name == "testsuites" && root.attributes["tests"] == "4" && root.attributes["failures"] == "2")
    #expect(root.attributes["errors"] == "1")
    let failure = try #require(elements.first { $0.name == "failure" })
    #expect(failure.attributes["type"] == "overlap" && failure.attributes["message"]?.contains("<script>") == true)
    let error = try #require(elements.first { $0.name == "error" })
    #expect(error.attributes["type"] == "missing")
    let absent = try ResultFormat.junit.text(Self.absent, .all)
    #expect(absent.contains("type=\"missing\""))
    let failed = try ResultFormat.junit.text(Self.failed, .all)
    #expect(failed.contains("type=\"grader-failed\""))
  }

  @Test func markupScannersRefuseWhatIsNotWellFormed() {
    for text in ["<a>", "<a></b>", "<a b=c></a>", "<a>&x</a>", "<a><</a>", "<a b=\"<\"></a>", "<a>\u{1}</a>", "<a/>b"] {
      var scanner = MarkupScanner(text)
      #expect(throws: MarkupScanner.Problem.self, "\(text)") { try scanner.elements(allowsVoid: false) }
    }
  }

  private struct CTRF: Decodable {
    struct Results: Decodable {
      let summary: [String: Int]
      let tests: [Test]
    }
    struct Test: Decodable {
      let name: String
      let status: String
    }
    let results: Results
  }

  /// All that may come of a student, one without any late policy and remarks among them.
  private static func all() throws -> [StudentResult] {
    [try graded(), failed, absent, StudentResult(Standing(student: "p", result: 1), try report(), nil)]
  }

  @Test func ctrfAndJUnitAreAsTheirSchemasAskFor() throws {
    for result in try Self.all() {
      let (ctrf, junit) = (try ResultFormat.ctrf.text(result, .all), try ResultFormat.junit.text(result, .all))
      let problems = try CTRFRules.problems(ctrf)
      #expect(problems.isEmpty, "\(problems)")
      let others = try JUnitRules.problems(junit)
      #expect(others.isEmpty, "\(others)")
    }
  }

  /// A rule that nothing breaks is none.
  @Test(arguments: [
    ("\"CTRF\"", "\"ctrf\"", "/reportFormat"), ("\"0.0.0\"", "\"0.0\"", "/specVersion"),
    ("\"name\": \"AllocLab\"", "\"name\": \"\"", "/results/tool/name"),
    ("\"passed\": 1", "\"passed\": 2", "/results/summary/passed"),
    ("\"tests\": 4", "\"tests\": 4.5", "/results/summary/tests"),
    ("\"pending\": 0", "\"pending \": 0", "\"pending\" is missing"),
    ("\"status\": \"other\"", "\"status\": \"error\"", "/results/tests/3/status"),
    ("\"duration\": 0", "\"duration\": \"0\"", "/results/tests/0/duration"),
    ("\"rawStatus\"", "\"raw\"", "/results/tests/0/raw"), ("\"extra\"", "\"extras\"", "extras"),
  ])
  func ctrfThatIsNoneIsTold(right: String, wrong: String, place: String) throws {
    let text = try ResultFormat.ctrf.text(try Self.graded(), .all)
    let changed = text.firstRange(of: right).map { text[..<$0.lowerBound] + wrong + text[$0.upperBound...] }
    let problems = try CTRFRules.problems(String(try #require(changed)))
    #expect(problems.contains { $0.contains(place) }, "\(problems)")
  }

  @Test(arguments: [
    ("<testsuites", "<testsuite"), (" classname=", " class="), ("<failure", "<fault"), (" tests=\"4\"", " tests=\"5\""),
    (" failures=\"2\"", " failures=\"two\""), ("<properties>", "<properties time=\"0\">"),
    ("time=\"0\"", "time=\"-1\""), ("  <testsuite ", "<system-out></system-out><testsuite "),
  ])
  func junitThatIsNoneIsTold(right: String, wrong: String) throws {
    let text = try ResultFormat.junit.text(try Self.graded(), .all)
    let changed = text.replacing(right, with: wrong)
      .replacing("</testsuites>", with: right == "<testsuites" ? "</testsuite>" : "</testsuites>")
      .replacing("</failure>", with: right == "<failure" ? "</fault>" : "</failure>")
    #expect(changed != text)
    let problems = try JUnitRules.problems(changed)
    #expect(!problems.isEmpty, "\(changed)")
  }

  @Test func ctrfTellsEachCase() throws {
    let root = try read(CTRF.self, ResultFormat.ctrf.text(try Self.graded(), .all))
    #expect(
      root.results.summary == [
        "tests": 4, "passed": 1, "failed": 2, "other": 1, "skipped": 0, "pending": 0, "start": 1_700_000_000_000,
        "stop": 1_700_000_002_500,
      ])
    #expect(root.results.tests.map(\.status) == ["failed", "failed", "passed", "other"])
    #expect(root.results.tests.map(\.name).allSatisfy { $0.hasPrefix("pool: ") || $0.hasPrefix("slab: ") })
  }

  private struct PrairieLearn: Decodable {
    struct Test: Decodable {
      let points: Double
      let maximum: Double
      let output: String

      enum CodingKeys: String, CodingKey {
        case points
        case maximum = "max_points"
        case output
      }
    }
    let gradable: Bool
    let score: Double
    let message: String
    let tests: [Test]
  }

  @Test func prairieLearnIsGradableUnlessTheGraderFailed() throws {
    func results(_ result: StudentResult) throws -> PrairieLearn {
      try read(PrairieLearn.self, ResultFormat.prairielearn.text(result, .all))
    }
    let root = try results(try Self.graded())
    #expect(root.gradable && root.score == 6.3 / 15 && root.tests.map(\.maximum) == [10, 5])
    #expect(root.tests.map(\.points) == [7, 0])
    let (failed, absent) = (try results(Self.failed), try results(Self.absent))
    #expect(!failed.gradable && absent.gradable && absent.score == 0)
    // Extra points are more than it takes.
    let rich = try results(try Self.graded(points: 40))
    #expect(rich.score == 1)
  }

  @Test func autolabReadsScoresInTheLastLine() throws {
    let lines = try ResultFormat.autolab.text(try Self.graded(), .all).split(separator: "\n").map(String.init)
    let scores = try read([String: [String: Double]].self, try #require(lines.last))
    #expect(scores == ["scores": ["pool": 7, "slab": 0]])
    #expect(
      lines[lines.count - 2].hasPrefix("{\"_presentation\":\"semantic\",\"stages\":[\"pool\",\"slab\"],\"pool\":{"))
    let failed = try ResultFormat.autolab.text(Self.failed, .all)
    #expect(!failed.contains("scores"))
    // Who handed in nothing has no points, which is a result.
    let absent = try ResultFormat.autolab.text(Self.absent, .all)
    #expect(absent.hasSuffix("{\"scores\":{}}\n"))
  }

  private struct Gradescope: Decodable {
    let score: Double
  }

  @Test func pointsByHandAreAResultWithoutAReport() throws {
    var standing = Standing(student: "h")
    standing.awarded = 2.5
    standing.decisions = [
      Decision(
        number: 1, moment: 0, author: "kim", student: "h", kind: .award(points: 2.5), reason: "essay", after: "")
    ]
    let text = try ResultFormat.gradescope.text(StudentResult(standing, nil, nil), .all)
    let root = try read(Gradescope.self, text)
    #expect(root.score == 2.5)
  }

  @Test func reportsAreReadAsTheyWereWritten() throws {
    let text = try JSONReportEncoder().encode(try Self.report()).text()
    let result = StudentResult(parsing: text, source: "a.json", .all)
    #expect(result.state == .graded && result.total == 7 && result.fault == nil)
    let failure = try JSONReportEncoder().encode(GraderFailure(submission: "a", reason: "r", tries: 2)).text()
    #expect(StudentResult(parsing: failure, source: "a.json", .all).fault == "r")
    for broken in ["", "{", "{}", "[]", String(text.prefix(text.count / 2))] {
      #expect(StudentResult(parsing: broken, source: "x/a.json", .all).state == .failed)
    }
    let missing = StudentResult(reading: "/nonexistent/ada.json", .all)
    #expect(missing.state == .failed && missing.student == "ada")
  }
}
