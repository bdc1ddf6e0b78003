import Examining
import Exercises
import Testing

@Suite struct SlabOracleTests {
  private func slab(limit: Int = 1 << 20) throws -> FakeReplay {
    try FakeReplay(
      "slab", [("cache.count", 1), ("cache.0.size", 64), ("cache.0.alignment", 8)], limit: limit, slots: 12_000,
      reserved: 8)
  }

  @Test func anObjectIsConstructedOnce() throws {
    let steps: [Step] = [.allocate(0, 64, at: 0, serial: 1), .deallocate(0)]
    #expect(try slab().window(steps + [.allocate(1, 64, at: 0, serial: 1)]) == nil)
    let violation = try slab().window(steps + [.allocate(1, 64, at: 0, serial: 2)])
    #expect(violation?.kind == .constructedAgain)
    #expect(violation?.operation == 2)
    // Another object's place is another object.
    #expect(try slab().window(steps + [.allocate(1, 64, at: 64, serial: 2)]) == nil)
  }

  /// A link or a mark over the first bytes of a free object is no construction.
  @Test func whatIsWrittenOverAFreeObjectIsNoConstruction() throws {
    let steps: [Step] = [.allocate(0, 64, at: 0, serial: 7), .allocate(1, 64, at: 64, serial: 8), .deallocate(0)]
    let violation = try slab().window(steps + [.allocate(2, 64, at: 0, serial: 0)])
    #expect(violation?.kind == .constructedStateLost)
    #expect(violation?.message.contains("serial number in its first bytes (0) than when it was freed (7)") == true)
    #expect(try slab().window(steps + [.allocate(2, 64, at: 0, serial: 8)])?.kind == .constructedStateLost)
    #expect(try slab().window(steps + [.allocate(2, 64, at: 0, serial: 9)])?.kind == .constructedAgain)
  }

  @Test func reapingAllowsConstructionAnew() throws {
    let replay = try slab()
    #expect(replay.window([.allocate(0, 64, at: 0, serial: 1), .deallocate(0), .reap]) == nil)
    #expect(replay.window([.allocate(1, 64, at: 0, serial: 2), .deallocate(1)]) == nil)
    #expect(replay.window([.allocate(2, 64, at: 0, serial: 3)])?.kind == .constructedAgain)
  }

  @Test func theSerialNumberStaysWhileAnObjectIsInUse() throws {
    let violation = try slab().window([.allocate(0, 64, at: 128, serial: 1)]) { heap in
      heap.storeBytes(of: 77, toByteOffset: 128, as: UInt64.self)
    }
    #expect(violation?.kind == .constructedStateLost)
    #expect(violation?.operation == 0)
  }

  @Test func payloadsBehindTheSerialNumberAreLookedAt() throws {
    // The driver fills an object when the next operation begins.
    let violation = try slab().window([.allocate(0, 64, at: 128, serial: 1), .deallocate(1)]) { heap in
      heap.storeBytes(of: 0, toByteOffset: 128 + 56, as: UInt64.self)
    }
    #expect(violation?.kind == .payloadChanged)
    #expect(violation?.message.hasPrefix("byte 56 of b0") == true)
  }

  @Test func pagesMustBeGivenBackByReap() throws {
    let replay = try slab()
    replay.touchedBytes = 64 * 1024
    #expect(replay.endsWindow(.reap))
    #expect(!replay.endsWindow(.deallocate(0)))
    #expect(replay.window([.allocate(0, 64, at: 0, serial: 1), .deallocate(0), .reap]) == nil)
    replay.touchedBytes = 64 * 1024 + 4096
    let violation = replay.window([.reap])
    #expect(violation?.kind == .notReaped)
    #expect(violation?.operation == 3)
    // A live object may keep a slab.
    #expect(replay.window([.allocate(0, 64, at: 0, serial: 9), .reap]) == nil)
    // Only right after it.
    replay.touchedBytes = 1 << 20
    #expect(replay.window([.allocate(1, 64, at: 64, serial: 10)]) == nil)
  }

  @Test func aRefusalWithRoomIsFound() throws {
    #expect(try slab().window([.allocate(0, 64, at: nil)])?.kind == .failedWithRoom)
    // Seven tenths less a slab are sure to fit; beyond that, a cache may give up.
    let fitting = ((1 << 20) * 7 / 10 - 32 * 1024 + 63) / 64
    let steps: [Step] = (0..<fitting).map { .allocate($0, 64, at: $0 * 64, serial: UInt64($0) + 1) }
    #expect(try slab().window(steps + [.allocate(fitting, 64, at: nil)]) == nil)
    #expect(try slab().window(steps.dropLast() + [.allocate(fitting, 64, at: nil)])?.kind == .failedWithRoom)
  }

  /// 2000 objects in pages of four, each page's first object where it is said to be.
  private func slabsOfPages(size: Int = 912, _ first: (_ page: Int) -> Int) throws -> Violation? {
    let replay = try FakeReplay(
      "slab", [("cache.count", 1), ("cache.0.size", size), ("cache.0.alignment", 8)], limit: 4 << 20, slots: 2001,
      reserved: 8)
    return replay.window(
      (0..<2000).map {
        .allocate(
          $0, size, alignment: 8, at: $0 / 4 * 4096 + first($0 / 4) + $0 % 4 * size, serial: UInt64($0) + 1)
      })
  }

  @Test func slabsThatAreAllAlikeAreFound() throws {
    let violation = try slabsOfPages { _ in 32 }
    #expect(violation?.kind == .uncoloured)
    #expect(violation?.operation == 1999)
    #expect(
      violation?.message.contains("in 500 rows, of which 500 begin at the same line of a page, at byte 0") == true)
    // Of the leavings of a page, 448 bytes, as many lines as there are, or small steps, or another line every third time.
    #expect(try slabsOfPages { $0 % 7 * 64 } == nil)
    #expect(try slabsOfPages { $0 % 40 * 8 } == nil)
    #expect(try slabsOfPages { $0 % 3 == 0 ? 64 : 0 } == nil)
    // Every fifth time is too seldom.
    #expect(try slabsOfPages { $0 % 5 == 0 ? 64 : 0 }?.kind == .uncoloured)
  }

  /// Four objects of 1016 bytes fill a page but for a header.
  @Test func whoHasNothingLeftOverNeedsNoColours() throws {
    #expect(try slabsOfPages(size: 1016) { _ in 32 } == nil)
  }
}
