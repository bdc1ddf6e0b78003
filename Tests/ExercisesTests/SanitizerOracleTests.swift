import AllocLab
import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A program's accesses, and answers made by hand.
private struct Program {
  private var oracle: SanitizerOracle
  private var index = 0
  private let heapEnd: Int

  init(limit: Int = 1 << 16, names: Int = 200, attendedBy secret: UInt64? = nil) {
    oracle = SanitizerOracle(
      for: Trace(
        vocabulary: AccessVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)], slotCount: names, operations: []))
    heapEnd = limit
    if let secret { oracle.attend(secret: secret) }
  }

  private mutating func check(_ operation: AccessOperation, _ outcome: UInt64, _ heap: HeapView?) -> ViolationKind? {
    let window = Window(firstIndex: index, damage: nil, heap: heap, heapEnd: heapEnd)
    let (operations, outcomes) = ([operation.word], [outcome])
    index += 1
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)?.kind
  }

  /// What the oracle says of an answer.
  mutating func callAsFunction(
    _ kind: AccessOperation.Kind, _ name: Int, _ number: Int = 0, at offset: Int = 0, _ outcome: UInt64 = 0,
    heap: HeapView? = nil
  ) -> ViolationKind? {
    check(AccessOperation(kind, name, number, offset: offset), outcome, heap)
  }

  mutating func point(_ name: Int, _ other: Int, _ distance: Int) {
    _ = check(AccessOperation(.point, name, other, number: distance), 0, nil)
  }

  mutating func copy(_ source: Int, to destination: Int, _ count: Int, _ outcome: UInt64 = 0) -> ViolationKind? {
    check(AccessOperation(.copy, destination, source, number: count), outcome, nil)
  }

  mutating func finish(_ heap: HeapView) -> ViolationKind? { oracle.finish(heap: heap)?.kind }
}

private typealias Fault = AccessVocabulary.Fault

private func told(_ fault: Fault, _ address: Int, _ object: Int?) -> UInt64 {
  AccessVocabulary.fault(fault.rawValue, at: address, object: object)
}

@Suite("The oracle of sanitizer") struct SanitizerOracleTests {
  @Test func faultsAreAsStudentsHaveThem() {
    #expect(Fault.allCases.map(\.rawValue) == MemoryFault.Kind.allCases.map(\.rawValue))
    #expect(Fault.allCases.map { "\($0)" } == MemoryFault.Kind.allCases.map { "\($0)" })
  }

  @Test func accessesAreToldByTheirFirstBadByte() {
    var program = Program()
    #expect(program(.allocate, 0, 20, 64) == nil)
    #expect(program(.read, 0, 20) == nil)
    #expect(program(.read, 0, 20, told(.overflow, 84, 64)) == .faultInvented)
    #expect(program(.read, 0, 21) == .missedOutside)
    #expect(program(.read, 0, 21, told(.overflow, 84, 64)) == nil)
    #expect(program(.read, 0, 30, told(.overflow, 85, 64)) == .wrongByte)
    #expect(program(.read, 0, 30, told(.underflow, 84, 64)) == .wrongFault)
    #expect(program(.read, 0, 30, told(.overflow, 84, 72)) == .wrongObject)
    #expect(program(.read, 0, 30, told(.overflow, 84, nil)) == .wrongObject)
    #expect(program(.write, 0, .max, at: -3, told(.underflow, 61, 64)) == nil)
    #expect(program(.write, 0, .max, at: -3) == .missedOutside)
    // Bits without a kind are no verdict.
    #expect(program(.read, 0, 30, 5) == .missedOutside)
    #expect(program(.read, 0, 20, 5) == .faultInvented)
    #expect(program(.read, 0, 0, at: -100) == nil)
  }

  @Test func theNearerObjectCounts() {
    var program = Program()
    #expect(program(.allocate, 0, 8, 64) == nil)
    #expect(program(.allocate, 1, 8, 96) == nil)
    // 72 ..< 96 lie between: 12 bytes are nearer to the lower one, or as near.
    for byte in 72..<96 {
      let fault = byte < 84 ? told(.overflow, byte, 64) : told(.underflow, byte, 96)
      let other = byte < 84 ? told(.underflow, byte, 96) : told(.overflow, byte, 64)
      #expect(program(.read, 0, 1, at: byte - 64, fault) == nil, "\(byte)")
      #expect(program(.read, 0, 1, at: byte - 64, other) == .wrongFault, "\(byte)")
    }
    // Sixteen bytes are near, and no more.
    #expect(program(.read, 1, 1, at: 23, told(.wild, 119, nil)) == .wrongFault)
    #expect(program(.read, 1, 1, at: 24, told(.wild, 120, nil)) == nil)
    #expect(program(.read, 1, 1, at: 24, told(.overflow, 120, 96)) == nil)
    #expect(program(.read, 1, 1, at: 24, told(.uninitialisedUse, 120, 96)) == .wrongFault)
    #expect(program(.read, 1, 1, at: 24) == .missedOutside)
    #expect(program(.read, 0, 1, at: -16, told(.wild, 48, nil)) == .wrongFault)
    #expect(program(.read, 0, 1, at: -17, told(.wild, 47, nil)) == nil)
  }

  @Test func anObjectOfNoBytesHasItsSurroundings() {
    var program = Program()
    #expect(program(.allocate, 0, 0, 64) == nil)
    #expect(program(.read, 0, 1, told(.overflow, 64, 64)) == nil)
    #expect(program(.read, 0, 1, at: -1, told(.underflow, 63, 64)) == nil)
    #expect(program(.read, 0, 1, at: 15, told(.overflow, 79, 64)) == nil)
    #expect(program(.read, 0, 1, at: 16, told(.wild, 80, nil)) == nil)
    #expect(program(.allocate, 1, 8, 64) == .overlap)
    #expect(program(.allocate, 1, 8, 72) == .thinRedzone)
    #expect(program(.allocate, 1, 0, 80) == nil)
    #expect(program(.deallocate, 0) == nil)
    #expect(program(.deallocate, 0, 0, told(.doubleFree, 64, 64)) == nil)
    #expect(program(.read, 0, 1, told(.underflow, 64, 80)) == nil)
  }

  @Test func addressesMayBeAnyNumber() {
    var program = Program()
    #expect(program(.allocate, 0, 8, 64) == nil)
    for distance in [Int.max, Int.min, 1 << 40, -65] {
      program.point(1, 0, distance)
      #expect(program(.read, 1, .max, told(.wild, 64 &+ distance, nil)) == nil)
      #expect(program(.read, 1, 1) == .missedOutside)
      #expect(program(.deallocate, 1, 0, told(.invalidFree, 64 &+ distance, nil)) == nil)
      #expect(program(.deallocate, 1) == .missedFree)
      #expect(program(.read, 1, 1, told(.wild, 64, nil)) == .wrongByte)
    }
  }

  @Test func onlyUsesNeedWhatWasWritten() {
    var program = Program()
    #expect(program(.allocate, 0, 20, 64) == nil)
    #expect(program(.read, 0, 20) == nil)
    #expect(program(.use, 0, 20) == .missedUse)
    #expect(program(.use, 0, 20, told(.uninitialisedUse, 64, 64)) == nil)
    #expect(program(.write, 0, 7, at: 2) == nil)
    #expect(program(.use, 0, 7, at: 2) == nil)
    #expect(program(.use, 0, 7, at: 2, told(.uninitialisedUse, 72, 64)) == .faultInvented)
    #expect(program(.use, 0, 100, at: 2, told(.uninitialisedUse, 73, 64)) == nil)
    #expect(program(.use, 0, 100, at: 2, told(.overflow, 84, 64)) == .wrongByte)
    // What is refused writes nothing.
    #expect(program(.write, 0, 100, at: 9, told(.overflow, 84, 64)) == nil)
    #expect(program(.use, 0, 1, at: 9) == .missedUse)
    #expect(program(.write, 0, 20) == nil)
    #expect(program(.use, 0, 21, told(.overflow, 84, 64)) == nil)
    // Another object at the same place begins anew.
    #expect(program(.deallocate, 0) == nil)
    for name in 1..<30 {
      #expect(program(.allocate, name, 1, UInt64(64 + 40 * name)) == nil)
      #expect(program(.deallocate, name) == nil)
    }
    #expect(program(.allocate, 0, 20, 64) == nil)
    #expect(program(.use, 0, 20) == .missedUse)
  }

  @Test(arguments: [0, 1, 7, 8, 63, 64, 65], [-70, -9, -1, 0, 1, 3, 8, 64, 65]) func copiesCarryWhatIsWritten(
    offset: Int, distance: Int
  ) {
    var program = Program()
    #expect(program(.allocate, 0, 400, 64) == nil)
    // Every third byte, and a few runs.
    let written = (0..<400).map { $0 % 3 == 0 || $0 % 100 > 80 }
    for byte in 0..<400 where written[byte] { #expect(program(.write, 0, 1, at: byte) == nil) }
    program.point(1, 0, 100 + offset)
    program.point(2, 1, distance)
    #expect(program.copy(1, to: 2, 150) == nil)
    for byte in 0..<400 {
      let from = byte - distance
      let expected = (100 + offset..<250 + offset).contains(from) ? written[from] : written[byte]
      let wrong = program(.use, 0, 1, at: byte)
      #expect((wrong == .missedUse) == !expected, "\(byte)")
    }
  }

  @Test func ofACopyTheSourceCountsFirst() {
    var program = Program()
    #expect(program(.allocate, 0, 8, 64) == nil)
    #expect(program(.allocate, 1, 16, 96) == nil)
    #expect(program.copy(0, to: 1, 9, told(.overflow, 72, 64)) == nil)
    #expect(program.copy(1, to: 0, 9, told(.overflow, 72, 64)) == nil)
    #expect(program.copy(1, to: 0, 17, told(.overflow, 112, 96)) == nil)
    #expect(program.copy(1, to: 0, 17, told(.overflow, 72, 64)) == .wrongByte)
    #expect(program.copy(1, to: 0, 9) == .missedOutside)
    #expect(program.copy(1, to: 0, 0) == nil)
  }

  @Test func anObjectEndsOnceByItsFirstByte() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 64) == nil)
    program.point(1, 0, 8)
    program.point(2, 0, 24)
    #expect(program(.deallocate, 1) == .missedFree)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 72, 64)) == nil)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 72, nil)) == .wrongObject)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 64, 64)) == .wrongByte)
    #expect(program(.deallocate, 2, 0, told(.invalidFree, 88, nil)) == nil)
    #expect(program(.deallocate, 2, 0, told(.doubleFree, 88, nil)) == .wrongFault)
    #expect(program(.deallocate, 0, 0, told(.doubleFree, 64, 64)) == .faultInvented)
    #expect(program(.deallocate, 0) == nil)
    #expect(program(.deallocate, 0) == .missedFree)
    #expect(program(.deallocate, 0, 0, told(.invalidFree, 64, 64)) == .wrongFault)
    #expect(program(.deallocate, 0, 0, told(.doubleFree, 64, 64)) == nil)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 72, 64)) == nil)
    #expect(program(.read, 0, 1) == .missedUseAfterFree)
    #expect(program(.read, 0, 9, at: 8, told(.useAfterFree, 72, 64)) == nil)
    #expect(program(.read, 0, 9, at: 8, told(.wild, 72, nil)) == .wrongFault)
  }

  @Test func asMuchIsRememberedAsMustBe() {
    // A 32nd of 64 KiB is 25 objects of up to 16 bytes, at 80 each, and 48 bytes.
    var program = Program()
    for name in 0..<27 { #expect(program(.allocate, name, name % 17, UInt64(64 + 40 * name)) == nil) }
    for name in 0..<25 { #expect(program(.deallocate, name) == nil) }
    #expect(program(.allocate, 100, 8, 64) == .earlyReuse)
    #expect(program(.allocate, 100, 8, 104) == .earlyReuse)
    #expect(program(.allocate, 100, 8, 88) == .thinRedzone)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 104, nil)) == .wrongFault)
    #expect(program(.deallocate, 25) == nil)
    // The first is forgotten now, and may be called either.
    #expect(program(.deallocate, 0, 0, told(.invalidFree, 64, nil)) == nil)
    #expect(program(.deallocate, 0, 0, told(.doubleFree, 64, 64)) == nil)
    #expect(program(.deallocate, 1, 0, told(.invalidFree, 104, nil)) == .wrongFault)
    #expect(program(.deallocate, 26) == nil)
    #expect(program(.read, 1, 1, told(.wild, 104, nil)) == nil)
    #expect(program(.read, 1, 1) == .missedOutside)
    #expect(program(.allocate, 100, 8, 64) == nil)
    // One that is larger than all that is remembered is forgotten at once, and all before it.
    #expect(program(.allocate, 101, 3000, 8192) == nil)
    #expect(program(.deallocate, 101) == nil)
    #expect(program(.allocate, 102, 8, 8192) == nil)
    #expect(program(.allocate, 103, 8, 1104) == nil)
  }

  @Test func objectsLieApartAndInTheHeap() {
    var program = Program()
    #expect(program(.allocate, 0, 24, 64) == nil)
    #expect(program(.allocate, 1, 24, 80) == .overlap)
    #expect(program(.allocate, 1, 24, 48) == .overlap)
    #expect(program(.allocate, 1, 200, 16) == .overlap)
    #expect(program(.allocate, 1, 0, 72) == .overlap)
    #expect(program(.allocate, 1, 24, 88) == .thinRedzone)
    #expect(program(.allocate, 1, 24, 96) == .thinRedzone)
    #expect(program(.allocate, 1, 24, 100) == .misaligned)
    #expect(program(.allocate, 1, 8, 8) == .thinRedzone)
    #expect(program(.allocate, 1, 8, 48) == .thinRedzone)
    #expect(program(.allocate, 1, 24, 65_536 - 24) == .thinRedzone)
    #expect(program(.allocate, 1, 24, 65_536 - 16) == .outOfHeap)
    #expect(program(.allocate, 1, 24, 1 << 63) == .outOfHeap)
    #expect(program(.allocate, 1, 24, 104) == nil)
    #expect(program(.allocate, 2, 8, 40) == nil)
    #expect(program(.allocate, 3, 24, 65_536 - 40) == nil)
  }

  @Test func whatMustHaveRoomIsServed() {
    // An eighth of the heap: 64 objects of 64 bytes, at 128 each.
    var program = Program()
    for name in 0..<63 { #expect(program(.allocate, name, 64, UInt64(64 + 80 * name)) == nil) }
    #expect(program(.allocate, 63, 64, AccessVocabulary.none) == .failedWithRoom)
    #expect(program(.allocate, 63, 65, AccessVocabulary.none) == nil)
    // What has ended is remembered, and counts; once it is forgotten, its place does.
    #expect(program(.deallocate, 0) == nil)
    #expect(program(.allocate, 63, 33, AccessVocabulary.none) == .failedWithRoom)
    #expect(program(.allocate, 63, 33, 16_384) == nil)
    #expect(program(.allocate, 64, 33, AccessVocabulary.none) == nil)
    for name in 1..<17 { #expect(program(.deallocate, name) == nil) }
    #expect(program(.allocate, 64, 33, AccessVocabulary.none) == .failedWithRoom)
    #expect(program(.allocate, 64, .max, AccessVocabulary.none) == nil)
  }

  @Test(arguments: [nil, 99 as UInt64]) func bytesStayWhatTheProgramWrote(secret: UInt64?) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    guard let base = memory.baseAddress else { return }
    let heap = HeapView(base: base, byteCount: 4096, touchedBytes: 0)
    var program = Program(limit: 4096, attendedBy: secret)
    #expect(program(.allocate, 0, 50, 64, heap: heap) == nil)
    // In an attended replay the judge writes; else the driver, as here.
    if secret == nil { PayloadPattern.fill(base + 64, count: 50, key: AddressPattern.key(at: 64)) }
    #expect(program(.write, 0, 50, heap: heap) == nil)
    #expect(program.finish(heap) == nil)
    for byte in [64, 71, 72, 113] {
      memory[byte] ^= 1
      #expect(program.finish(heap) == .payloadChanged, "\(byte)")
      memory[byte] ^= 1
    }
    memory[114] ^= 1
    #expect(program.finish(heap) == nil)
    #expect(program(.deallocate, 0, heap: heap) == nil)
    memory[80] ^= 1
    #expect(program.finish(heap) == nil)
  }
}

@Suite("An operation on watched memory") struct AccessOperationTests {
  @Test(arguments: [AccessOperation.Kind.read, .write, .use]) func isWhatWasPacked(kind: AccessOperation.Kind) {
    for name in [0, 1, AccessOperation.nameLimit - 1] {
      for offset in [0, 1, -1, AccessOperation.offsetLimit - 1, -AccessOperation.offsetLimit] {
        for count in [0, 1, 1 << 24 - 1, 1 << 24, 5 << 30, .max] {
          let operation = AccessOperation(word: AccessOperation(kind, name, count, offset: offset).word)
          #expect(operation.kind == kind && operation.name == name)
          #expect(operation.offset == offset && operation.count == count && operation.number == count)
        }
      }
    }
  }

  @Test(arguments: [AccessOperation.Kind.copy, .point]) func ofTwoNamesIsWhatWasPacked(kind: AccessOperation.Kind) {
    for number in [0, 1, -1, 1 << 22 - 1, -(1 << 22), 1 << 22, 1 << 62, .min, .max, 3 << 60] {
      let operation = AccessOperation(word: AccessOperation(kind, 7, 65_535, number: number).word)
      #expect(operation.kind == kind && operation.name == 7 && operation.other == 65_535)
      #expect(operation.distance == number)
      #expect(operation.number == (kind == .copy ? max(0, number) : number))
    }
  }

  @Test func sizesArePacked() {
    for size in [0, 1, 1 << 44, 1 << 45 - 2, .max] {
      #expect(AccessOperation(word: AccessOperation(.allocate, 3, size).word).size == size)
    }
    #expect(AccessOperation(word: 7).kind == nil && AccessOperation(word: 7).number == 0)
  }

  @Test func readsAsPeopleSayIt() {
    func text(_ operation: AccessOperation) -> String { AccessVocabulary.describe(operation: operation.word) }
    #expect(text(AccessOperation(.allocate, 3, 24)) == "p3 = allocate(24)")
    #expect(text(AccessOperation(.allocate, 3, .max)) == "p3 = allocate(Int.max)")
    #expect(text(AccessOperation(.read, 3, 1, offset: 24)) == "read 1 byte at p3 + 24")
    #expect(text(AccessOperation(.use, 3, 8, offset: -1)) == "use 8 bytes at p3 - 1")
    #expect(text(AccessOperation(.write, 3, 1 << 30)) == "write 2^30 bytes at p3")
    #expect(text(AccessOperation(.copy, 3, 4, number: 8)) == "copy 8 bytes from p4 to p3")
    #expect(text(AccessOperation(.point, 3, 4, number: .min)) == "p3 = p4 - 2^63")
    #expect(text(AccessOperation(.deallocate, 3)) == "deallocate(p3)")
    #expect(AccessVocabulary.verdict(told(.overflow, 84, 64)) == "overflow at 0x0054, of the object at 0x0040")
    #expect(AccessVocabulary.verdict(told(.wild, -1, nil)) == "wild access at an address outside the heap")
    #expect(AccessVocabulary.verdict(0) == "nothing wrong")
  }

  @Test func aTraceHasAllNamesThatItUses() {
    _ = Catalogue.all
    func findings(_ operation: AccessOperation, slots: Int) -> [String] {
      TraceLint.findings(
        in: Trace(vocabulary: AccessVocabulary.name, name: "test", slotCount: slots, operations: [operation.word])
      )
      .map(\.message)
    }
    #expect(findings(AccessOperation(.allocate, 3, 100), slots: 4) == [])
    #expect(findings(AccessOperation(.allocate, 3, 100), slots: 3) == ["slot 3, where the trace has 3 slots"])
    #expect(findings(AccessOperation(.copy, 0, 9, number: 1), slots: 9) == ["slot 9, where the trace has 9 slots"])
  }
}
