import Judging
import Testing

@Suite struct RatioEstimateTests {
  /// Order statistics of the sign test's 95 % interval for the median, from the usual tables (Conover 1999, table A3).
  @Test(arguments: [(6, 1), (8, 1), (9, 2), (10, 2), (12, 3), (15, 4), (20, 6), (30, 10), (60, 22)])
  func theIntervalIsTheSignTests(count: Int, rank: Int) {
    let estimate = RatioEstimate(ratios: (1...count).map { Double($0) }.shuffled())
    #expect(estimate.pairs == count)
    #expect(estimate.median == Double(count + 1) / 2)
    #expect(estimate.low == Double(rank))
    #expect(estimate.high == Double(count + 1 - rank))
  }

  @Test func fewPairsGiveTheirWholeRange() {
    for count in 1...5 {
      let estimate = RatioEstimate(ratios: (1...count).map { Double($0) })
      #expect(estimate.low == 1)
      #expect(estimate.high == Double(count))
    }
  }

  /// Whatever the clock says, a ratio is a number above 0: reports and points are made of it.
  @Test func anyTwoTimesHaveARatio() {
    let times = [0, -1, -0.0, .nan, .infinity, -.infinity, 5e-324, 1e-9, 1, 1e300]
    for mine in times {
      for other in times {
        let ratio = RatioEstimate.ratio(mine, other)
        #expect(ratio > 0 && ratio.isFinite, "\(mine) / \(other)")
      }
    }
    #expect(RatioEstimate.ratio(3, 2) == 1.5)
    #expect(RatioEstimate.ratio(0, 0) == 1)
  }

  /// Doubt that a subject makes itself is charged to it; what the machine does to both is not, and what it does now and then neither.
  @Test func whoIsUnevenIsChargedTheUpperEnd() {
    let (quick, slow) = (1e-3, 20e-3)
    func estimate(_ costs: [Double], over others: [Double]) -> RatioEstimate {
      RatioEstimate(costs: costs, over: others)
    }
    let even = Array(repeating: quick, count: 40)
    let mixed = (0..<40).map { $0 % 2 == 0 ? quick : slow }
    let uneven = estimate(mixed, over: even)
    #expect(uneven.isUneven && uneven.low == 1 && uneven.charged == 20)
    #expect(estimate(even, over: even).charged == 1)
    let noise = (0..<40).map { quick * (1 + Double($0 * 7 % 40) / 30) }
    let loud = estimate(noise, over: noise.reversed())
    #expect(!loud.isUneven && loud.charged == loud.low && loud.low < loud.high)
    let disturbed = estimate((0..<40).map { $0 % 6 == 0 ? slow : quick }, over: even)
    #expect(!disturbed.isUneven && disturbed.charged == 1)
    #expect(!estimate([quick, slow, quick, quick, quick, quick], over: Array(even.prefix(6))).isUneven)
  }

  @Test func oneOutlierOfTwentySaysNothing() {
    #expect(RatioEstimate(ratios: Array(repeating: 1, count: 19) + [50]).high == 1)
  }
}
