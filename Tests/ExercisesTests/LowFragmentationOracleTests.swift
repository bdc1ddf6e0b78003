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
}
