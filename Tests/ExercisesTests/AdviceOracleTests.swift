import Examining
import Exercises
import Testing
import Vocabularies

@Suite struct AdviceOracleTests {
  /// Two questions, of which the first or the second is answered so, and the other right.
  private func check(_ question: Int, _ choice: UInt64) -> Violation? {
    // First, of time, pool is best, and slab as good as it; then, of space, only slab and buddy can serve.
    var oracle = AdviceOracle(costs: [[1, 1.39, 1.41], [nil, 5, 5.6]])
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    let operations = [0, AdviceVocabulary.statement(figure: 3, 17), 1]
    let outcomes = question == 0 ? [choice, 0, 1] : [0, 0, choice]
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
  }

  @Test func whatIsAsGoodAsTheBestIsAccepted() {
    #expect(check(0, 0) == nil)
    #expect(check(0, 1) == nil)
    #expect(check(1, 1) == nil)
  }

  @Test func whatIsNotIsToldTheFigures() {
    for (goal, choice) in [(0, 2), (1, 0), (1, 2), (0, 3), (0, UInt64.max)] as [(Int, UInt64)] {
      #expect(check(goal, choice)?.kind == .wrongRecommendation)
    }
    #expect(
      check(1, 0)?.evidence == [
        "measured, as multiples of the best: pool cannot serve it, slab 1.0×, buddy 1.12×",
        "the workload: distinctSizes 17",
      ])
    #expect(check(1, 0)?.operation == 2)
  }
}
