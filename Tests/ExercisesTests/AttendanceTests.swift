import Examining
import Exercises
import Testing

/// Replays in which the judge writes the blocks' bytes itself, and the subject does nothing but what a test says.
struct AttendanceTests {
  private let replay: FakeReplay

  init() throws {
    replay = try FakeReplay("pool", [("block.size", 64), ("block.alignment", 8)])
    replay.attend()
  }

  @Test func whatStaysAsItWasIsRight() {
    #expect(replay.window([.allocate(0, 64, at: 0), .allocate(1, 64, at: 64)]) == nil)
    #expect(replay.window([.deallocate(0), .allocate(0, 64, at: 0)]) == nil)
    #expect(replay.finish() == nil)
  }

  @Test func aChangeIsFoundBeforeTheBlockEnds() {
    #expect(replay.window([.allocate(0, 64, at: 0), .allocate(1, 64, at: 64)]) == nil)
    #expect(
      replay.window([.allocate(2, 64, at: 128)]) { $0.storeBytes(of: 1, toByteOffset: 70, as: UInt8.self) } == nil)
    #expect(replay.window([.deallocate(1)])?.message.hasPrefix("byte 6 of b1 changed") == true)
  }

  @Test func aChangeInABlockThatLivesIsFoundAtTheEnd() {
    #expect(replay.window([.allocate(0, 64, at: 0)]) == nil)
    let step = Step.allocate(1, 64, at: 64)
    #expect(replay.window([step], hasHeap: false) { $0.storeBytes(of: 1, toByteOffset: 3, as: UInt8.self) } == nil)
    #expect(replay.finish()?.message.hasPrefix("byte 3 of b0 changed") == true)
  }

  @Test func zeroesAreLookedFor() {
    #expect(replay.window([.allocateZeroed(0, 64, at: 0)]) == nil)
    let violation = replay.window([.allocateZeroed(1, 64, at: 64)]) {
      $0.storeBytes(of: 5, toByteOffset: 72, as: UInt8.self)
    }
    #expect(violation?.message.hasPrefix("byte 8 of b1 is not zero, as was asked for") == true)
  }

  /// The slot's number comes again within the window; only the block that is there when it ends has been asked for as zeroes.
  @Test func aSlotThatHasTwoBlocksInAWindowIsAboutTheSecond() {
    #expect(replay.window([.allocateZeroed(0, 64, at: 0), .deallocate(0), .allocateZeroed(0, 64, at: 64)]) == nil)
    #expect(replay.window([.deallocate(0)]) == nil)
  }
}
