import Glibc

/// A ratio of two costs that were measured in turn, with a confidence interval that assumes nothing about their distribution.
///
/// The estimate is the median of the pairs' ratios; the interval lies between two of their order statistics, so that the true
/// median is inside with at least 95 % (the sign test's interval).
package struct RatioEstimate: Sendable, Equatable, Codable {
  /// The median ratio.
  package let median: Double
  /// The interval's ends.
  package let low: Double
  package let high: Double
  /// How many pairs were measured.
  package let pairs: Int
  /// Whether it is the first of the two costs that varies, and not the machine: from process to process it is another, by far more than the
  /// second is.
  package let isUneven: Bool

  /// The ratio that counts. What the machine leaves in doubt costs nobody anything, and pays nobody, so that is the lower end; but doubt
  /// that a subject makes itself is not paid to it.
  package var charged: Double { isUneven ? high : low }

  /// Half of the interval's width, as a fraction of the median.
  package var halfWidth: Double { median > 0 ? (high - low) / 2 / median : .infinity }

  /// Measuring goes on until the half width is below this.
  package static let goal = 0.025

  /// Below this, in seconds, a time says nothing; it is taken for as much, so that a ratio is always a number above 0.
  private static let leastSeconds = 1e-6

  /// The ratio of two times in seconds, whatever the clock said.
  package static func ratio(_ seconds: Double, _ other: Double) -> Double {
    func told(_ seconds: Double) -> Double { seconds.isFinite ? max(seconds, leastSeconds) : leastSeconds }
    return told(seconds) / told(other)
  }

  /// As one was told.
  package init(median: Double, low: Double, high: Double, pairs: Int, isUneven: Bool = false) {
    self.median = median
    self.low = low
    self.high = high
    self.pairs = pairs
    self.isUneven = isUneven
  }

  /// Of costs that were measured in turn, in pairs.
  ///
  /// - Parameter others: as many as `costs`, and at least one.
  package init(costs: [Double], over others: [Double]) {
    let (own, its) = (Self.unevenness(costs), Self.unevenness(others))
    self.init(
      ratios: zip(costs, others).map(Self.ratio), isUneven: own > Self.unevennessAllowed && own > 3 * its)
  }

  /// How far costs may lie apart before that is a subject's own doing: by a third.
  private static let unevennessAllowed = 0.3

  /// How far costs lie apart, as the logarithm of their ratio, but for a fifth of them at either end: those are the machine's.
  private static func unevenness(_ costs: [Double]) -> Double {
    let sorted = costs.filter(\.isFinite).sorted()
    let left = max(1, (sorted.count + 4) / 5)
    guard sorted.count > 2 * left else { return 0 }
    return log(ratio(sorted[sorted.count - 1 - left], sorted[left]))
  }

  /// No ratio of two costs lies outside; what does says nothing but that something is wrong, and must not become points.
  private static let sensible = 1e-9...1e9

  /// - Parameter ratios: not empty. What is no number counts as the worst.
  package init(ratios: [Double], isUneven: Bool = false) {
    self.isUneven = isUneven
    let (least, most) = (Self.sensible.lowerBound, Self.sensible.upperBound)
    let sorted: [Double] = ratios.map { $0.isNaN ? most : max(least, min($0, most)) }.sorted()
    let count = sorted.count
    pairs = count
    median = count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    let rank = Self.rank(count)
    low = sorted[rank]
    high = sorted[count - 1 - rank]
  }

  /// The largest k such that at most 2.5 % of the binomial distribution with n trials lies at or below k - 1; 0 for few trials.
  static func rank(_ count: Int) -> Int {
    var term = 1.0
    for _ in 0..<count { term /= 2 }
    var sum = 0.0
    var rank = 0
    while rank < (count - 1) / 2 {
      sum += term
      if sum > 0.025 { break }
      rank += 1
      term *= Double(count - rank + 1) / Double(rank)
    }
    return max(0, sum > 0.025 ? rank - 1 : rank).clamped(to: 0...max(0, (count - 1) / 2))
  }
}
