import Examining
import Exercises
import Testing
import Traces
import Vocabularies

/// A program that places blocks, and answers made by hand.
private struct Placements {
  private var oracle: PlacementOracle
  private var index = 0
  private let limit: Int

  init(limit: Int = 1 << 20, parameters: [TraceParameter] = []) {
    self.limit = limit
    oracle = PlacementOracle(
      for: Trace(
        vocabulary: PlacementVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)] + parameters, slotCount: 400, operations: []))
  }

  private mutating func check(_ operation: PlacementOperation, _ answer: [UInt64]) -> ViolationKind? {
    let window = Window(
      firstIndex: index, damage: nil, heap: nil, heapEnd: limit, answers: Answers(answer))
    let (operations, outcomes) = ([operation.word], [UInt64(answer.count)])
    index += 1
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)?.kind
  }

  mutating func allocate(
    _ block: Int, _ size: Int, alignment: Int = 1, near: Int? = nil, thread: Int = 0, at address: Int?,
    own: [HeapAccessRecord] = []
  ) -> ViolationKind? {
    check(
      PlacementOperation(allocate: block, size, alignment: alignment, near: near, thread: thread),
      own.map(\.word) + [address.map { UInt64($0) } ?? PlacementVocabulary.none])
  }

  mutating func end(_ block: Int, thread: Int = 0, own: [HeapAccessRecord] = []) -> ViolationKind? {
    check(PlacementOperation(.deallocate, block, thread: thread), own.map(\.word))
  }

  mutating func touch(_ block: Int, at offset: Int = 0, _ count: Int, isStore: Bool = false, thread: Int = 0) {
    _ = check(PlacementOperation(isStore ? .write : .read, block, at: offset, count, thread: thread), [])
  }

  func measured(_ name: String) -> Double? { oracle.measurements.first { $0.name == name }?.value }

  mutating func finish() -> ViolationKind? { oracle.finish(heap: nil)?.kind }
}

@Suite struct PlacementOracleTests {
  @Test func aBlockLiesInOneLine() {
    var program = Placements()
    #expect(program.allocate(0, 64, at: 64) == nil)
    #expect(program.allocate(1, 40, at: 128 + 24) == nil)
    #expect(program.allocate(2, 40, at: 192 + 25) == .straddlesLine)
    // Of a larger one it is enough that it begins at a multiple of sixteen.
    #expect(program.allocate(3, 65, at: 272) == nil)
    #expect(program.allocate(4, 65, at: 360) == .misaligned)
    #expect(program.allocate(5, 8, alignment: 32, at: 400 + 8) == .misaligned)
  }

  @Test func ownersHaveLinesOfTheirOwn() {
    var program = Placements()
    #expect(program.allocate(0, 8, at: 64) == nil)
    #expect(program.allocate(1, 8, at: 72) == nil)
    #expect(program.allocate(2, 8, thread: 1, at: 80) == .lineShared)
    #expect(program.end(0, thread: 1) == nil)
    #expect(program.allocate(3, 8, thread: 1, at: 64) == .lineShared)
    #expect(program.end(1) == nil)
    #expect(program.allocate(4, 8, thread: 1, at: 64) == nil)
    // The last byte of a large block is in a line as well.
    #expect(program.allocate(5, 129, at: 128) == nil)
    #expect(program.allocate(6, 8, thread: 1, at: 128 + 128 + 8) == .lineShared)
  }

  @Test func blocksDoNotShareBytes() {
    var program = Placements()
    #expect(program.allocate(0, 32, at: 64) == nil)
    #expect(program.allocate(1, 8, at: 88) == .overlap)
    #expect(program.allocate(2, 0, at: 96) == nil)
    // No bytes are one byte: addresses differ.
    #expect(program.allocate(3, 0, at: 96) == .overlap)
    #expect(program.end(0) == nil)
    #expect(program.allocate(4, 32, at: 64) == nil)
    #expect(program.allocate(5, 64, at: (1 << 20) - 32) == .outOfHeap)
    #expect(program.allocate(6, 64, at: .max) == .outOfHeap)
  }

  /// Each block with its power of two and 64 bytes, eight times: 512 KiB of 1 MiB are 682 blocks of 64.
  @Test func whatHasRoomIsServed() {
    var program = Placements()
    #expect(program.allocate(0, 100_000, at: nil) == nil)
    #expect(program.allocate(0, .max, at: nil) == nil)
    #expect(program.allocate(1, 1, at: nil) == .failedWithRoom)
    #expect(program.allocate(1, 65_000, at: 0) == nil)
    #expect(program.allocate(2, 65_000, at: nil) == nil)
    #expect(program.allocate(3, 1, alignment: 4096, at: nil) == .failedWithRoom)
  }

  @Test func theProgramsAccessesAreCounted() {
    var program = Placements()
    for block in 0..<8 { _ = program.allocate(block, 16, at: 64 * block) }
    for _ in 0..<10 { for block in 0..<8 { program.touch(block, 16) } }
    // Eight lines missed in both caches, and a page; two lines and a page would have done.
    #expect(program.measured("L1 misses") == 8)
    #expect(program.measured("L2 misses") == 8)
    #expect(program.measured("TLB misses") == 1)
    #expect(program.measured("least misses") == 5)
    #expect(program.measured(PlacementOracle.meter) == 17.0 / 5)
    #expect(program.measured("the allocator's own misses") == 0)
  }

  @Test func theAllocatorsAccessesAreCounted() {
    var program = Placements()
    let header = HeapAccessRecord(address: 4096, byteCount: 8, isStore: true)
    let search = (0..<5).map { HeapAccessRecord(address: 8192 + 64 * $0, byteCount: 4, isStore: false) }
    #expect(program.allocate(0, 16, at: 64, own: [header] + search) == nil)
    #expect(program.measured("the allocator's own misses") == 14)
    #expect(program.end(0, own: [header]) == nil)
    #expect(program.measured("the allocator's own misses") == 14)
    // What found no room in the answer is a miss each.
    #expect(program.allocate(1, 16, at: 64, own: [HeapAccessRecord(word: 1 << 63 | 7)]) == nil)
    #expect(program.measured("the allocator's own misses") == 21)
  }

  @Test func theLeastIsWhatWasTouchedAtOnce() {
    var program = Placements()
    for round in 0..<4 {
      #expect(program.allocate(round, 4096, at: 8192 * round) == nil)
      program.touch(round, 4096, isStore: true)
      program.touch(round, 4096)
      #expect(program.end(round) == nil)
    }
    #expect(program.measured("least misses") == 129)
    #expect(program.measured("L1 misses") == 256)
    // A part of a part is none.
    #expect(program.allocate(9, 6400, at: 65_536) == nil)
    for element in 0..<6400 / 8 { program.touch(9, at: 8 * element, 8) }
    #expect(program.measured("least misses") == 129)
  }

  @Test func farTooManyMissesAreTold() {
    let parameters = ["misses.most": 300, "misses.own": 400, "misses.subject": 0]
      .sorted { $0.key < $1.key }.map { TraceParameter(name: $0.key, value: $0.value) }
    var packed = Placements(parameters: parameters)
    for block in 0..<64 { #expect(packed.allocate(block, 16, at: 16 * block) == nil) }
    for block in 0..<64 { packed.touch(block, 16) }
    #expect(packed.finish() == nil)
    var scattered = Placements(parameters: parameters)
    for block in 0..<64 { #expect(scattered.allocate(block, 16, at: 64 * block) == nil) }
    for block in 0..<64 { scattered.touch(block, 16) }
    #expect(scattered.finish() == .poorLocality)
    var searching = Placements(parameters: parameters)
    for block in 0..<64 {
      let records = (0..<4).map {
        HeapAccessRecord(address: 65_536 + 4096 * (4 * block + $0), byteCount: 8, isStore: false)
      }
      #expect(searching.allocate(block, 16, at: 16 * block, own: records) == nil)
    }
    #expect(searching.finish() == .metadataMisses)
  }
}
