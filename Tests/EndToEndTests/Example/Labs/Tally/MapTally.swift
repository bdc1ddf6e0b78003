import AllocLab

/// Counts keys.
public struct MapTally: Tally {
  // TODO: what has to be remembered?

  public init() {}

  public mutating func add(_ key: Int) {
    // TODO: count the key.
  }

  public func count(of key: Int) -> Int {
    // TODO: how often was it added?
    -1
  }
}
