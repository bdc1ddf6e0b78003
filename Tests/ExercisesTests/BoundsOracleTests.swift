import Examining
import Exercises
import Testing
import Traces
import Vocabularies

/// A program's pointers, and answers made by hand.
private struct Program {
  private var oracle: BoundsOracle
  private var index = 0
  private let heapEnd: Int

  init(limit: Int = 1 << 16, names: Int = 16, attendedBy secret: UInt64? = nil) {
    oracle = BoundsOracle(
      for: Trace(
        vocabulary: PointerVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)], slotCount: names, operations: []))
    heapEnd = limit
    if let secret { oracle.attend(secret: secret) }
  }

  /// What the oracle says of an answer.
  mutating func callAsFunction(
    _ kind: PointerOperation.Kind, _ name: Int, _ number: Int = 0, _ outcome: UInt64 = 7, heap: HeapView? = nil
  ) -> ViolationKind? {
    let operations = [PointerOperation(kind, name, number).word]
    let window = Window(firstIndex: index, damage: nil, heap: heap, heapEnd: heapEnd)
    index += 1
    return oracle.check(operations: operations.span, outcomes: [outcome].span, in: window)?.kind
  }

  mutating func finish(_ heap: HeapView) -> ViolationKind? { oracle.finish(heap: heap)?.kind }
}

private let refused = PointerVocabulary.none

@Suite("The oracle of bounds") struct BoundsOracleTests {
  @Test func accessesInsideAreGrantedAndNoOthers() {
    var program = Program()
    #expect(program(.allocate, 0, 24) == nil)
    #expect(program(.read, 0, 24, 64) == nil)
    #expect(program(.read, 0, 24, refused) == .inBoundsRefused)
    #expect(program(.read, 0, 25, refused) == nil)
    #expect(program(.read, 0, 25, 64) == .outOfBoundsGranted)
    #expect(program(.write, 0, .max, 64) == .outOfBoundsGranted)
    #expect(program(.advance, 0, 24) == nil)
    #expect(program(.read, 0, 1, 88) == .outOfBoundsGranted)
    #expect(program(.advance, 0, -1) == nil)
    #expect(program(.read, 0, 1, 87) == nil)
    #expect(program(.read, 0, 1, 88) == .movedObject)
    #expect(program(.advance, 0, -24) == nil)
    #expect(program(.read, 0, 2, 63) == .outOfBoundsGranted)
  }

  @Test func positionsNeverComeRound() {
    var program = Program()
    #expect(program(.allocate, 0, 24) == nil)
    for _ in 0..<4 { #expect(program(.advance, 0, 1 << 62) == nil) }
    #expect(program(.read, 0, 1, refused) == nil)
    #expect(program(.read, 0, 1, 64) == .outOfBoundsGranted)
    #expect(program(.deallocate, 0, 0, 1) == .wrongFreeAccepted)
    // All the way back, it may be lost, or not.
    for _ in 0..<4 { #expect(program(.advance, 0, -1 << 62) == nil) }
    #expect(program(.read, 0, 1, refused) == nil)
    #expect(program(.read, 0, 1, 64) == nil)
    #expect(program(.deallocate, 0, 0, 0) == nil)
    #expect(program(.deallocate, 0, 0, 1) == nil)
  }

  @Test(arguments: [1, -1]) func theReachIsExact(sign: Int) {
    let end = sign > 0 ? PointerVocabulary.reach + 24 : -PointerVocabulary.reach
    for beyond in [0, sign] {
      var program = Program()
      #expect(program(.allocate, 0, 24) == nil)
      #expect(program(.advance, 0, end + beyond) == nil)
      #expect(program(.advance, 0, -end - beyond) == nil)
      #expect(program(.read, 0, 1, refused) == (beyond == 0 ? .inBoundsRefused : nil))
    }
  }

  @Test func objectsShareNoBytes() {
    var program = Program()
    #expect(program(.allocate, 0, 24) == nil)
    #expect(program(.allocate, 1, 24) == nil)
    #expect(program(.read, 0, 1, 64) == nil)
    #expect(program(.read, 1, 1, 80) == .overlap)
    #expect(program(.read, 1, 1, 44) == .misaligned)
    #expect(program(.read, 1, 1, 65_536 - 16) == .outOfHeap)
    #expect(program(.read, 1, 1, 88) == nil)
    // What ended makes room.
    #expect(program(.deallocate, 0, 0, 1) == nil)
    #expect(program(.allocate, 2, 24) == nil)
    #expect(program(.read, 2, 1, 64) == nil)
  }

  @Test func anObjectEndsOnceByItsFirstByte() {
    var program = Program()
    #expect(program(.allocate, 0, 24) == nil)
    #expect(program(.copy, 1, 0, 0) == nil)
    #expect(program(.advance, 1, 8) == nil)
    #expect(program(.deallocate, 1, 0, 0) == nil)
    #expect(program(.deallocate, 1, 0, 1) == .wrongFreeAccepted)
    #expect(program(.deallocate, 0, 0, 0) == .freeRefused)
    #expect(program(.deallocate, 0, 0, 1) == nil)
    #expect(program(.deallocate, 0, 0, 1) == .wrongFreeAccepted)
    #expect(program(.read, 1, 1, 72) == .endedGranted)
    #expect(program(.read, 1, 1, refused) == nil)
    // Once another was allocated, nobody has to know.
    #expect(program(.allocate, 2, 24) == nil)
    #expect(program(.read, 1, 1, 72) == nil)
    #expect(program(.deallocate, 0, 0, 1) == nil)
  }

  @Test func whatMustHaveRoomIsServed() {
    // A quarter of the heap: 128 objects of a rounded size of 64, and 64 for each.
    var program = Program(limit: 1 << 16, names: 200)
    for name in 0..<127 { #expect(program(.allocate, name, 64) == nil) }
    #expect(program(.allocate, 127, 64, refused) == .failedWithRoom)
    #expect(program(.allocate, 127, 33) == nil)
    #expect(program(.allocate, 128, 1, refused) == nil)
    #expect(program(.allocate, 128, .max, refused) == nil)
    // The same again has room again; another size has not.
    #expect(program(.deallocate, 5, 0, 1) == nil)
    #expect(program(.allocate, 5, 65, refused) == nil)
    #expect(program(.allocate, 5, 64, refused) == .failedWithRoom)
  }

  @Test func pointersComeBackFromMemory() {
    var program = Program()
    #expect(program(.allocate, 0, 24) == nil)
    #expect(program(.allocate, 1, 40) == nil)
    #expect(program(.copy, 2, 1, 0) == nil)
    #expect(program(.advance, 2, 40) == nil)
    #expect(program(.store, 0, 2, 64) == nil)
    #expect(program(.load, 3, 0, 64) == nil)
    #expect(program(.read, 3, 1, 200) == .outOfBoundsGranted)
    #expect(program(.advance, 3, -40) == nil)
    #expect(program(.read, 3, 40, refused) == .inBoundsRefused)
    #expect(program(.load, 3, 0, 72) == .movedObject)
    // Eight bytes must fit.
    #expect(program(.advance, 0, 17) == nil)
    #expect(program(.store, 0, 2, 81) == .outOfBoundsGranted)
  }

  @Test(arguments: [nil, 99 as UInt64]) func bytesStayWhatTheProgramWrote(secret: UInt64?) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    guard let base = memory.baseAddress else { return }
    let heap = HeapView(base: base, byteCount: 4096, touchedBytes: 0)
    var program = Program(limit: 4096, attendedBy: secret)
    #expect(program(.allocate, 0, 50, 5, heap: heap) == nil)
    // In an attended replay the judge writes; else the driver, as here.
    if secret == nil { PayloadPattern.fill(base + 64, count: 50, key: AddressPattern.key(at: 64)) }
    #expect(program(.write, 0, 50, 64, heap: heap) == nil)
    base.storeBytes(of: 5, toByteOffset: 64, as: UInt64.self)
    #expect(program(.store, 0, 0, 64, heap: heap) == nil)
    #expect(program.finish(heap) == nil)
    for byte in [64, 71, 72, 113] {
      memory[byte] ^= 1
      #expect(program.finish(heap) == .payloadChanged, "\(byte)")
      memory[byte] ^= 1
    }
    memory[114] ^= 1
    #expect(program.finish(heap) == nil)
    #expect(program(.deallocate, 0, 0, 1, heap: heap) == nil)
    memory[80] ^= 1
    #expect(program.finish(heap) == nil)
  }
}

@Suite("An operation on pointers") struct PointerOperationTests {
  @Test(arguments: PointerOperation.Kind.allCases) func isWhatWasPacked(kind: PointerOperation.Kind) {
    for name in [0, 1, 131_072, PointerOperation.nameLimit - 1] {
      for number in [
        0, 1, -1, 1 << 34, -(1 << 35), 1 << 35 - 1, 1 << 35, 1 << 62, -(1 << 62), .max, .min, (1 << 31) + 24, 3 << 60,
      ] {
        let operation = PointerOperation(word: PointerOperation(kind, name, number).word)
        #expect(operation.kind == kind && operation.name == name && operation.number == number)
      }
    }
  }

  @Test func aTraceHasAllNamesThatItUses() {
    _ = Catalogue.all
    func findings(_ operation: PointerOperation, slots: Int) -> [String] {
      TraceLint.findings(
        in: Trace(
          vocabulary: PointerVocabulary.name, name: "test", slotCount: slots, operations: [operation.word])
      )
      .map(\.message)
    }
    #expect(findings(PointerOperation(.allocate, 3, 100), slots: 4) == [])
    #expect(findings(PointerOperation(.allocate, 3, 100), slots: 3) == ["slot 3, where the trace has 3 slots"])
    #expect(findings(PointerOperation(.copy, 0, 9), slots: 9) == ["slot 9, where the trace has 9 slots"])
  }

  @Test func readsAsPeopleSayIt() {
    func text(_ kind: PointerOperation.Kind, _ name: Int, _ number: Int = 0) -> String {
      PointerVocabulary.describe(operation: PointerOperation(kind, name, number).word)
    }
    #expect(text(.allocate, 3, 24) == "p3 = allocate(24)")
    #expect(text(.advance, 3, -(1 << 62)) == "p3 = advance(p3, by: -2^62)")
    #expect(text(.read, 3, 1) == "read 1 byte at p3")
    #expect(text(.write, 3, .max) == "write Int.max bytes at p3")
    #expect(text(.store, 3, 4) == "write the pointer p4 to memory at p3")
    #expect(text(.load, 3, 4) == "p3 = the pointer in memory at p4")
    #expect(text(.copy, 3, 4) == "p3 = p4")
    let read = PointerOperation(.read, 3, 1).word
    #expect(PointerVocabulary.describe(outcome: PointerVocabulary.none, of: read) == "refused")
  }
}
