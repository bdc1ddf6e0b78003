/// The hash of the last so many words of a row, kept up to date in constant time, modulo 2⁶⁴.
///
/// Source: Karp and Rabin 1987, "Efficient randomized pattern-matching algorithms".
struct RollingHash: Sendable {
  private static let base: UInt64 = 0x9e37_79b9_7f4a_7c15
  /// The base to the power of the length, by which the word that leaves counts.
  private let leaving: UInt64
  private(set) var value: UInt64 = 0

  init(length: Int) { leaving = (0..<length).reduce(UInt64(1)) { power, _ in power &* Self.base } }

  /// Takes a word in, and out the one that was taken in `length` words before it; nil as long as there is none.
  mutating func push(_ word: UInt64, dropping first: UInt64?) {
    value = value &* Self.base &+ word
    if let first { value = value &- first &* leaving }
  }
}
