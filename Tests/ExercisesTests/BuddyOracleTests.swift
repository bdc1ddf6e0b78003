import Examining
import Exercises
import Testing

@Suite struct BuddyOracleTests {
  /// A whole of 4 KiB, and the room for records that the protocol promises.
  private func buddy() throws -> FakeReplay { try FakeReplay("buddy", limit: 4096 + 128) }

  @Test(arguments: [
    (64, 1, 128, true), (65, 1, 64, false), (65, 1, 128, true), (3, 256, 512, true), (40, 8, 96, false),
  ])
  func aBlockLiesAtAMultipleOfItsSize(size: Int, alignment: Int, address: Int, isRight: Bool) throws {
    let violation = try buddy().window([.allocate(0, size, alignment: alignment, at: address)])
    #expect(violation?.kind == (isRight ? nil : .notNaturallyAligned))
  }

  @Test func theWholePowerOfTwoIsTheBlocks() throws {
    // 65 bytes take 128, so there is nothing else up to the next multiple.
    #expect(try buddy().window([.allocate(0, 65, at: 0), .allocate(1, 16, at: 112)])?.kind == .enclosure)
    #expect(try buddy().window([.allocate(0, 65, at: 0), .allocate(1, 16, at: 128)]) == nil)
  }

  @Test func whatABlockTakesIsSaid() throws {
    let violation = try buddy().window([.allocate(0, 16, alignment: 64, at: 0), .allocate(1, 16, at: 32)])
    #expect(violation?.kind == .enclosure)
    #expect(
      violation?.evidence == [
        "0x0020 is 32 bytes inside the 64 bytes 0x0000 ..< 0x0040 that b0 takes by its size, 16, and its alignment, "
          + "allocated by operation 0"
      ])
  }

  @Test func freeBuddiesMustCoalesce() throws {
    let steps: [Step] = (0..<4).map { .allocate($0, 1024, at: $0 * 1024) } + (0..<4).map { .deallocate($0) }
    #expect(try buddy().window(steps + [.allocate(5, 4096, at: 0)]) == nil)
    #expect(try buddy().window(steps + [.allocate(5, 4096, at: nil)])?.kind == .notCoalesced)
    #expect(try buddy().window(steps + [.allocate(5, 2048, at: nil)])?.kind == .notCoalesced)
    // Half of the whole is in use, and the other half is two quarters that are no buddies.
    let odd: [Step] = (0..<4).map { .allocate($0, 1024, at: $0 * 1024) } + [.deallocate(1), .deallocate(2)]
    #expect(try buddy().window(odd + [.allocate(5, 2048, at: nil)]) == nil)
    #expect(try buddy().window(odd + [.allocate(5, 1024, at: nil)])?.kind == .notCoalesced)
  }

  @Test func roomThatWasNeverUsedMustServe() throws {
    #expect(try buddy().window([.allocate(0, 1024, at: 0), .allocate(1, 2048, at: nil)])?.kind == .failedWithRoom)
    #expect(try buddy().window([.allocate(0, 4096, at: 0), .allocate(1, 1, at: nil)]) == nil)
    #expect(try buddy().window([.allocate(0, 4097, at: nil), .allocate(1, Int.max, at: nil)]) == nil)
  }

  @Test func whatWasNeverHandedOutCannotCoalesce() throws {
    // Each request was rounded up twice, so the last of a full heap is refused; nothing was ever freed.
    let steps: [Step] = [.allocate(0, 1024, at: 0), .allocate(1, 1024, at: 2048), .allocate(2, 1024, at: nil)]
    let violation = try buddy().window(steps)
    #expect(violation?.kind == .failedWithRoom)
    #expect(violation?.message.contains("0x0400 ..< 0x0800 was never handed out") == true)
    // A larger block was around it once.
    let around: [Step] = [
      .allocate(0, 2048, at: 0), .deallocate(0), .allocate(1, 1024, at: 0), .allocate(2, 2048, at: 2048),
    ]
    #expect(try buddy().window(around + [.allocate(3, 1024, at: nil)])?.kind == .notCoalesced)
  }

  @Test func aReallocationIsCheckedAsABlockAndAsAMove() throws {
    // In place, larger, elsewhere, smaller, refused.
    #expect(
      try buddy().window([
        .allocate(0, 100, at: 0), .reallocate(0, 120, at: 0), .reallocate(0, 300, at: 512), .reallocate(0, 30, at: 512),
        .reallocate(0, 8000, at: nil), .allocate(1, 128, at: 0),
      ]) == nil)
    #expect(
      try buddy().window([.allocate(0, 64, at: 0), .allocate(1, 64, at: 64), .reallocate(0, 100, at: 0)])?.kind
        == .enclosure)
    #expect(
      try buddy().window([.allocate(0, 64, at: 0), .reallocate(0, 100, at: 64)])?.kind == .notNaturallyAligned)
    #expect(try buddy().window([.allocate(0, 64, at: 0), .reallocate(0, 100, at: nil)])?.kind == .failedWithRoom)
    #expect(
      try buddy().window([.allocate(0, 64, at: 0), .reallocate(0, 9, alignment: 4, at: 66)])?.kind == .misaligned)
    // One that shrinks where it is may keep what it had, or give back the rest.
    #expect(
      try buddy().window([.allocate(0, 512, at: 0), .reallocate(0, 64, at: 0), .allocate(1, 64, at: 64)]) == nil)
  }
}
