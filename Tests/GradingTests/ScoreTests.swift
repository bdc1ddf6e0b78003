import Examining
import Exercises
import Grading
import Judging
import Testing

@Suite struct ScoreTests {
  /// 20 points: 12 for correctness, 4 for space, 4 for time; a hidden trace counts twice.
  private func row(full: Double = 1.25, zero: Double = 4) throws -> Rubric.Row {
    try JSONReportDecoder().decode(
      Rubric.Row.self,
      from: JSONDocument(
        parsing: """
          {"exercise": "pool", "points": 20, "correctness": 60, "hiddenWeight": 2, "meters": {
            "space": {"weight": 20, "full": \(full), "zero": \(zero)},
            "time": {"weight": 20, "full": 1.5, "zero": 6}}}
          """))
  }

  private func result(
    _ workload: String, isHidden: Bool = true, failing kind: ViolationKind? = nil, space: Double? = nil,
    time: RatioEstimate? = nil, weight: Double = 1
  ) -> CaseResult {
    var result = CaseResult(
      workload: workload, summary: "", isHidden: isHidden, traceHash: "", traceOrigin: "", operationCount: 1,
      weight: weight,
      violation: kind.map { Violation($0, at: 0, "wrong") })
    if let space { result.ratios.append(MeterReading(meter: .space, ratio: space, estimate: nil)) }
    if let time { result.ratios.append(MeterReading(meter: .time, ratio: time.median, estimate: time)) }
    return result
  }

  private func score(_ cases: [CaseResult], row: Rubric.Row? = nil) throws -> Score {
    var judgement = Judgement(exercise: try #require(Catalogue.all.exercise("pool")), digest: "")
    judgement.cases = cases
    return Score(judgement, by: try row ?? self.row())
  }

  private func sharp(_ ratio: Double) -> RatioEstimate { RatioEstimate(ratios: Array(repeating: ratio, count: 8)) }

  @Test func everythingRightGivesAll() throws {
    let score = try score([
      result("churn", isHidden: false), result("churn", space: 1, time: sharp(0.9)),
    ])
    #expect(score.points == 20)
    #expect(score.parts.map(\.points) == [12, 4, 4])
    #expect(score.parts.map(\.share) == [1, 1, 1])
    #expect(score.findings == [])
  }

  @Test func hiddenTracesCountAsOftenAsTheRubricSays() throws {
    // 1 of 2 public, 1 of 2 hidden × 2: 3 of 6.
    let score = try score([
      result("churn", isHidden: false), result("pairs", isHidden: false, failing: .overlap),
      result("churn", failing: .misaligned), result("pairs", space: 1, time: sharp(1)),
    ])
    #expect(score.parts[0].share == 0.5)
    #expect(score.parts[0].points == 6)
    #expect(score.parts[0].arithmetic == "(1 of 2 public × 1 + 1 of 2 hidden × 2) ÷ 6 × 12")
    #expect(score.findings == [.overlap, .misaligned])
    // The failed hidden trace counts as nothing for the meters too: space on both, time on both. And they count in the share of
    // what is right.
    #expect(score.parts[1].points == 1)
    #expect(score.parts[2].points == 1)
    #expect(score.points == 8)
  }

  /// No figure ends the grader, whatever it is.
  @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300, 1e18, -1e300, 9.3e18, 0, 5e-324])
  func anyRatioCanBeTold(ratio: Double) throws {
    let score = try score([result("churn", space: ratio, time: sharp(ratio))])
    #expect(score.points.isFinite)
    #expect(!Score.fixed(ratio).isEmpty && !Score.short(ratio).isEmpty)
  }

  @Test func nothingRunGivesNothing() throws {
    var judgement = Judgement(
      exercise: try #require(Catalogue.all.exercise("pool")), digest: "", refusal: .init(.unsafeCode, "error"))
    #expect(Score(judgement, by: try row()).points == 0)
    #expect(Score(judgement, by: try row()).findings == [.unsafeCode])
    judgement.refusal = nil
    #expect(Score(judgement, by: try row()).points == 0)
  }

  @Test func aMeterIsLogarithmicBetweenItsThresholds() throws {
    let rule = try #require(try row(full: 1, zero: 4).meters["space"])
    #expect(rule.share(ofRatio: 0.5) == 1)
    #expect(rule.share(ofRatio: 1) == 1)
    #expect(abs(rule.share(ofRatio: 2) - 0.5) < 1e-12)
    #expect(rule.share(ofRatio: 4) == 0)
    #expect(rule.share(ofRatio: 100) == 0)
    #expect(rule.share(ofRatio: .infinity) == 0)
    #expect(rule.share(ofRatio: .nan) == 0)
    // No step anywhere: a small difference costs little.
    for ratio in stride(from: 0.9, to: 4.2, by: 0.01) {
      #expect(abs(rule.share(ofRatio: ratio) - rule.share(ofRatio: ratio + 0.01)) < 0.01)
    }
  }

  @Test func slowAndWastefulAreSaidOfWhatIsRight() throws {
    #expect(try score([result("churn", space: 1, time: sharp(5))]).findings == [.slow])
    #expect(try score([result("churn", space: 3.5, time: sharp(1))]).findings == [.wasteful])
    #expect(
      try score([result("churn", space: 9, time: sharp(9)), result("pairs", failing: .crash)]).findings == [.crash])
  }

  /// Each price that is too high, the one first that cost most.
  @Test func theDearestIsNamedFirst() throws {
    #expect(try score([result("churn", space: 9, time: sharp(5))]).findings == [.wasteful, .slow])
    #expect(try score([result("churn", space: 3.5, time: sharp(9))]).findings == [.slow, .wasteful])
  }

  @Test func theArithmeticNamesTheTraces() throws {
    let score = try score([
      result("churn", space: 2, time: sharp(9)), result("pairs", space: 1, time: sharp(2)),
      result("recorded-perl", space: 1, time: sharp(1)), result("exhaustion", failing: .crash),
    ])
    #expect(score.parts[1].arithmetic == "mean of [1 failed → 0, churn 2× → 0.6, 2 others → 1] × 0.75 right × 4")
    #expect(score.parts[2].arithmetic == "mean of [churn 9× → 0, pairs 2× → 0.79] × 0.75 right × 4")
    #expect(try self.score([result("churn", space: 1)]).parts[1].arithmetic == "mean of [1 → 1] × 4")
  }

  /// What is right and costs points is not told as an error, but with what it takes most of.
  @Test func whatIsLostToMetersIsToldWithTheTrace() throws {
    var judgement = Judgement(exercise: try #require(Catalogue.all.exercise("pool")), digest: "")
    func text() throws -> String {
      var report = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
      report.assignments[0].exercises = [ExerciseReport(judgement, by: try row())]
      return ReportText.text(report, style: .plain)
    }
    judgement.cases = [
      result("churn", isHidden: false), result("churn", space: 3, time: sharp(1)), result("pairs", space: 1.3),
    ]
    for number in 1...2 { judgement.cases[number].footprint = 4096 }
    #expect(try text().contains("  – pool: right, but it takes more than the reference solution: space (churn 3×)\n"))
    #expect(try !text().contains("✗"))
    judgement.cases[0].violation = Violation(.overlap, at: 1, "b1 overlaps b0")
    #expect(try text().contains("  ✗ pool: overlap\n      and more than the reference solution: space (churn 3×)\n"))
  }

  @Test func ofAWideIntervalTheLowerEndIsCharged() throws {
    let loud = RatioEstimate(ratios: [2, 2.1, 3, 3, 4, 5, 6, 9])
    let certain = try score([result("churn", space: 1, time: sharp(loud.low))])
    #expect(try score([result("churn", space: 1, time: loud)]).points == certain.points)
    #expect(certain.points < 20)
  }

  @Test func aMeterReadsOnlyItsTraces() throws {
    // No time is taken on `tiny-blocks`, so its failure costs no points for time but by its share of what is right.
    let score = try score([result("churn", space: 1, time: sharp(1)), result("tiny-blocks", failing: .overlap)])
    #expect(score.parts.map(\.points) == [6, 1, 2])
  }

  /// What an exercise is about weighs more: in each of its traces.
  @Test func aWorkloadMayCountSeveralTimes() throws {
    let score = try score([
      result("churn", isHidden: false), result("exhaustion", isHidden: false, failing: .overlap, weight: 3),
      result("churn", space: 1, time: sharp(1)), result("exhaustion", failing: .overlap, weight: 3),
    ])
    #expect(score.parts[0].share == 0.25)
    #expect(score.parts[0].arithmetic == "(1 of 4 public × 1 + 1 of 4 hidden × 2) ÷ 12 × 12")
  }

  /// However the weights divide the points, the parts add up to them.
  @Test func partsAddUpInHundredths() throws {
    var row = try row()
    row.points = 25
    row.correctness = 33.3
    row.meters["space"]?.weight = 33.3
    row.meters["time"]?.weight = 33.4
    let score = try score([result("churn", isHidden: false), result("churn", space: 1, time: sharp(1))], row: row)
    #expect(score.parts.map { Int(($0.maximum * 100).rounded()) }.reduce(0, +) == 2500)
    #expect(score.parts.allSatisfy { abs($0.maximum - 8.33) < 0.03 })
    #expect(score.parts.map(\.points) == score.parts.map(\.maximum))
    #expect(score.points == 25)
  }

  @Test func aRubricWithMistakesIsRefused() throws {
    func problems(_ change: (inout Rubric) -> Void) throws -> [String] {
      var rubric = try JSONReportDecoder().decode(
        Rubric.self, from: JSONDocument(parsing: #"{"assignment": "ProblemSet1", "title": "", "exercises": []}"#))
      rubric.exercises = [try row()]
      change(&rubric)
      return rubric.problems(asOf: "ProblemSet1", in: .all, traces: ["jq", "sqlite3"]).map(\.text)
    }
    #expect(try problems { _ in } == [])
    #expect(try problems { $0.exercises[0].exercise = "pol" } == ["there is no exercise pol; did you mean pool?"])
    #expect(try problems { $0.exercises[0].exercise = "heap-checker" }.first == "heap-checker belongs to HeapChecker")
    #expect(
      try problems { $0.assignment = "Lab2" }
        == ["course.json names this rubric for ProblemSet1; write ProblemSet1 here"])
    #expect(
      try problems { $0.exercises.append($0.exercises[0]) } == ["pool has a row already; remove one"])
    #expect(try problems { $0.exercises[0].points = -1 } == ["pool: points is not negative"])
    #expect(
      try problems { $0.exercises[0].meters["speed"] = $0.exercises[0].meters.removeValue(forKey: "time") }
        == ["pool: the exercise has no meter speed; it has space, time"])
    #expect(
      try problems { $0.exercises[0].meters["time"]?.zero = 1 }
        == ["pool: time: a weight is not negative, and 0 < full < zero"])
    #expect(
      try problems { $0.exercises[0].meters["space"]?.weight = 50 }
        == ["pool: the weights of correctness, space, time, 60 + 50 + 20, add up to 130; make them 100"])
    #expect(try problems { $0.exercises[0].recorded = ["jq"] } == [])
    #expect(
      try problems { $0.exercises[0].recorded = ["jq", "sqlite"] }
        == ["there is no trace traces/sqlite.trace; did you mean sqlite3?"])
    #expect(try problems { $0.exercises[0].recorded = ["sqlite3"] } == ["pool is judged by sqlite3 already"])
    #expect(try problems { $0.exercises[0].recorded = ["jq", "jq"] } == ["pool is judged by jq already"])
    #expect(
      try problems { $0.exercises[0] = Self.comparison($0.exercises[0]) }
        == ["no program's trace can become one of comparison: it is not about allocation"])
  }

  /// A row of an exercise that is not about allocation, and names a recorded trace.
  private static func comparison(_ row: Rubric.Row) -> Rubric.Row {
    var row = row
    (row.exercise, row.correctness, row.meters, row.recorded) = ("comparison", 100, [:], ["jq"])
    return row
  }
}
