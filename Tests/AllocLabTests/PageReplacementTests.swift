import AllocLab
import Testing
import VirtualMemorySolutions

@Suite("The reference page replacement policies")
struct PageReplacementTests {
  static let published = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]

  private static func misses(_ policy: some PageReplacementPolicy, _ accesses: [Int]) -> Int {
    var policy = policy
    return accesses.reduce(0) { $0 + (policy.access($1) == .hit ? 0 : 1) }
  }

  @Test("LRU misses as often as is published (Belady, Nelson, Shedler 1969)", arguments: [(3, 10), (4, 8)])
  func lruFixture(frames: Int, misses: Int) {
    #expect(Self.misses(LRUPolicy(frames: frames), Self.published) == misses)
  }

  @Test("LRU evicts the page whose last access is longest ago")
  func lruOrder() {
    var policy = LRUPolicy(frames: 2)
    #expect(
      [7, -3, 7, 9, 9, 7, -3].map { policy.access($0) } == [
        .fault, .fault, .hit, .faultEvicting(-3), .hit, .hit, .faultEvicting(9),
      ])
  }

  @Test("CLOCK gives second chances")
  func clockOrder() {
    var policy = ClockPolicy(frames: 3)
    // After the first eviction only page 4 has its bit set, and the hand is at page 2.
    #expect(
      [1, 2, 3, 4, 2, 5, 6].map { policy.access($0) } == [
        .fault, .fault, .fault, .faultEvicting(1), .hit, .faultEvicting(3), .faultEvicting(2),
      ])
  }

  /// Favourites, a scan, and a loop, as often as asked.
  private static func mixture(frames: Int, seed: UInt64) -> [Int] {
    var generator = SeededGenerator(seed: seed)
    var accesses: [Int] = []
    for round in 0..<5 {
      for _ in 0..<10 * frames {
        let range = Int.random(in: 1...4 * frames, using: &generator)
        accesses.append(Int.random(in: 0..<range, using: &generator))
      }
      accesses += (0..<3 * frames).map { 100_000 * (round + 1) + $0 }
      for _ in 0..<6 { accesses += (0..<frames + 5).map { 5000 + $0 } }
    }
    return accesses
  }

  private static func checkHonesty(_ policy: some PageReplacementPolicy, frames: Int, _ accesses: [Int]) throws {
    var policy = policy
    var resident: Set<Int> = []
    for (index, page) in accesses.enumerated() {
      switch policy.access(page) {
      case .hit: try #require(resident.contains(page), "access \(index)")
      case .fault:
        try #require(resident.insert(page).inserted, "access \(index)")
        try #require(resident.count <= frames, "access \(index)")
      case .faultEvicting(let victim):
        try #require(resident.count == frames && resident.remove(victim) != nil, "access \(index)")
        try #require(resident.insert(page).inserted, "access \(index)")
      }
    }
  }

  @Test("hold what they say they hold", arguments: [1, 2, 3, 7, 50], [11, 12])
  func honesty(frames: Int, seed: UInt64) throws {
    let accesses = Self.mixture(frames: frames, seed: seed)
    try Self.checkHonesty(LRUPolicy(frames: frames), frames: frames, accesses)
    try Self.checkHonesty(ClockPolicy(frames: frames), frames: frames, accesses)
    try Self.checkHonesty(OwnPolicy(frames: frames), frames: frames, accesses)
  }

  @Test("The own policy beats LRU on mixtures, and by far in a loop", arguments: [20, 50, 100])
  func ownPolicy(frames: Int) {
    let mixture = Self.mixture(frames: frames, seed: 13)
    let lru = Self.misses(LRUPolicy(frames: frames), mixture)
    #expect(Self.misses(OwnPolicy(frames: frames), mixture) * 100 < lru * 90)
    let loop = (0..<50).flatMap { _ in 0..<frames + 5 }
    #expect(Self.misses(LRUPolicy(frames: frames), loop) == loop.count)
    #expect(Self.misses(OwnPolicy(frames: frames), loop) * 2 < loop.count)
  }
}
