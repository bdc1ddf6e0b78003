import Glibc

/// Counts of numbers in buckets that are at most a 64th as wide as what is in them is large: exact below 128.
///
/// The layout is that of G. Tene's HdrHistogram: the bucket of a number is its highest seven bits and how far they are shifted.
/// Memory is bounded, and nothing is random: the same numbers in any order give the same quantiles.
package struct LogarithmicHistogram: Sendable {
  private static let precision = 6
  private var buckets = [Int](repeating: 0, count: (Int.bitWidth - precision) << precision)
  package private(set) var count = 0
  private var sum = 0.0
  private var sumOfSquares = 0.0

  package init() {}

  /// `number` is not negative.
  package mutating func insert(_ number: Int) {
    buckets[Self.bucket(number)] += 1
    count += 1
    let value = Double(number)
    sum += value
    sumOfSquares += value * value
  }

  private static func bucket(_ number: Int) -> Int {
    let shift = max(0, Int.bitWidth - precision - 1 - number.leadingZeroBitCount)
    return shift << precision + (number >> shift)
  }

  /// The least number in a bucket.
  private static func lower(_ bucket: Int) -> Int {
    let shift = max(0, bucket >> precision - 1)
    let (value, overflow) = (bucket - shift << precision).multipliedReportingOverflow(by: 1 << shift)
    return overflow ? .max : value
  }

  package var mean: Double { count == 0 ? 0 : sum / Double(count) }

  /// The standard deviation over the mean: 0 where all are alike, 1 for an exponential distribution, more for heavier tails.
  package var coefficientOfVariation: Double {
    guard count > 0, mean > 0 else { return 0 }
    return max(0, sumOfSquares / Double(count) - mean * mean).squareRoot() / mean
  }

  /// The number below which `share` of all are, to one part in 64.
  package func quantile(_ share: Double) -> Int {
    guard let bucket = place(ofRank: Int(share * Double(max(count - 1, 0)))) else { return 0 }
    return Self.lower(bucket)
  }

  /// The share of numbers in `range`, whose bounds are below 128 or powers of two.
  package func share(in range: ClosedRange<Int>) -> Double {
    guard count > 0 else { return 0 }
    let inside = buckets[Self.bucket(range.lowerBound)...Self.bucket(range.upperBound)].reduce(0, +)
    return Double(inside) / Double(count)
  }

  /// The exponent α of a tail P(X > x) ~ x^−α, from the largest tenth; nil where there are too few, or all of these are alike.
  ///
  /// B. M. Hill, A Simple General Approach to Inference About the Tail of a Distribution, 1975. A number stands for all
  /// that are cut down to it, as sizes in whole bytes are.
  package var tailExponent: Double? {
    guard let first = place(ofRank: count - 1 - count / 10), count >= 200 else { return nil }
    let threshold = Double(Self.lower(first))
    guard threshold >= 1 else { return nil }
    var number = 0
    var logarithms = 0.0
    var distinct = 0
    for bucket in first..<buckets.count where buckets[bucket] > 0 {
      let middle = (Double(Self.lower(bucket)) + Double(Self.lower(min(bucket + 1, buckets.count - 1)))) / 2
      number += buckets[bucket]
      distinct += 1
      logarithms += Double(buckets[bucket]) * log(middle / threshold)
    }
    return distinct < 3 || logarithms <= 0 ? nil : Double(number) / logarithms
  }

  private func place(ofRank rank: Int) -> Int? {
    var below = 0
    for bucket in buckets.indices {
      below += buckets[bucket]
      if below > rank { return bucket }
    }
    return nil
  }
}
