import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing
import Traces
import Vocabularies

@Suite struct CounterexampleListingTests {
  private static func counterexample(
    _ id: String, _ operations: [AllocationOperation], outcomes: [UInt64], _ violation: Violation,
    parameters: [(String, Int)] = [], before: Int = 4812
  ) throws -> Counterexample {
    let slots = (operations.map(\.slot).max() ?? 0) + 1
    return Counterexample(
      subject: Subject(try #require(Catalogue.all.exercise(id)), worker: "worker"), workload: "churn",
      operationsBefore: before,
      trace: Trace(
        vocabulary: "allocation", name: "overlap",
        parameters: parameters.map { TraceParameter(name: $0.0, value: $0.1) },
        slotCount: slots, operations: operations.map(\.word)), violation: violation, outcomes: outcomes, tries: 7,
      isComplete: true, seconds: 0.5)
  }

  private static func allocate(_ slot: Int, _ size: Int, alignment: Int = 1) -> AllocationOperation {
    AllocationOperation(.allocate, slot: slot, size: size, alignment: alignment)
  }
  private static func free(_ slot: Int) -> AllocationOperation { AllocationOperation(.deallocate, slot: slot) }

  @Test func lettersAndAlignedOutcomes() throws {
    let found = try Self.counterexample(
      "buddy", [Self.allocate(0, 24), Self.allocate(1, 100), Self.allocate(2, 24, alignment: 16)],
      outcomes: [0x40, 0x80, 0x90],
      Violation(
        .overlap, at: 2, "b2 = allocate(24, alignment: 16) → 0x0090 overlaps b1",
        evidence: ["0x0090 is 16 bytes inside the 100-byte block b1 at 0x0080 ..< 0x00e4, allocated by operation 1"]))
    let listing = CounterexampleListing(found)
    #expect(
      listing.lines == [
        "a = allocate(24)                   → 0x0040",
        "b = allocate(100)                  → 0x0080",
        "c = allocate(24, alignment: 16)    → 0x0090   overlaps b",
      ])
    #expect(listing.evidence == ["0x0090 is 16 bytes inside the 100-byte block b at 0x0080 ..< 0x00e4"])
    #expect(listing.circumstances == "")
    #expect((listing.operations, listing.steps) == (3, 3))
    let text = CheckText.lines(found, replay: "alloclab replay buddy", style: .plain)
    #expect(text.first == "    shrunk from 4,812 operations to 3:")
    #expect(!text.contains { $0.contains("see it") })
    var saved = found
    saved.file = "buddy-overlap.trace"
    #expect(
      CheckText.lines(saved, replay: "alloclab replay buddy", style: .plain).last
        == "    see it:  alloclab replay buddy buddy-overlap.trace --step")
  }

  @Test func parametersInWords() throws {
    let violation = Violation(.failedWithRoom, at: 0, "b0 = allocate(24, alignment: 8) returned nil, but there is room")
    let pool = try Self.counterexample(
      "pool", [Self.allocate(0, 24, alignment: 8)], outcomes: [.max], violation,
      parameters: [("block.size", 24), ("block.alignment", 8), ("heap.limit", 65_536)])
    let listing = CounterexampleListing(pool)
    #expect(listing.circumstances == "in a heap of 64 KiB, blocks of 24 bytes at multiples of 8")
    #expect(listing.lines == ["a = allocate()    → nil   returned nil, but there is room"])
    let slab = try Self.counterexample(
      "slab", [Self.allocate(0, 24)], outcomes: [.max], violation,
      parameters: [("cache.count", 2), ("heap.limit", 5000), ("cache.0.size", 24), ("cache.1.size", 1024)])
    #expect(CounterexampleListing(slab).circumstances == "in a heap of 5,000 bytes, objects of 24 bytes, 1 KiB")
  }

  @Test func whatRepeatsIsToldOnce() throws {
    let operations =
      (0..<40).map { Self.allocate($0, 40) } + (0..<40).map { Self.free($0) }
      + (0..<9999).flatMap { _ in [Self.allocate(0, 48), Self.free(0)] } + [AllocationOperation(.reap)]
    let outcomes = (0..<40).map { UInt64($0 * 40) } + Array(repeating: 0, count: 40 + 2 * 9999)
    let listing = CounterexampleListing(
      try Self.counterexample(
        "buddy", operations, outcomes: outcomes, Violation(.hang, at: operations.count - 1, "no answer to reap()")))
    #expect(
      listing.lines == [
        "a … n1 = allocate(40)   40 times    → 0x0000 … 0x0618",
        "deallocate(a … n1)   40 times",
        "9,999 times:",
        "  a = allocate(48)                  → 0x0000",
        "  deallocate(a)",
        "reap()   no answer to reap()",
      ])
    #expect(listing.operations == 20_079)
    #expect(listing.steps == 5)
  }

  @Test func longMessagesHaveLinesOfTheirOwn() throws {
    let message = "a trap " + String(repeating: "with many words about block b0 ", count: 10)
    let listing = CounterexampleListing(
      try Self.counterexample("buddy", [Self.allocate(0, 8)], outcomes: [], Violation(.crash, at: 0, message)))
    #expect(listing.lines.first == "a = allocate(8)")
    #expect(listing.lines.dropFirst().first?.hasPrefix("  ✗ a trap with many words about block a") == true)
    #expect(listing.lines.allSatisfy { $0.count <= 100 })
  }

  @Test func lettersStandForSlots() {
    for slot in [0, 1, 25, 26, 27, 51, 52, 1000] { #expect(OperationNames.slot(OperationNames.letter(slot)) == slot) }
    for text in ["", "A", "aa", "é", "a-1", "12"] { #expect(OperationNames.slot(text) == nil) }
  }

  @Test func lettersNeverRunOut() {
    #expect([0, 25, 26, 51, 52, 26 * 300].map(OperationNames.letter) == ["a", "z", "a1", "z1", "a2", "a300"])
    let names = OperationNames(Trace(vocabulary: "allocation", name: "", operations: []))
    #expect(names.lettered("b12 is in 0xb1b2, by b3, abb4 or b5c") == "m is in 0xb1b2, by d, abb4 or b5c")
    // Vocabularies are known once the exercises are.
    _ = Catalogue.all
    let pages = OperationNames(Trace(vocabulary: "paging", name: "", operations: [7]))
    #expect(pages.text(0..<1) == "access(7)")
    #expect(pages.outcomes(0..<1, [.max]) == "hit")
  }

  @Test func whatASubmissionSaysIsMadeHarmless() throws {
    let listing = CounterexampleListing(
      try Self.counterexample(
        "buddy", [Self.allocate(0, 8)], outcomes: [],
        Violation(.earlyExit, at: 0, "it ended \u{1b}[31m", evidence: ["it said: \u{1b}]0;red\u{7}"])))
    #expect(!(listing.lines + listing.evidence).joined().unicodeScalars.contains("\u{1b}"))
  }
}
