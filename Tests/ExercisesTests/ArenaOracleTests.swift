import Examining
import Testing
import Vocabularies

extension Step {
  fileprivate static func mark(_ number: Int) -> Step {
    Step(operation: AllocationOperation(.mark, slot: number), outcome: 0)
  }
  fileprivate static func release(_ number: Int) -> Step {
    Step(operation: AllocationOperation(.release, slot: number), outcome: 0)
  }
  fileprivate static let reset = Step(operation: AllocationOperation(.reset), outcome: 0)
}

@Suite("The arena's oracle")
struct ArenaOracleTests {
  @Test("ends the blocks since a mark, and no others")
  func release() throws {
    let replay = try FakeReplay("arena")
    #expect(
      replay.window([
        .allocate(0, 64, at: 0), .mark(0), .allocate(1, 64, at: 64), .mark(1), .allocate(2, 64, at: 128), .release(0),
        .allocate(3, 128, at: 64),
      ]) == nil)
    #expect(replay.window([.release(0), .allocate(4, 64, at: 32)])?.kind == .overlap)
  }

  @Test("ends by an outer mark what came after inner ones, and by a mark that does not hold nothing")
  func nested() throws {
    let replay = try FakeReplay("arena")
    #expect(
      replay.window([
        .mark(0), .mark(1), .allocate(0, 64, at: 0), .release(0), .allocate(1, 64, at: 0), .release(1),
      ]) == nil)
    #expect(replay.window([.allocate(2, 8, at: 0)])?.kind == .enclosure)
  }

  @Test("ends everything by a reset")
  func reset() throws {
    let replay = try FakeReplay("arena")
    #expect(
      replay.window([.allocate(0, 64, at: 0), .mark(0), .allocate(1, 64, at: 64), .reset, .allocate(2, 128, at: 0)])
        == nil)
  }

  @Test("counts a block that moved since a mark as one from after it")
  func moves() throws {
    let replay = try FakeReplay("arena")
    #expect(
      replay.window([
        .allocate(0, 16, at: 0), .mark(0), .reallocate(0, 32, at: 0), .release(0), .allocate(1, 32, at: 0),
      ]) == nil)
  }

  @Test("asks for a request to be served as long as the load is small")
  func refusal() throws {
    // Four times 16 × 1024 and 64 KiB are 128 KiB.
    let served = try FakeReplay("arena", limit: 128 << 10)
    #expect(served.window([.allocate(0, 16 << 10, at: nil)])?.kind == .failedWithRoom)
    let refused = try FakeReplay("arena", limit: 128 << 10)
    #expect(refused.window([.allocate(0, 16, at: 0), .allocate(1, 16 << 10, at: nil)], heapEnd: 4096) == nil)
    let released = try FakeReplay("arena", limit: 128 << 10)
    #expect(
      released.window([
        .mark(0), .allocate(0, 16 << 10, at: 0), .release(0), .allocate(1, 16 << 10, at: nil),
      ])?.kind == .failedWithRoom)
    let faulty = try FakeReplay("arena", limit: 128 << 10)
    #expect(faulty.window([.hostile(.growthFailsOnce, size: 1, 0), .allocate(0, 16, at: nil)], heapEnd: 0) == nil)
  }

  @Test("takes the last block that is given back off the load, and no other")
  func lastBlock() throws {
    func refuses(_ slots: [Int]) throws -> Violation? {
      let replay = try FakeReplay("arena", limit: 128 << 10)
      return replay.window(
        [.allocate(0, 8 << 10, at: 0), .allocate(1, 8 << 10, at: 8 << 10)] + slots.map { .deallocate($0) }
          + [.allocate(2, 8 << 10, at: nil)], heapEnd: 16 << 10)
    }
    #expect(try refuses([1])?.kind == .failedWithRoom)
    let other = try refuses([0])
    #expect(other == nil)
  }

  @Test("bounds what is taken by the largest load so far, of all arenas together")
  func growth() throws {
    for (arenas, bound) in [(1, 8 * 1024 + 65_536), (2, 8 * 1024 + 2 * 65_536)] {
      for (end, kind) in [(bound, nil), (bound + 1, ViolationKind.growthWithoutNeed)] {
        let replay = try FakeReplay("arena", [("arena.count", arenas)], limit: 1 << 20)
        let violation = replay.window([.allocate(0, 1024, at: 0), .reset, .allocate(1, 64, at: 0)], heapEnd: end)
        #expect(violation?.kind == kind)
      }
    }
  }

  /// Who answers nothing but nil has none of it: the first request must be served, wherever the heap has room for two of it.
  @Test func theFirstRequestIsServed() throws {
    func refused(_ size: Int, limit: Int, arenas: Int = 1) throws -> Violation? {
      let replay = try FakeReplay("arena", [("arena.count", arenas)], limit: limit)
      return replay.window([.allocate(0, size, at: nil)], heapEnd: 0)
    }
    #expect(try refused(6000, limit: 13_000)?.kind == .failedWithRoom)
    #expect(try refused(7000, limit: 13_000) == nil)
    #expect(try refused(100, limit: 13_000, arenas: 2)?.kind == .failedWithRoom)
  }

  @Test func whereArenasShareAHeapTheyServeAnEighth() throws {
    func refused(_ size: Int) throws -> Violation? {
      let replay = try FakeReplay("arena", [("arena.count", 2)], limit: 1 << 20)
      let first = Step.allocate(0, 32 << 10, at: 0)
      #expect(replay.window([first], heapEnd: 64 << 10) == nil)
      return replay.window([.allocate(1, size, at: nil)], heapEnd: 64 << 10)
    }
    // 8 · (32 KiB + size) + 128 KiB ≤ 1 MiB
    #expect(try refused(80 << 10)?.kind == .failedWithRoom)
    #expect(try refused((80 << 10) + 1) == nil)
  }

  @Test("asks for what was served once to be served again without growth")
  func again() throws {
    func replay() throws -> FakeReplay {
      let replay = try FakeReplay("arena")
      let life: [Step] = [.allocate(0, 64, at: 0), .deallocate(0), .allocate(1, 3000, at: 64)]
      #expect(replay.window(life + [.reset], heapEnd: 4096) == nil)
      #expect(replay.window([.allocate(0, 64, at: 0)], heapEnd: 4096) == nil)
      return replay
    }
    #expect(try replay().window([.deallocate(0), .allocate(1, 3000, at: 64)], heapEnd: 4096) == nil)
    let violation = try replay().window([.deallocate(0), .allocate(1, 3000, at: 5000)], heapEnd: 8192)
    #expect(violation?.kind == .growthWithoutNeed)
    #expect(
      violation?.message.contains("all requests since the reset are those that came after the reset before") == true)
    // Other requests, or one more, and in another order.
    #expect(try replay().window([.deallocate(0), .allocate(1, 3001, at: 5000)], heapEnd: 8192) == nil)
    #expect(try replay().window([.allocate(1, 3000, at: 5000)], heapEnd: 8192) == nil)
    #expect(
      try replay().window([.deallocate(0), .allocate(1, 3000, at: 64), .allocate(2, 3000, at: 5000)], heapEnd: 8192)
        == nil)
  }
}
