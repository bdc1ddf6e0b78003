/// A cache with sets of a few lines, of which the one that was not used for the longest time makes room: true LRU.
///
///     number of a line    … t t t t t t s s s s s s        set = number mod sets
///     set                 [ newest | … | oldest ]          `ways` numbers, each plus one; 0 is an empty place
///
/// The same stands for a cache of lines and for a TLB, whose lines are pages.
package struct SetAssociativeCache: Sendable {
  /// Lines in a set.
  package let ways: Int
  /// How many sets there are: a power of two.
  package let sets: Int
  private let mask: UInt64
  /// Set after set, each with its newest line first.
  private var lines: [UInt64]

  /// An empty cache.
  ///
  /// - Precondition: `sets` is a power of two, `ways` is positive.
  package init(sets: Int, ways: Int) {
    precondition(sets > 0 && sets & (sets - 1) == 0 && ways > 0, "sets are a power of two, and ways are positive")
    self.sets = sets
    self.ways = ways
    mask = UInt64(sets - 1)
    lines = Array(repeating: 0, count: sets * ways)
  }

  /// Uses a line, which is its set's newest from then on.
  ///
  /// - Returns: whether it was there.
  /// - Complexity: O(ways).
  @inline(__always) package mutating func use(_ number: UInt64) -> Bool {
    let first = Int(truncatingIfNeeded: number & mask) &* ways
    let wanted = number &+ 1
    var moving = lines[first]
    if moving == wanted { return true }
    // Each moves one place on, until the one that is wanted leaves a gap, or the oldest has fallen out.
    lines[first] = wanted
    for place in first &+ 1..<first &+ ways {
      let line = lines[place]
      lines[place] = moving
      if line == wanted { return true }
      moving = line
    }
    return false
  }

  /// Throws a line out.
  ///
  /// - Returns: whether it was there.
  /// - Complexity: O(ways).
  package mutating func remove(_ number: UInt64) -> Bool {
    let first = Int(truncatingIfNeeded: number & mask) &* ways
    let wanted = number &+ 1
    guard var place = (first..<first + ways).first(where: { lines[$0] == wanted }) else { return false }
    while place + 1 < first + ways {
      lines[place] = lines[place + 1]
      place += 1
    }
    lines[place] = 0
    return true
  }
}
