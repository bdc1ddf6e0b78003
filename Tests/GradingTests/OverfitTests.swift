import Examining
import Exercises
import Grading
import Judging
import Testing
import Workloads

@Suite struct OverfitTests {
  private func result(
    _ change: Metamorphosis?, isHidden: Bool, failing kind: ViolationKind? = nil
  ) -> CaseResult {
    CaseResult(
      workload: "churn", summary: "", isHidden: isHidden, change: change, traceHash: "", traceOrigin: "",
      operationCount: 1, violation: kind.map { Violation($0, at: 0, "wrong") })
  }

  private func score(_ cases: [CaseResult]) throws -> Score {
    var judgement = Judgement(exercise: try #require(Catalogue.all.exercise("pool")), digest: "")
    judgement.cases = cases
    let row = try JSONReportDecoder().decode(
      Rubric.Row.self,
      from: JSONDocument(
        parsing: #"{"exercise": "pool", "points": 10, "correctness": 1, "hiddenWeight": 2, "meters": {}}"#))
    return Score(judgement, by: row)
  }

  @Test func whatIsRightOnlyOnThePublicTracesIsOverfitted() throws {
    let score = try score([
      result(nil, isHidden: false), result(nil, isHidden: true), result(.shifted, isHidden: true, failing: .overlap),
      result(.rearranged, isHidden: true, failing: .overlap),
    ])
    let overfit = try #require(score.overfit)
    #expect(overfit.publicShare == 1 && overfit.changedShare == 0 && overfit.gap == 1)
    #expect(score.findings == [.overlap, .overfitted])
    // 1 public × 1 + 1 hidden × 2 of 5.
    #expect(score.points == 6)
    #expect(score.parts[0].arithmetic == "(1 of 1 public × 1 + 1 of 1 hidden × 2 + 0 of 2 changed × 1) ÷ 5 × 10")
  }

  @Test func whatIsWrongEverywhereIsNotOverfitted() throws {
    let score = try score([
      result(nil, isHidden: false, failing: .overlap), result(.shifted, isHidden: true, failing: .overlap),
    ])
    #expect(score.overfit?.gap == 0)
    #expect(score.findings == [.overlap])
  }

  @Test func aPlainMistakeThatChangesShowMoreOftenIsNotOverfitted() throws {
    let score = try score([
      result(nil, isHidden: false), result(nil, isHidden: false), result(nil, isHidden: false, failing: .overlap),
      result(.shifted, isHidden: true, failing: .overlap), result(.both, isHidden: true, failing: .overlap),
    ])
    #expect(score.overfit?.gap == 0.67)
    #expect(score.findings == [.overlap])
  }

  @Test func withoutChangesThereIsNoGap() throws {
    #expect(try score([result(nil, isHidden: false), result(nil, isHidden: true)]).overfit == nil)
  }
}
