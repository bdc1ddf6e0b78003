import Examining
import Exercises
import Testing
import Vocabularies

@Suite("The oracle of fragmentation")
struct LowFragmentationOracleTests {
  private func replay(_ parameters: [(String, Int)] = []) throws -> FakeReplay {
    try FakeReplay("fragmentation", parameters, limit: 1 << 20)
  }

  @Test("asks for multiples of 16, whatever alignment was wanted")
  func alignment() throws {
    let right = try replay().window([.allocate(0, 5, at: 65_536)])?.kind
    #expect(right == nil)
    let wrong = try replay().window([.allocate(0, 5, at: 65_544)])?.kind
    #expect(wrong == .misaligned)
  }

  @Test("calls a refusal scattered up to the room that is promised, to the granule")
  func room() throws {
    // Half of the limit is promised; a live block in the middle leaves less than that in a row.
    let middle = 1 << 19
    for (size, kind) in [(middle - 16, ViolationKind.scattered), (middle - 15, nil)] {
      let steps: [Step] = [.allocate(0, 16, at: middle), .allocate(1, size, at: nil)]
      let found = try replay([("promise.room", 500)]).window(steps)?.kind
      #expect(found == kind, "\(size)")
    }
  }

  /// A block of 200,000 bytes, and two looks: with so many bytes touched, and with just what the block needs.
  private func looks(touching byteCount: Int, _ parameters: [(String, Int)]) throws -> FakeReplay {
    let replay = try replay(parameters)
    let look = Step(operation: AllocationOperation(.clock, slot: 0), outcome: 0)
    for (steps, touched) in [([Step.allocate(0, 199_985, at: 0)], 0), ([look], byteCount), ([look], 200_000)] {
      replay.touchedBytes = touched
      let found = replay.window(steps)
      #expect(found == nil)
    }
    return replay
  }

  @Test(
    "holds what was used against what is promised, to the byte",
    arguments: [("promise.peak", ViolationKind.usesTooMuch), ("promise.average", .keepsTooMuch)])
  func promises(_ parameter: String, _ kind: ViolationKind) throws {
    for (touched, expected) in [(240_000, nil), (240_001, kind)] {
      let found = try looks(touching: touched, [(parameter, 1200)]).finish()?.kind
      #expect(found == expected, "\(touched)")
    }
  }

  @Test("measures at each look, until the next")
  func measures() throws {
    let replay = try looks(touching: 300_000, [])
    for (name, value) in [
      ("used / least, on average", 1.5), ("used / least, where most is live", 1.5),
      ("used / least, where most is used", 1.5), ("most used / most of the least", 1.5),
    ] { #expect(replay.measurement(name) == value) }
  }

  @Test("takes promises of any size, as a trace from anywhere may have them", arguments: [Int.min, -1, Int.max])
  func strangePromises(_ value: Int) throws {
    let replay = try looks(touching: 240_000, [("promise.peak", value), ("promise.room", value)])
    let kind = value < 0 ? ViolationKind.usesTooMuch : nil
    let found = replay.finish()?.kind
    #expect(found == kind)
  }
}
