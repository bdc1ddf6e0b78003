import Examining
import Exercises
import Judging
import Testing

/// What is believed of code that may be unsafe.
@Suite struct InspectionTests {
  private func judgement(_ inspections: [CaseResult.Inspection?]) throws -> Judgement {
    var judgement = Judgement(exercise: try #require(Catalogue.all.exercise("pool")), digest: "")
    judgement.cases = inspections.enumerated().map { number, inspection in
      var result = CaseResult(
        workload: "w\(number)", summary: "", isHidden: false, traceHash: "", traceOrigin: "", operationCount: 1,
        violation: inspection == .another ? Violation(.payloadChanged, at: 3, "wrong") : nil)
      result.inspection = inspection
      return result
    }
    judgement.disbelieve()
    return judgement
  }

  @Test func whatIsTheSameWatchedOrNotKeepsItsCredit() throws {
    #expect(try judgement([.same, nil, .same]).cases.allSatisfy { $0.violation == nil })
  }

  @Test func oneTraceOnWhichItIsAnotherTakesAllBack() throws {
    let cases = try judgement([.same, .another, nil]).cases
    #expect(cases.map { $0.violation?.kind } == [.notRepeatable, .payloadChanged, .notRepeatable])
    #expect(cases[0].violation?.message.contains("w1") == true)
  }
}
