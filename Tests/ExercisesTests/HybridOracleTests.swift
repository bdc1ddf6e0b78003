import Examining
import Exercises
import Testing
import Vocabularies

@Suite("The oracle of hybrid")
struct HybridOracleTests {
  /// Records may take 48 KiB of a heap of 1 MiB; and 100 KiB must be in a row beyond what is asked for.
  private static let (limit, records, slack) = (1 << 20, 48 << 10, 100 << 10)

  private func verdict(_ steps: [Step], touched: Int = 0) throws -> ViolationKind? {
    let replay = try FakeReplay("hybrid", limit: Self.limit)
    replay.touchedBytes = touched
    return replay.window(steps, heapEnd: Self.limit)?.kind
  }

  @Test("asks for a request to be served from what is free in a row, less 100 KiB")
  func rows() throws {
    // 200 KiB between two blocks, and nothing behind the second.
    let start = Self.records + 64
    let end = start + (200 << 10)
    let blocks: [Step] = [
      .allocate(0, 64, at: Self.records), .allocate(1, 200 << 10, at: start), .allocate(2, Self.limit - end, at: end),
      .deallocate(1),
    ]
    for (size, kind) in [(100 << 10, ViolationKind.memoryKept), ((100 << 10) + 1, nil)] {
      let found = try verdict(blocks + [.allocate(3, size, at: nil)])
      #expect(found == kind, "\(size)")
    }
  }

  @Test("asks for the places of one size to be found again, until another size is asked for")
  func places() throws {
    let blocks: [Step] = [
      .allocate(9, Self.limit - Self.records - 4096, at: Self.records), .allocate(0, 64, at: Self.limit - 4096),
      .allocate(1, 64, at: Self.limit - 4032),
    ]
    let lost = try verdict(blocks + [.deallocate(0), .allocate(2, 64, at: nil)])
    #expect(lost == .blockLost)
    let full = try verdict(
      blocks + [.deallocate(0), .allocate(0, 64, at: Self.limit - 4096), .allocate(2, 64, at: nil)])
    #expect(full == nil)
    let other = try verdict(blocks + [.deallocate(0), .allocate(2, 80, at: nil), .allocate(2, 64, at: nil)])
    #expect(other == nil)
    // What was resized to another size has left a place as well, but that size was asked for.
    let moved = try verdict(
      blocks + [.reallocate(0, 700, at: Self.limit - 2048), .deallocate(1), .allocate(2, 64, at: nil)])
    #expect(moved == nil)
    let stays = try verdict(blocks + [.deallocate(0), .reallocate(1, 64, at: nil)])
    #expect(stays == .blockLost)
    let refusing = try verdict(
      blocks + [.deallocate(0), .hostile(.growthFails, size: 1, 0), .allocate(2, 64, at: nil)])
    #expect(refusing == nil)
  }

  @Test("weighs blocks as long as none has ended")
  func weights() throws {
    // A block of 16 bytes weighs 18, one of 1000 weighs 1500, and each size 32 KiB.
    let room = Self.limit - Self.records
    let least = (16 << 10) + (32 << 10)
    let two = (room - (64 << 10) - 18) * 2 / 3
    for (size, kind) in [(two, ViolationKind.failedWithRoom), (two + 2, nil)] {
      // The block lies so that no row is long enough.
      let found = try verdict([.allocate(0, 16, at: least + (300 << 10)), .allocate(1, size, at: nil)])
      #expect(found == kind, "\(size)")
      let over = try verdict([
        .allocate(2, 16, at: least), .deallocate(2), .allocate(0, 16, at: least + (300 << 10)),
        .allocate(1, size, at: nil),
      ])
      #expect(over == nil, "\(size)")
    }
  }

  @Test("has a block stay while it does not grow and is half of what it was at its place")
  func shrinking() throws {
    let at = Self.records
    for (sizes, kind) in [
      ([640, 320], ViolationKind.movedWithoutNeed), ([640, 319], nil), ([640, 400, 320], .movedWithoutNeed),
      ([640, 400, 319], nil), ([640, 640], .movedWithoutNeed), ([1, 1], .movedWithoutNeed),
      ([0, 0], .movedWithoutNeed),
    ] {
      var steps: [Step] = [.allocate(0, sizes[0], at: at)]
      for size in sizes.dropFirst().dropLast() { steps.append(.reallocate(0, size, at: at)) }
      let found = try verdict(steps + [.reallocate(0, sizes[sizes.count - 1], at: at + 65_536)])
      #expect(found == kind, "\(sizes)")
    }
    let aligned = try verdict([.allocate(0, 640, alignment: 64, at: at), .reallocate(0, 640, at: at + 65_536)])
    #expect(aligned == nil)
  }

  @Test("has a small block grow within 16 bytes, and a large one where there is room behind")
  func growing() throws {
    let at = Self.records
    for (old, new, kind) in [
      (1, 16, ViolationKind.movedWithoutNeed), (0, 16, .movedWithoutNeed), (16, 17, nil), (241, 256, .movedWithoutNeed),
      (257, 260, nil), (32 << 10, 40 << 10, nil), ((32 << 10) + 1, 40 << 10, .movedWithoutNeed),
    ] {
      let found = try verdict([.allocate(0, old, at: at), .reallocate(0, new, at: at + 524_288)])
      #expect(found == kind, "\(old) to \(new)")
    }
    // Where it was larger, it may be in a place for more.
    let shrunk = try verdict([
      .allocate(0, 600, at: at), .reallocate(0, 2, at: at), .reallocate(0, 16, at: at + 524_288),
    ])
    #expect(shrunk == nil)
    // The next block lies 300 KiB from the start of the first.
    let blocks: [Step] = [.allocate(0, 40_000, at: at), .allocate(1, 64, at: at + (300 << 10))]
    for (size, kind) in [(200 << 10, ViolationKind.movedWithoutNeed), ((200 << 10) + 1, nil)] {
      let found = try verdict(blocks + [.reallocate(0, size, at: at + (400 << 10))])
      #expect(found == kind, "\(size)")
    }
  }

  @Test("has a trim leave 100 KiB of each row of free bytes")
  func trim() throws {
    let (first, second) = (Self.records, Self.records + (300 << 10))
    let steps: [Step] = [
      .allocate(0, 64, at: first), .allocate(1, 64, at: second), .allocate(2, 200 << 10, at: second + 64),
      .deallocate(2),
      .reap,
    ]
    // Records, two blocks, and two rows: between them and behind.
    let allowed = Self.records + 2 * Self.slack + 128
    for (touched, kind) in [(allowed, nil), (allowed + 1, ViolationKind.notTrimmed)] {
      let found = try verdict(steps, touched: touched)
      #expect(found == kind, "\(touched)")
    }
  }
}
