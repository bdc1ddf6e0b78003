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

  /// A trace that takes 100 pages as long as it is watched, with blocks in 50 of them by its end.
  private func watched(_ stops: [TimedResult.Stop]) -> CaseResult {
    var result = CaseResult(
      workload: "churn", summary: "", isHidden: true, traceHash: "", traceOrigin: "", operationCount: 1, violation: nil)
    (result.footprint, result.spread) = (100 << 12, 50 << 12)
    result.ratios = [MeterReading(meter: .space, ratio: 2, estimate: nil)]
    var timed = TimedResult()
    timed.stops = stops
    result.charge(timed)
    return result
  }

  @Test func whoHasNoMoreInTheMiddleIsChargedNothing() {
    let result = watched([.init(heapFootprint: 99 << 12, spread: 1 << 12), .init(heapFootprint: 100 << 12, spread: 0)])
    #expect(result.footprint == 100 << 12 && result.ratios.map(\.ratio) == [2])
  }

  /// More pages than were ever seen, with a fifth of the blocks' pages touched: by the end there are five times as many.
  @Test func whoHasMoreInTheMiddleIsChargedWhatItComesTo() {
    let result = watched([.init(heapFootprint: 120 << 12, spread: 10 << 12), .init(heapFootprint: 90 << 12, spread: 0)])
    #expect(result.footprint == 600 << 12 && result.ratios.map(\.ratio) == [12])
    #expect(watched([.init(heapFootprint: 150 << 12, spread: 60 << 12)]).footprint == 150 << 12)
    // Whatever a worker wrote down as its outcomes.
    #expect(watched([.init(heapFootprint: .max, spread: 0)]).footprint > 0)
  }
}
