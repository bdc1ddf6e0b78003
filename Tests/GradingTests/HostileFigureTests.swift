import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Traces
import Workloads

/// Whatever numbers a judgement holds, points lie between none and all, and the report is written, read back and printed.
@Suite struct HostileFigureTests {
  private static let numbers: [Double] = [
    0, -0.0, 1, -1, 0.5, 1e-300, 5e-324, 1e300, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity,
    -.infinity,
    .nan, 9_007_199_254_740_993, 9.3e18, 1.9e19,
  ]
  private static let counts = [0, 1, -1, 1 << 31, 1 << 32, 1 << 53, .max - 8, .max, .min]

  private static func estimate(_ generator: inout SeededGenerator) -> RatioEstimate {
    let count = generator.pick(1...9)
    if generator.oneIn(2) {
      func times() -> [Double] { (0..<count).map { _ in generator.pick(numbers) } }
      return RatioEstimate(costs: times(), over: times())
    }
    // Of times, of which the judge makes ratios, and of ratios as they should never be.
    return RatioEstimate(
      ratios: (0..<count).map { _ in
        generator.oneIn(2)
          ? RatioEstimate.ratio(generator.pick(numbers), generator.pick(numbers)) : generator.pick(numbers)
      })
  }

  private static func result(_ exercise: Exercise, _ generator: inout SeededGenerator) -> CaseResult {
    var result = CaseResult(
      workload: generator.pick(exercise.workloads).name, summary: "", isHidden: generator.oneIn(2),
      change: generator.oneIn(4) ? .both : nil, traceHash: "0123456789abcdef", traceOrigin: "generated",
      operationCount: max(0, generator.pick(counts)),
      violation: generator.oneIn(4)
        ? Violation(.crash, at: generator.oneIn(2) ? 0 : nil, "wrong", evidence: ["\(generator.pick(numbers))"]) : nil)
    result.footprint = generator.pick(counts)
    result.privateFootprint = generator.pick(counts)
    result.measurements = [
      Measurement("peak live bytes", generator.pick(numbers), "B"),
      Measurement("misses / optimum", generator.pick(numbers), "×"),
    ]
    for meter in exercise.meters {
      let estimate = estimate(&generator)
      let isEstimated = meter == .time || generator.oneIn(8)
      result.ratios.append(
        MeterReading(
          meter: meter, ratio: generator.oneIn(2) ? estimate.median : generator.pick(numbers),
          estimate: isEstimated ? estimate : nil))
      guard meter == .time else { continue }
      result.time = TimedResult(
        ratio: estimate, seconds: generator.pick(numbers), referenceSeconds: generator.pick(numbers))
    }
    return result
  }

  @Test func noFigureEndsTheGrader() throws {
    let course = try Course(ReportSchemaTests.file.removingLastComponent().removingLastComponent(), .all)
    let schema = try JSONSchema(JSONDocument(parsing: Files.read(ReportSchemaTests.file), source: "schema"))
    let sample = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
    var generator = SeededGenerator(seed: 2026, purpose: "hostile figures")
    for number in 0..<400 {
      let exercise = Catalogue.all.exercises[number % Catalogue.all.exercises.count]
      let row = try #require(course.row(of: exercise))
      var judgement = Judgement(exercise: exercise, digest: sample.assignments[0].exercises[0].digest)
      for _ in 0..<generator.pick(0...4) { judgement.cases.append(Self.result(exercise, &generator)) }
      let graded = ExerciseReport(judgement, by: row)
      #expect(graded.points >= 0 && graded.points <= graded.maximum, "case \(number): \(graded.points)")
      for part in graded.arithmetic {
        #expect(part.share >= 0 && part.share <= 1, "case \(number): \(part)")
        #expect(part.points >= 0 && part.points <= part.maximum, "case \(number): \(part)")
      }
      var report = sample
      report.assignments[0].exercises = [graded]
      let text = try JSONReportEncoder().encode(report).text()
      let document = try JSONDocument(parsing: text)
      let problems = schema.problems(in: document).map(\.description)
      #expect(problems == [], "case \(number)")
      let again = try JSONReportDecoder(rejectsUnknownKeys: true).decode(Report.self, from: document)
      #expect(again == report, "case \(number)")
      #expect(!ReportText.text(again, style: .plain).isEmpty)
    }
  }

  /// Times of nothing, and of the same, are a ratio of 1 and full marks; and what is no number gives nothing.
  @Test func nothingByNothingIsOne() throws {
    let rule = try JSONReportDecoder().decode(
      Rubric.MeterRule.self, from: JSONDocument(parsing: #"{"weight": 20, "full": 1.25, "zero": 4}"#))
    #expect(rule.share(ofRatio: RatioEstimate.ratio(0, 0)) == 1)
    #expect(rule.share(ofRatio: .nan) == 0)
    #expect(rule.share(ofRatio: .infinity) == 0)
    for number in Self.numbers { #expect((0...1).contains(rule.share(ofRatio: number)), "\(number)") }
  }
}
