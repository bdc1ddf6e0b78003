import AllocLab

/// Counts keys in a dictionary: an addition and a question take O(1) on average.
public struct MapTally: Tally {
  private var counts: [Int: Int] = [:]

  public init() {}

  public mutating func add(_ key: Int) { counts[key, default: 0] += 1 }

  public func count(of key: Int) -> Int { counts[key] ?? 0 }
}
