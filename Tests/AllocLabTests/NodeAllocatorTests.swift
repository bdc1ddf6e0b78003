import AllocLab
import ProblemSet3Solutions
import Testing

@Suite("The reference allocator of frames")
struct NodeAllocatorTests {
  /// Three nodes: the first two with four frames, the last with two; it is nearer from 1 to 2 than to 0.
  private static let machine = Topology(
    frames: [100..<104, 20..<24, 50..<52], nodeOfCPU: [0, 1, 2, 0],
    distances: [[10, 20, 30], [25, 10, 15], [30, 15, 10]])

  private static let page = Layout(size: 4096)

  private static func node(_ frame: Int?) -> Int? {
    frame.flatMap { frame in (0..<3).first { machine.frames(of: $0).contains(frame) } }
  }

  @Test("falls back by distance, from the thread's node or from the preferred one, and then has none")
  func fallback() {
    for (policy, order) in [
      (MemoryPolicy.local, [1, 1, 1, 1, 2, 2, 0, 0, 0, 0, nil]), (.preferred(0), [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, nil]),
      (.bind([0, 2]), [2, 2, 0, 0, 0, 0, nil]),
    ] as [(MemoryPolicy, [Int?])] {
      var allocator = NodeAllocator(topology: Self.machine)
      allocator.run(7, on: 1)
      let block = allocator.allocate(Layout(size: 11 * 4096), policy)
      let places = order.indices.map { Self.node(allocator.touch($0, of: block, by: 7, accesses: 1)) }
      #expect(places == order)
      let violations = allocator.invariantViolations()
      #expect(violations == [])
    }
  }

  @Test("keeps weights in each round, and forgets a full node's share")
  func turns() {
    var allocator = NodeAllocator(topology: Self.machine)
    allocator.run(0, on: 0)
    let block = allocator.allocate(Layout(size: 9 * 4096), .weighted([1, 0, 2]))
    var counts = [0, 0, 0]
    for page in 0..<3 { counts[Self.node(allocator.touch(page, of: block, by: 0, accesses: 1)) ?? 1] += 1 }
    #expect(counts == [1, 0, 2])
    // Node 2 is full now.
    for page in 3..<6 {
      let place = Self.node(allocator.touch(page, of: block, by: 0, accesses: 1))
      #expect(place == 0)
    }
    let spilled = Self.node(allocator.touch(6, of: block, by: 0, accesses: 1))
    #expect(spilled == 1)
  }

  @Test("reserves all frames or none, and gives them back")
  func reservations() {
    var allocator = NodeAllocator(topology: Self.machine)
    allocator.run(0, on: 0)
    let first = allocator.allocate(Layout(size: 3 * 4096 + 1), on: 0)
    let second = allocator.allocate(Layout(size: 1), on: 0)
    let empty = allocator.allocate(Layout(size: 0), on: 0)
    #expect(first != nil && second == nil && empty != nil)
    let local = allocator.allocate(Self.page, .local)
    let place = Self.node(allocator.touch(0, of: local, by: 0, accesses: 1))
    #expect(place == 1)
    if let first { allocator.deallocate(first) }
    let third = allocator.allocate(Layout(size: 4 * 4096), on: 0)
    #expect(third != nil)
    let violations = allocator.invariantViolations()
    #expect(violations == [])
  }

  @Test("moves a page when distance has cost as much as the move, and not before")
  func moves() {
    var allocator = NodeAllocator(topology: Self.machine)
    allocator.run(0, on: 0)
    let block = allocator.allocate(Self.page, .local)
    _ = allocator.touch(0, of: block, by: 0, accesses: 10)
    allocator.run(0, on: 1)
    // From 1 an access costs 15 more than it would there; the move is 64 · 25.
    var accesses = 0
    while Self.node(allocator.touch(0, of: block, by: 0, accesses: 1)) == 0 { accesses += 1 }
    #expect(accesses == 64 * 25 / 15)
    // Now one, now the other: it stays.
    allocator.run(1, on: 0)
    for _ in 0..<1000 {
      for thread in [0, 1] {
        let place = Self.node(allocator.touch(0, of: block, by: thread, accesses: 20))
        #expect(place == 1)
      }
    }
  }

  @Test("keeps its invariants in whatever is asked", arguments: [1, 2, 3] as [UInt64])
  func invariants(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
    var allocator = NodeAllocator(topology: Self.machine)
    for thread in 0..<3 { allocator.run(thread, on: thread) }
    var live: [(number: Int, pages: Int)] = []
    let policies: [MemoryPolicy] = [
      .local, .local, .preferred(2), .bind([0, 1]), .interleave([0, 1, 2]), .weighted([3, 1, 0]),
    ]
    for _ in 0..<2000 {
      switch below(6) {
      case 0 where live.count < 8:
        let pages = below(4)
        live.append((allocator.allocate(Layout(size: pages * 4096), policies[below(6)]), pages))
      case 1 where live.count < 8:
        let pages = below(4)
        if let number = allocator.allocate(Layout(size: pages * 4096), on: below(3)) { live.append((number, pages)) }
      case 2 where !live.isEmpty: allocator.deallocate(live.remove(at: below(live.count)).number)
      case 3: allocator.run(below(3), on: below(4))
      default:
        guard !live.isEmpty else { continue }
        let block = live[below(live.count)]
        guard block.pages > 0 else { continue }
        _ = allocator.touch(below(block.pages), of: block.number, by: below(3), accesses: 1 + below(300))
      }
      let violations = allocator.invariantViolations()
      try #require(violations == [])
    }
  }
}
