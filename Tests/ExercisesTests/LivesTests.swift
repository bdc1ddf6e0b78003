import Examining
import Testing
import Traces
import Vocabularies
import Workloads

/// Many lives in one trace: nothing of one is held against the next.
@Suite struct LivesTests {
  private static func restart(_ end: Int) -> Step { .hostile(.restart, UInt64(end)) }

  private func pool(limit: Int = 8192) throws -> FakeReplay {
    try FakeReplay("pool", [("block.size", 100), ("block.alignment", 4)], limit: limit, steps: [Self.restart(0)])
  }

  @Test func memoryIsFreeAgain() throws {
    let replay = try pool()
    #expect(
      replay.window([
        Self.restart(0), .allocate(0, 100, alignment: 4, at: 0), .deallocate(0),
        Self.restart(4096), .allocate(0, 100, alignment: 4, at: 0), .allocate(1, 100, alignment: 4, at: 100),
      ]) == nil)
    #expect(replay.window([.allocate(2, 100, alignment: 4, at: 100)])?.kind == .overlap)
  }

  /// The heap's end is that of the life: what the next one says is no excuse, and no accusation.
  @Test func eachLifeHasAnEndOfItsOwn() throws {
    let good = try pool()
    #expect(
      good.window(
        [
          Self.restart(0), .allocate(0, 100, alignment: 4, at: 4000), .deallocate(0), Self.restart(4100),
          .allocate(0, 100, alignment: 4, at: 0), .deallocate(0),
        ], heapEnd: 100) == nil)
    let bad = try pool()
    let violation = bad.window(
      [
        Self.restart(0), .allocate(0, 100, alignment: 4, at: 4000), .deallocate(0), Self.restart(4099),
        .allocate(0, 100, alignment: 4, at: 0), .deallocate(0),
      ], heapEnd: 8192)
    #expect(violation?.kind == .outOfHeap)
    #expect(violation?.operation == 1)
  }

  /// As many blocks as were live once must fit again, and a heap that refuses excuses: both in the same life only.
  @Test func rulesForgetToo() throws {
    let before: [Step] = [
      Self.restart(0), .allocate(0, 100, alignment: 4, at: 0), .allocate(1, 100, alignment: 4, at: 100), .deallocate(0),
      .deallocate(1), .hostile(.growthFails, size: 1, 0),
    ]
    let refused: [Step] = [
      .hostile(.growthFails, size: 1, 0), .allocate(0, 100, alignment: 4, at: nil), .deallocate(0),
    ]
    let same = try pool()
    #expect(same.window(before + refused)?.kind == .blockLost)
    let next = try pool()
    #expect(next.window(before + [Self.restart(200)] + refused) == nil)
    let forgiven = try pool()
    #expect(
      forgiven.window(before + [Self.restart(200), .allocate(0, 100, alignment: 4, at: nil)])?.kind == .failedWithRoom)
  }

  /// An object's number may come again, with another subject.
  @Test func objectsAreConstructedAnew() throws {
    let parameters = [("cache.count", 1), ("cache.0.size", 64), ("cache.0.alignment", 8)]
    let life: [Step] = [
      .allocate(0, 64, alignment: 8, at: 128, serial: 2), .deallocate(0),
      .allocate(1, 64, alignment: 8, at: 128, serial: 2), .deallocate(1),
    ]
    let other: [Step] = [.allocate(0, 64, alignment: 8, at: 128, serial: 1), .deallocate(0)]
    let replay = try FakeReplay("slab", parameters, reserved: 8, steps: [Self.restart(0)])
    #expect(replay.window([Self.restart(0)] + life + [Self.restart(4096)] + other) == nil)
    let one = try FakeReplay("slab", parameters, reserved: 8, steps: [Self.restart(0)])
    #expect(one.window([Self.restart(0)] + life + other)?.kind == .constructedStateLost)
  }

  /// Windows go on from life to life: else each would cost as much as a hundred operations.
  @Test func noLifeEndsAWindow() throws {
    let replay = try pool()
    for step in [Self.restart(0), .hostile(.growthFails, size: 1, 0), .reap] { #expect(!replay.endsWindow(step)) }
    #expect(try FakeReplay("pool").endsWindow(.hostile(.growthFails, size: 1, 0)))
  }

  /// A part of a trace is whole lives, from all over it and in their order.
  @Test(arguments: [2, 4, 7]) func partsAreWholeLives(oneIn count: Int) {
    let restart = AllocationOperation(Hostility.restart).word
    // Each life tells its number, in as many operations as that has digits to the base of two.
    let lives = (0..<1000).map { number in
      [restart]
        + (0...(10 - min(10, (number | 1).leadingZeroBitCount - 54))).map { _ in
          AllocationOperation(.allocate, slot: 0, size: number).word
        }
    }
    let trace = Trace(
      vocabulary: AllocationVocabulary.name, name: "pool", origin: "by hand", parameters: [], slotCount: 1,
      operations: lives.flatMap { $0 })
    let part = trace.lives(oneIn: count)
    let numbers = part.operations.filter { $0 != restart }.map { AllocationOperation(word: $0).size }
    let kept = Set(numbers).sorted()
    #expect(part.operations == kept.flatMap { lives[$0] })
    #expect(abs(kept.count - 1000 / count) <= 3 && kept.first == 0)
    #expect(zip(kept, kept.dropFirst()).allSatisfy { $1 - $0 <= 3 * count })
    #expect(part.origin == "by hand, \(kept.count) of 1000")
    #expect(trace.lives(oneIn: 1).operations == trace.operations)
  }
}
