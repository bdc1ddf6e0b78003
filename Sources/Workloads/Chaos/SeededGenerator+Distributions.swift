/// Distributions beyond the uniform, from additions, products and square roots alone, so that they are alike on every machine.
extension SeededGenerator {
  /// A number above 0, and at most 1.
  package mutating func unit() -> Double { Double(next() >> 11 + 1) * 0x1p-53 }

  /// An exponentially distributed number with mean 1.
  ///
  /// Only comparisons: J. von Neumann, Various techniques used in connection with random digits, 1951.
  package mutating func exponential() -> Double {
    var whole = 0.0
    while true {
      let first = unit()
      var last = first
      var isAccepted = true
      while true {
        let next = unit()
        if next > last { break }
        last = next
        isAccepted.toggle()
      }
      if isAccepted { return whole + first }
      whole += 1
    }
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
