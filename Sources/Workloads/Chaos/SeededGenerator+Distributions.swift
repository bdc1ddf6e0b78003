/// Distributions beyond the uniform, from the four operations and square roots alone, so that they are alike on every machine.
extension SeededGenerator {
  /// A number above 0, and at most 1.
  package mutating func unit() -> Double { Double(next() >> 11 + 1) * 0x1p-53 }

  /// An exponentially distributed number with mean 1: −ln u of a number u that is uniform up to 1.
  package mutating func exponential() -> Double {
    let bits = next() | 1
    // u = m / 2^(k + 1) with 1 ≤ m < 2: no branch, which would be mispredicted half of the time.
    let k = bits.leadingZeroBitCount
    let m = Double(bitPattern: 0x3ff << 52 | (bits &<< (UInt64(k) + 1)) >> 12)
    // ln m = ln √2 + 2 artanh z, to nine digits.
    let root = 2.0.squareRoot()
    let z = (m - root) / (m + root)
    let square = z * z
    let artanh = z * (1 + square * (1 / 3.0 + square * (1 / 5.0 + square * (1 / 7.0 + square / 9.0))))
    return (Double(k) + 0.5) * 0.693147180559945 - 2 * artanh
  }

  /// A number above `x` ≥ 1 with probability x^−α (Pareto's distribution).
  package mutating func pareto(_ tail: ParetoTail) -> Double {
    let root = unit().squareRoot()
    switch tail {
    case .one: return 1 / (root * root)
    case .fourThirds: return 1 / (root * root.squareRoot())
    case .two: return 1 / root
    }
  }

  /// A size of at least `least` with a Pareto tail; what is larger than `most` is drawn anew.
  mutating func paretoSize(_ tail: ParetoTail, from least: Int, to most: Int) -> Int {
    let least = max(1, min(least, most / 4))
    while true {
      let size = Double(least) * pareto(tail)
      if size < Double(most + 1) { return Int(size) }
    }
  }
}

/// The exponent α of a tail. The mean is finite above 1, the variance above 2.
package enum ParetoTail: Sendable {
  case one, fourThirds, two
}
