import AllocLab
import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A program under attack, and answers made by hand, over a heap that the judge sees.
private final class Attack {
  private var oracle: HardeningOracle
  let heap: UnsafeMutableRawPointer
  private let limit = 1 << 22
  private var index = 0

  init(guessed: Bool = false) {
    let parameters = [("heap.limit", limit), (HardeningOracle.guessedParameter, guessed ? 1 : 0)]
    oracle = HardeningOracle(
      for: Trace(
        vocabulary: AttackVocabulary.name, name: "test",
        parameters: parameters.map { TraceParameter(name: $0.0, value: $0.1) }, slotCount: 400, operations: []))
    heap = .allocate(byteCount: limit, alignment: 4096)
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
  }

  deinit { heap.deallocate() }

  var view: HeapView { HeapView(base: heap, byteCount: limit, touchedBytes: 0) }

  private func check(_ operation: AttackOperation, _ outcome: UInt64) -> ViolationKind? {
    let window = Window(firstIndex: index, damage: nil, heap: view, heapEnd: limit)
    let (operations, outcomes) = ([operation.word], [outcome])
    index += 1
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)?.kind
  }

  func allocate(_ name: Int, _ size: Int, alignment: Int = 1, at outcome: UInt64) -> ViolationKind? {
    check(AttackOperation(allocate: name, size: size, alignment: alignment), outcome)
  }

  func scribble(_ name: Int, at offset: Int, _ count: Int, through: Int? = nil) -> ViolationKind? {
    check(AttackOperation(scribble: name, at: offset, count), UInt64(through ?? count))
  }

  /// The end of a block that is poisoned as it should be.
  func end(_ name: Int, at base: Int, _ size: Int, _ outcome: UInt64 = 0) -> ViolationKind? {
    (heap + base).initializeMemory(as: UInt8.self, repeating: AttackVocabulary.poison, count: size)
    return self(.deallocate, name, 0, outcome)
  }

  func callAsFunction(
    _ kind: AttackOperation.Kind, _ name: Int = 0, _ number: Int = 0, _ outcome: UInt64 = 0
  ) -> ViolationKind? {
    check(AttackOperation(kind, name, number), outcome)
  }

  /// Several requests that are looked at together.
  func window(_ steps: [(AttackOperation, UInt64)]) -> ViolationKind? {
    let window = Window(firstIndex: index, damage: nil, heap: view, heapEnd: limit)
    let (operations, outcomes) = (steps.map { $0.0.word }, steps.map { $0.1 })
    index += steps.count
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)?.kind
  }

  func finish() -> ViolationKind? { oracle.finish(heap: view)?.kind }

  func verdict(onEnd kind: ViolationKind) -> ViolationKind? {
    oracle.verdict(onEnd: Violation(kind, at: index, ""))?.kind
  }

  var measurements: [String: Double] {
    Dictionary(uniqueKeysWithValues: oracle.measurements.map { ($0.name, $0.value) })
  }
}

private func told(_ report: AttackVocabulary.Report) -> UInt64 { AttackVocabulary.report | UInt64(report.rawValue) }

@Suite("The oracle of hardening") struct HardeningOracleTests {
  @Test func wordsAreAsStudentsHaveThem() {
    #expect(AttackVocabulary.Report.allCases.map(\.rawValue) == MemoryCorruption.allCases.map(\.rawValue))
    #expect(AttackVocabulary.Report.allCases.map { "\($0)" } == MemoryCorruption.allCases.map { "\($0)" })
    for number in [0, 1, -1, 4096, -4096, .max, .min, 1 << 42, -(1 << 42)] {
      #expect(AttackOperation(.forge, 0, number).number == number)
    }
    let operation = AttackOperation(scribble: 65_535, at: -256, 1 << 20 - 1)
    #expect(operation.name == 65_535 && operation.offset == -256 && operation.count == 1 << 20 - 1)
    let request = AttackOperation(allocate: 3, size: .max, alignment: 4096)
    #expect(request.name == 3 && request.size == .max && request.alignment == 4096)
  }

  @Test func blocksAreServedEmptyAndApart() {
    let attack = Attack()
    #expect(attack.allocate(0, 100, at: 0x1000) == nil)
    #expect(attack.allocate(1, 8, at: 0x1063) == .overlap)
    #expect(attack.allocate(1, 8, alignment: 16, at: 0x2008) == .misaligned)
    #expect(attack.allocate(1, 8, at: 1 << 22) == .outOfHeap)
    #expect(attack.allocate(1, 8, at: AttackVocabulary.none) == .failedWithRoom)
    #expect(attack.allocate(1, 1 << 22, at: AttackVocabulary.none) == nil)
    #expect(attack.allocate(1, 8, at: told(.writeAfterFree)) == .falseAlarm)
    #expect(attack.allocate(1, 8, at: told(.overflow)) == .wrongReport)
    attack.heap.storeBytes(of: 1, toByteOffset: 0x3007, as: UInt8.self)
    #expect(attack.allocate(1, 8, at: 0x3000) == .secretReadable)
    attack.heap.storeBytes(of: 1, toByteOffset: 0x1050, as: UInt8.self)
    #expect(attack.finish() == .payloadChanged)
  }

  @Test func allBlocksOfAWindowAreLookedAtInItsEnd() {
    let requests = [
      (AttackOperation(allocate: 0, size: 8), UInt64(0x1000)), (AttackOperation(allocate: 1, size: 8), 0x1010),
    ]
    let secrets = Attack()
    secrets.heap.storeBytes(of: 1, toByteOffset: 0x1000, as: UInt8.self)
    #expect(secrets.window(requests) == .secretReadable)
    let attack = Attack()
    #expect(attack.window(requests) == nil)
    // The judge has filled both; one is poisoned now, and the other is not.
    (attack.heap + 0x1010).initializeMemory(as: UInt8.self, repeating: AttackVocabulary.poison, count: 8)
    let ends = [(AttackOperation(.deallocate, 1), UInt64(0)), (AttackOperation(.deallocate, 0), 0)]
    #expect(attack.window(ends) == .notPoisoned)
  }

  @Test func canariesTell() {
    let attack = Attack()
    for name in 0..<4 { #expect(attack.allocate(name, 100, at: UInt64(0x1000 + name * 0x400)) == nil) }
    #expect(attack.scribble(0, at: 107, 1) == nil)
    #expect(attack(.deallocate, 0) == .overflowMissed)
    #expect(attack(.deallocate, 0, 0, told(.doubleFree)) == .wrongReport)
    #expect(attack(.deallocate, 0, 0, told(.overflow)) == nil)
    // Condemned: told in any way, and nobody's.
    #expect(attack(.deallocate, 0, 0, told(.doubleFree)) == nil)
    #expect(attack.allocate(9, 100, at: 0x1040) == .overlap)
    // Behind the canary it may be told, far away it must not.
    #expect(attack.scribble(1, at: 108, 8) == nil)
    #expect(attack.end(1, at: 0x1400, 100) == nil)
    #expect(attack(.deallocate, 3, 0, told(.overflow)) == .falseAlarm)
    // A guard page right behind the block: no byte of the canary has changed.
    #expect(attack.scribble(2, at: 100, 8, through: 0) == nil)
    #expect(attack.end(2, at: 0x1800, 100) == nil)
  }

  @Test func neighboursAreOutOfReachOfSmallOverflows() {
    let attack = Attack()
    #expect(attack.allocate(0, 32, at: 0x1000) == nil)
    #expect(attack.allocate(1, 32, at: 0x1024) == nil)
    #expect(attack.scribble(0, at: 32, 4) == nil)
    #expect(attack.scribble(0, at: 32, 5) == .neighbourReached)
    #expect(attack.scribble(1, at: -5, 5) == .neighbourReached)
    #expect(attack.scribble(0, at: 32, 64) == nil)
  }

  @Test func canariesAreNotGuessed() {
    let attack = Attack()
    for name in 0..<3 { #expect(attack.allocate(name, 100, at: UInt64(0x1000 + name * 0x400)) == nil) }
    #expect(attack(.learn, 0, 0, 77) == nil)
    #expect(attack(.replay, 1, 0, 78) == nil)
    #expect(attack(.deallocate, 1) == .overflowMissed)
    #expect(attack(.replay, 2, 0, 77) == .canaryGuessed)
    #expect(attack(.replay, 2, 0, AttackVocabulary.none) == nil)
    #expect(attack(.restart) == nil)
    attack.heap.initializeMemory(as: UInt8.self, repeating: 0, count: 0x4000)
    #expect(attack.allocate(0, 100, at: 0x1000) == nil)
    #expect(attack(.learn, 0, 0, 79) == nil)
    #expect(attack(.learn, 0, 0, 77) == nil)
    #expect(attack(.restart) == nil)
    attack.heap.initializeMemory(as: UInt8.self, repeating: 0, count: 0x4000)
    #expect(attack.allocate(0, 50, at: 0x1032) == nil)
    #expect(attack(.learn, 0, 0, 77) == .canaryGuessed)
  }

  @Test func wrongFreesAreToldRightly() {
    let attack = Attack()
    #expect(attack.allocate(0, 100, at: 0x1000) == nil)
    #expect(attack(.deallocate, 0, 16) == .wrongFreeAccepted)
    #expect(attack(.deallocate, 0, 16, told(.doubleFree)) == .wrongReport)
    #expect(attack(.deallocate, 0, 16, told(.invalidFree)) == nil)
    #expect(attack(.forge, 0, .min, told(.invalidFree)) == nil)
    #expect(attack(.forge, 0, .max) == .wrongFreeAccepted)
    #expect(attack(.deallocate, 0, 0, told(.invalidFree)) == .falseAlarm)
    #expect(attack(.deallocate, 0) == .notPoisoned)
    #expect(attack(.deallocate, 0) == .doubleFreeAccepted)
    #expect(attack(.deallocate, 0, 0, told(.invalidFree)) == .wrongReport)
    #expect(attack(.deallocate, 0, 0, told(.doubleFree)) == nil)
    #expect(attack.measurements["detected"] == 3)
  }

  @Test func whatIsRememberedIsNotUsedAgain() {
    // A 64th of 4 MiB: of blocks of 4096 bytes 15 are remembered.
    let attack = Attack()
    for name in 0..<17 {
      #expect(attack.allocate(name, 4096, at: UInt64(0x10000 + name * 0x2000)) == nil)
    }
    for name in 0..<16 { #expect(attack.end(name, at: 0x10000 + name * 0x2000, 4096) == nil) }
    (attack.heap + 0x10800).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    #expect(attack.allocate(20, 64, at: 0x12800) == .earlyReuse)
    #expect(attack.allocate(20, 64, at: 0x10800) == nil)
    #expect(attack(.deallocate, 0, 0, told(.invalidFree)) == nil)
    #expect(attack(.deallocate, 1, 0, told(.invalidFree)) == .wrongReport)
  }

  @Test func poisonOrZeroIsLeftBehind() {
    for (byte, isRight) in [(AttackVocabulary.poison, true), (0, true), (1, false), (0xda, false)] {
      for place in [0, 7, 8, 29] {
        let attack = Attack()
        #expect(attack.allocate(0, 30, at: 0x1000) == nil)
        (attack.heap + 0x1000).initializeMemory(as: UInt8.self, repeating: AttackVocabulary.poison, count: 30)
        attack.heap.storeBytes(of: byte, toByteOffset: 0x1000 + place, as: UInt8.self)
        #expect((attack(.deallocate, 0) == nil) == isRight, "\(byte) at \(place)")
      }
    }
  }

  @Test func guardPagesStop() {
    let attack = Attack()
    #expect(attack.allocate(0, 20_000, at: 0x10000) == nil)
    #expect(attack(.touch, 0, -4096, 1) == .guardMissing)
    #expect(attack(.touch, 0, 20_000 + 4095, 1) == .guardMissing)
    #expect(attack(.touch, 0, -4096, 0) == nil)
    #expect(attack(.touch, 0, 20_000 + 4095, 0) == nil)
    #expect(attack(.touch, 0, 19_999, 0) == .blockUnusable)
    #expect(attack(.touch, 0, 19_999, 1) == nil)
    #expect(attack.scribble(0, at: 20_000, 8192) == .guardMissing)
    #expect(attack.scribble(0, at: 20_000, 8192, through: 480) == nil)
    #expect(attack(.deallocate, 0) == .overflowMissed)
    // Smaller ones need none.
    #expect(attack.allocate(1, 16_383, at: 0x20000) == nil)
    #expect(attack(.touch, 1, -4096, 1) == nil)
  }

  @Test func whatWasWrittenAfterFreeMayBeToldOnce() {
    let attack = Attack()
    #expect(attack.allocate(0, 100, at: 0x1000) == nil)
    #expect(attack.end(0, at: 0x1000, 100) == nil)
    #expect(attack.scribble(0, at: 0, 1) == nil)
    #expect(attack.allocate(1, 100, at: told(.writeAfterFree)) == nil)
    #expect(attack.allocate(1, 100, at: told(.writeAfterFree)) == nil)
    #expect(attack.allocate(1, 100, at: told(.writeAfterFree)) == .falseAlarm)
  }

  @Test func whoeverEndsAfterAnAttackEndsBecauseOfIt() {
    let attack = Attack()
    #expect(attack.verdict(onEnd: .crash) == .crash)
    #expect(attack.allocate(0, 100, at: 0x1000) == nil)
    #expect(attack.scribble(0, at: -8, 8) == nil)
    for kind in [ViolationKind.crash, .hang, .strayAccess] { #expect(attack.verdict(onEnd: kind) == .recordsDestroyed) }
    #expect(attack.verdict(onEnd: .flood) == .flood)
  }

  @Test("what follows a rule is foreseen", arguments: ["bump", "same", "cycle", "eight", "random"])
  func guesses(rule: String) {
    let attack = Attack(guessed: true)
    var generator = SeededGenerator(seed: 1)
    var found: ViolationKind?
    // In the random one 64 places, in another order in each process.
    for life in 0..<60 where found == nil {
      var places = (0..<64).map { $0 }.shuffled(using: &generator)
      for number in 0..<20 where found == nil {
        let place =
          switch rule {
          case "bump": life * 30 + number
          case "same": number * number % 61 + number * 64
          case "cycle": (number + life) * 37 % 64 + 64 * (number / 64)
          case "eight": number * 8 + generator.below(8)
          default: places.removeLast()
          }
        found = attack.allocate(number, 32, at: UInt64(0x1000 + 64 * place))
      }
      _ = attack(.restart)
      attack.heap.initializeMemory(as: UInt8.self, repeating: 0, count: 1 << 18)
    }
    #expect(found == (rule == "random" ? nil : .predictableAddress))
    if rule == "random" { #expect((attack.measurements["min-entropy"] ?? 0) > 5) }
  }

  @Test func aTraceIsMadeShort() throws {
    var builder = AttackTraceBuilder()
    for _ in 0..<5 {
      let names = (0..<20).map { builder.allocate(100 + $0) }
      builder.overflow(names[7], by: 3)
      for name in names { builder.deallocate(name) }
      builder.restart()
    }
    let trace = builder.trace(heapLimit: 1 << 22)
    // Fails wherever the end of a block follows an overflow of it.
    func failure(_ trace: Trace) -> TraceFailure? {
      var smashed: Set<Int> = []
      for (index, word) in trace.operations.enumerated() {
        let operation = AttackOperation(word: word)
        switch operation.kind {
        case .restart: smashed = []
        case .scribble where operation.offset > 0: smashed.insert(operation.name)
        case .deallocate where smashed.contains(operation.name): return TraceFailure(by: index)
        default: break
        }
      }
      return nil
    }
    let shrunk = try #require(Shrinker(AttackReductions()).shrink(trace) { failure($0) })
    #expect(
      shrunk.trace.operations.map { AttackVocabulary.describe(operation: $0) } == [
        "p0 = allocate(1)", "overwrite 1 byte at p0 + 1", "deallocate(p0)",
      ])
  }
}
