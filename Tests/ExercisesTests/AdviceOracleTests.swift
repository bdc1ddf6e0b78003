import Examining
import Exercises
import Testing

@Suite struct AdviceOracleTests {
  private func check(_ goal: UInt64, _ choice: UInt64) -> Violation? {
    // By time, pool is best, and slab within a tenth of it; by space only slab and buddy can serve.
    var oracle = AdviceOracle(costs: [[1, 1.09, 1.2], [nil, 5, 5.6]], tolerance: 1.1)
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    let (operations, outcomes) = ([goal], [choice])
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
  }

  @Test func whatIsAsGoodAsTheBestIsAccepted() {
    #expect(check(0, 0) == nil)
    #expect(check(0, 1) == nil)
    #expect(check(1, 1) == nil)
  }

  @Test func whatIsNotIsToldTheFigures() {
    for (goal, choice) in [(0, 2), (1, 0), (1, 2), (0, 3), (0, UInt64.max)] as [(UInt64, UInt64)] {
      #expect(check(goal, choice)?.kind == .wrongRecommendation)
    }
    #expect(
      check(1, 0)?.evidence == ["measured, as multiples of the best: pool cannot serve it, slab 1.0×, buddy 1.12×"])
  }
}
