/// Where the last 64 blocks to end were, and which threads ended them.
struct LastEnds {
  static let depth = 64

  private(set) var ring = Array(repeating: (address: UInt64(0), thread: 0), count: depth)
  /// How many ends there have been.
  private(set) var count = 0
  /// How many of the ring's addresses have a hash.
  private(set) var byHash = [UInt8](repeating: 0, count: 256)

  static func hash(_ address: UInt64) -> Int { Int(truncatingIfNeeded: (address &* 0x9e37_79b9_7f4a_7c15) >> 56) }

  mutating func append(_ address: UInt64, thread: Int) {
    let place = count % Self.depth
    if count >= Self.depth { byHash[Self.hash(ring[place].address)] -= 1 }
    ring[place] = (address, thread)
    byHash[Self.hash(address)] += 1
    count += 1
  }

  /// The thread of the latest end at an address; nil where it is not among the last.
  func thread(of address: UInt64) -> Int? {
    guard byHash[Self.hash(address)] > 0 else { return nil }
    for back in 1...min(count, Self.depth) where ring[(count - back) % Self.depth].address == address {
      return ring[(count - back) % Self.depth].thread
    }
    return nil
  }
}
