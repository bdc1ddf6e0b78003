import Examining
import Exercises
import Testing
import Vocabularies

@Suite("The oracle of general")
struct GeneralPurposeOracleTests {
  /// A heap of 16 KiB, of which the first 4 KiB may be records.
  private static let limit = 16 << 10

  private func verdict(_ steps: [Step], heapEnd: Int = limit) throws -> ViolationKind? {
    let replay = try FakeReplay("general", limit: Self.limit)
    return replay.window(steps, heapEnd: heapEnd)?.kind
  }

  @Test("asks for multiples of 16, whatever alignment was wanted")
  func alignment() throws {
    let right = try verdict([.allocate(0, 5, at: 4112)])
    #expect(right == nil)
    let wrong = try verdict([.allocate(0, 5, at: 4104)])
    #expect(wrong == .misaligned)
  }

  @Test("asks for a request to be served from what is free in a row, less 128 bytes")
  func gaps() throws {
    // From 4096 to 4096 + 2048, and nothing behind.
    let blocks: [Step] = [.allocate(0, 2048, at: 4096), .allocate(1, 16384 - 6144, at: 6144)]
    for (size, kind) in [(2048 - 128, ViolationKind.notJoined), (2048 - 127, nil)] {
      let found = try verdict(blocks + [.deallocate(0), .allocate(2, size, at: nil)])
      #expect(found == kind, "\(size)")
    }
  }

  @Test("joins what lies between live blocks, and not what they divide")
  func divided() throws {
    let blocks: [Step] = [
      .allocate(0, 1024, at: 4096), .allocate(1, 1024, at: 5120), .allocate(2, 1024, at: 6144),
      .allocate(3, 16384 - 7168, at: 7168),
    ]
    let divided = try verdict(blocks + [.deallocate(0), .deallocate(2), .allocate(4, 1500, at: nil)])
    #expect(divided == nil)
    let joined = try verdict(blocks + [.deallocate(0), .deallocate(1), .allocate(4, 1500, at: nil)])
    #expect(joined == .notJoined)
  }

  @Test("counts what the heap could still grow by, unless it refuses to")
  func limit() throws {
    let tail = Self.limit - 4096
    let served = try verdict([.allocate(0, tail - 128, at: nil)], heapEnd: 0)
    #expect(served == .failedWithRoom)
    let refused = try verdict([.allocate(0, tail - 127, at: nil)], heapEnd: 0)
    #expect(refused == nil)
    let faulty = try verdict([.hostile(.growthFailsOnce, size: 1, 0), .allocate(0, 16, at: nil)], heapEnd: 0)
    #expect(faulty == nil)
  }

  @Test("has a block shrink where it is")
  func shrinking() throws {
    let stays = try verdict([.allocate(0, 640, at: 4096), .reallocate(0, 64, at: 4096)])
    #expect(stays == nil)
    let moves = try verdict([.allocate(0, 640, at: 4096), .reallocate(0, 64, at: 8192)])
    #expect(moves == .movedWithoutNeed)
  }

  @Test("has a block grow where it is as long as there is room behind, to the byte")
  func growing() throws {
    // 4096 ..< 4160 is the block, and the next one lies 1024 bytes from its start.
    let blocks: [Step] = [.allocate(0, 64, at: 4096), .allocate(1, 64, at: 5120)]
    for (size, kind) in [(1024 - 128, ViolationKind.movedWithoutNeed), (1024 - 127, nil)] {
      let found = try verdict(blocks + [.reallocate(0, size, at: 8192)])
      #expect(found == kind, "\(size)")
    }
    // The last block, up to the heap's limit.
    for (size, kind) in [(8192 - 128, ViolationKind.movedWithoutNeed), (8192 - 127, nil)] {
      let found = try verdict([.allocate(0, 64, at: 8192), .reallocate(0, size, at: 0)])
      #expect(found == kind, "\(size)")
    }
  }

  @Test("knows where a slot's new block is, once the one before has ended")
  func slots() throws {
    let found = try verdict([
      .allocate(0, 640, at: 4096), .deallocate(0), .allocate(0, 64, at: 8192), .allocate(1, 64, at: 8256),
      .reallocate(0, 600, at: 4096),
    ])
    #expect(found == nil)
  }

  @Test("has a trim leave the pages up to the last live block, and 64 KiB")
  func trim() throws {
    // The last live block ends at 8224, and so in the page that ends at 12 KiB.
    for (touched, kind) in [(76 << 10, nil), ((76 << 10) + 4096, ViolationKind.notTrimmed)] {
      let replay = try FakeReplay("general", limit: 1 << 18)
      replay.touchedBytes = touched
      let steps: [Step] = [.allocate(0, 32, at: 8192), .allocate(1, 100_000, at: 8224), .deallocate(1), .reap]
      let violation = replay.window(steps, heapEnd: 1 << 17)
      #expect(violation?.kind == kind, "\(touched)")
    }
  }
}
