/// A source of random numbers that is a pure function of its seed, on every machine: SplitMix64 (Steele, Lea, Flood 2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// A generator for one purpose, which has nothing in common with that of another under the same seed.
  package init(seed: UInt64, purpose: String) {
    state = purpose.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    _ = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// A number from 0 up to, not including, `bound`, which is positive.
  package mutating func below(_ bound: Int) -> Int {
    // The high word of the product: no division, and a bias below bound / 2^64.
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number in `range`.
  package mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// One of `choices`, which is not empty.
  package mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }

  /// True once in `period` times.
  package mutating func oneIn(_ period: Int) -> Bool { below(period) == 0 }

  /// A number in `range` whose logarithm is spread evenly: small ones are common, large ones are there.
  package mutating func logarithmic(_ range: ClosedRange<Int>) -> Int {
    let low = max(range.lowerBound, 1)
    let lowBits = Int.bitWidth - low.leadingZeroBitCount
    let highBits = Int.bitWidth - max(range.upperBound, 1).leadingZeroBitCount
    let bits = pick(lowBits...max(lowBits, highBits))
    let value = 1 << (bits - 1) | below(1 << (bits - 1))
    return min(max(value, range.lowerBound), range.upperBound)
  }
}
