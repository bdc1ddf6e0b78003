/// Counts how often each key was added.
public protocol Tally {
  /// A tally to which nothing was added.
  init()

  /// Adds a key once more.
  ///
  /// - Complexity: O(1) on average.
  mutating func add(_ key: Int)

  /// How often a key was added: 0 where it never was.
  func count(of key: Int) -> Int
}
