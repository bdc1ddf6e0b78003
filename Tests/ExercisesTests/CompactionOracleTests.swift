import Examining
import Exercises
import Testing
import Traces
import Vocabularies

/// A program whose blocks move, and answers made by hand.
private final class Compactions {
  private var oracle: CompactionOracle
  private var index = 0
  private let limit: Int
  /// What the judge sees; nil where it does not look.
  var heap: UnsafeMutableRawPointer?
  var touchedBytes = 0

  init(limit: Int = 1 << 16, looks: Bool = false, parameters: [TraceParameter] = []) {
    self.limit = limit
    oracle = CompactionOracle(
      for: Trace(
        vocabulary: CompactionVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)] + parameters, slotCount: 10, operations: []))
    guard looks else { return }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: limit, alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: 0xff, count: limit)
    heap = memory
  }

  deinit { heap?.deallocate() }

  private func check(_ operation: CompactionOperation, _ outcome: UInt64, _ answer: [UInt64] = []) -> ViolationKind? {
    let view = heap.map { HeapView(base: $0, byteCount: limit, touchedBytes: touchedBytes) }
    let window = Window(firstIndex: index, damage: nil, heap: view, heapEnd: limit, answers: Answers(answer))
    index += 1
    return oracle.check(operations: [operation.word].span, outcomes: [outcome].span, in: window)?.kind
  }

  func allocate(_ block: Int, _ size: Int, references: Int = 0, at address: Int?) -> ViolationKind? {
    check(
      CompactionOperation(allocate: block, size, references: references),
      address.map { UInt64($0) } ?? CompactionVocabulary.none)
  }

  func request(_ kind: CompactionOperation.Kind, _ block: Int, told outcome: UInt64 = 0) -> ViolationKind? {
    check(CompactionOperation(kind, block), outcome)
  }

  func refer(_ field: Int, of block: Int, to target: Int?) -> ViolationKind? {
    check(CompactionOperation(.refer, block, target: target, field), 0)
  }

  /// What is about all blocks, with those that moved before and just now.
  func all(
    _ kind: CompactionOperation.Kind, _ number: Int = 0, told: Int = 0, before: [(Int, Int)] = [],
    moves: [(Int, Int)] = []
  ) -> ViolationKind? {
    func words(_ pairs: [(Int, Int)]) -> [UInt64] { pairs.flatMap { [UInt64($0.0), UInt64($0.1)] } }
    let answer = words(before) + [CompactionVocabulary.none, UInt64(told)] + words(moves)
    return check(CompactionOperation(kind, 0, number), UInt64(answer.count), answer)
  }

  func step(_ budget: Int, told: Int, moves: [(Int, Int)] = []) -> ViolationKind? {
    all(.step, budget, told: told, moves: moves)
  }

  func finish() -> ViolationKind? { oracle.finish(heap: nil)?.kind }
  func measured(_ name: String) -> Double? { oracle.measurements.first { $0.name == name }?.value }
}

@Suite("The oracle of compaction")
struct CompactionOracleTests {
  @Test("counts what a step moves by sizes as they were asked for, to the byte")
  func budget() {
    for (budget, told, kind) in [
      (60, 60, ViolationKind?.none), (59, 60, .overBudget), (100, 61, .miscountedMoves), (100, 0, .miscountedMoves),
    ] {
      let program = Compactions()
      #expect(program.allocate(0, 60, at: 1024) == nil)
      #expect(program.allocate(1, 500, at: 2048) == nil)
      #expect(program.step(budget, told: told, moves: [(0, 16)]) == kind, "\(budget), \(told)")
    }
  }

  @Test("counts pins")
  func pins() {
    let program = Compactions()
    #expect(program.allocate(0, 60, at: 1024) == nil)
    for _ in 0..<2 { #expect(program.request(.pin, 0, told: 1024) == nil) }
    #expect(program.request(.unpin, 0) == nil)
    #expect(program.all(.compact, moves: [(0, 16)]) == .pinnedMoved)
    let other = Compactions()
    #expect(other.allocate(0, 60, at: 1024) == nil)
    #expect(other.request(.pin, 0, told: 1024) == nil)
    #expect(other.request(.unpin, 0) == nil)
    #expect(other.all(.compact, moves: [(0, 16)]) == nil)
    #expect(other.request(.pin, 0, told: 1024) == .wrongPlace)
  }

  @Test("lets blocks move nowhere else")
  func movedUnasked() {
    let program = Compactions()
    #expect(program.allocate(0, 60, at: 1024) == nil)
    #expect(program.all(.look, before: [(0, 16)]) == .movedUnasked)
    #expect(program.allocate(1, 60, at: 2048) == nil)
    #expect(program.request(.deallocate, 1, told: CompactionVocabulary.moved) == .movedUnasked)
  }

  @Test("holds places against all others, once all have moved")
  func places() {
    let program = Compactions()
    #expect(program.allocate(0, 0, at: 16) == nil)
    #expect(program.allocate(1, 32, at: 16) == .overlap)
    #expect(program.allocate(1, 32, at: 40) == .misaligned)
    #expect(program.allocate(1, 33, at: (1 << 16) - 32) == .outOfHeap)
    #expect(program.allocate(1, 32, at: 32) == nil)
    // Two change places.
    #expect(program.all(.compact, moves: [(0, 48), (1, 0)]) == nil)
    #expect(program.all(.compact, moves: [(0, 16)]) == .overlap)
  }

  @Test("asks for room up to three eighths, all counted that lived since compaction")
  func room() {
    let least = (1 << 16) / 8 * 3 - 32
    #expect(Compactions().allocate(0, least, at: nil) == .failedWithRoom)
    #expect(Compactions().allocate(0, least + 1, at: nil) == nil)
    #expect(Compactions().allocate(0, .max, at: nil) == nil)
    let program = Compactions()
    #expect(program.allocate(0, 16, at: 0) == nil)
    #expect(program.request(.deallocate, 0) == nil)
    #expect(program.allocate(0, least, at: nil) == nil)
    #expect(program.all(.compact) == nil)
    #expect(program.allocate(0, least, at: nil) == .failedWithRoom)
    // Where a block was pinned, nothing is promised.
    let pinned = Compactions()
    #expect(pinned.allocate(0, 16, at: 0) == nil)
    #expect(pinned.request(.pin, 0, told: 0) == nil)
    #expect(pinned.all(.compact) == nil)
    #expect(pinned.allocate(1, 16, at: nil) == nil)
  }

  @Test("holds what is used against what is needed, to the byte", arguments: [false, true])
  func space(isPinned: Bool) {
    // A block of 10,000 bytes and a handle need 10,032; it lies in three pages.
    let most = 10_232 + 3 * 4096 + (isPinned ? 3 * 4096 : 0)
    for (touched, kind) in [(most, nil), (most + 1, ViolationKind.spaceKept)] {
      let program = Compactions(looks: true)
      #expect(program.allocate(0, 10_000, at: 16) == nil)
      if isPinned { #expect(program.request(.pin, 0, told: 16) == nil) }
      program.touchedBytes = touched
      #expect(program.all(.look, 0) == nil)
      #expect(program.all(.look, 1) == kind)
    }
  }

  @Test("looks for a block's bytes where it lies now")
  func contents() throws {
    let program = Compactions(looks: true)
    let heap = try #require(program.heap)
    #expect(program.allocate(0, 100, at: 1024) == nil)
    (heap + 16).copyMemory(from: heap + 1024, byteCount: 100)
    #expect(program.all(.compact, moves: [(0, 16)]) == nil)
    (heap + 512).copyMemory(from: heap + 16, byteCount: 99)
    #expect(program.all(.compact, moves: [(0, 512)]) == .contentsLost)
    let still = Compactions(looks: true)
    #expect(still.allocate(0, 100, at: 1024) == nil)
    still.heap?.storeBytes(of: 0, toByteOffset: 1024 + 96, as: UInt32.self)
    #expect(still.all(.look) == .payloadChanged)
  }

  @Test("looks for references in fields, of blocks that stay as well")
  func references() throws {
    let program = Compactions(looks: true)
    let heap = try #require(program.heap)
    #expect(program.allocate(0, 16, references: 2, at: 0) == nil)
    #expect(program.allocate(1, 8, references: 0, at: 1024) == nil)
    heap.storeBytes(of: 1024, toByteOffset: 8, as: UInt64.self)
    #expect(program.refer(1, of: 0, to: 1) == nil)
    (heap + 64).copyMemory(from: heap + 1024, byteCount: 8)
    #expect(program.step(8, told: 8, moves: [(1, 64)]) == .staleReference)
    heap.storeBytes(of: 64, toByteOffset: 8, as: UInt64.self)
    #expect(program.all(.look) == nil)
    heap.storeBytes(of: 64, toByteOffset: 0, as: UInt64.self)
    #expect(program.all(.look) == .staleReference)
  }

  @Test("says what moved over what ended, at least a half")
  func moved() {
    for (size, kind, ratio) in [(8000, ViolationKind?.none, 2.0), (9000, .movesTooMuch, 2.25), (100, nil, 0.5)] {
      let program = Compactions(parameters: [TraceParameter(name: "moved.most", value: 120)])
      #expect(program.allocate(0, size, at: 32_768) == nil)
      #expect(program.allocate(1, 4000, at: 60_000) == nil)
      #expect(program.request(.deallocate, 1) == nil)
      #expect(program.step(size, told: size, moves: [(0, 16)]) == nil)
      #expect(program.finish() == kind)
      #expect(program.measured("moved / ended") == ratio)
    }
  }
}
