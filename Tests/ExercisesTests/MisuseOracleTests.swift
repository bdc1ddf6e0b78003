import AllocLab
import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// A program that is debugged, and answers made by hand, over a heap that the judge sees.
private final class Debugging {
  private var oracle: MisuseOracle
  let heap: UnsafeMutableRawPointer
  private let limit = 1 << 20
  private var index = 0

  init() {
    oracle = MisuseOracle(
      for: Trace(
        vocabulary: MisuseVocabulary.name, name: "test",
        parameters: [TraceParameter(name: "heap.limit", value: limit)], slotCount: 40, operations: []))
    heap = .allocate(byteCount: limit, alignment: 4096)
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
  }

  deinit { heap.deallocate() }

  private var view: HeapView { HeapView(base: heap, byteCount: limit, touchedBytes: 0) }

  private func check(_ operation: MisuseOperation, _ outcome: UInt64, _ answer: [UInt64] = []) -> Violation? {
    let window = Window(firstIndex: index, damage: nil, heap: view, heapEnd: limit, answers: Answers(answer))
    let (operations, outcomes) = ([operation.word], [outcome])
    index += 1
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
  }

  /// A new block, with bytes as they should be.
  func allocate(_ name: Int, _ size: Int, family: Int = 0, at base: UInt64, fresh: UInt8 = 0xcd) -> ViolationKind? {
    if size < limit, base < UInt64(limit - size) { fill(Int(base), size, fresh) }
    return check(MisuseOperation(.allocate, name, size, family: family, site: made), base)?.kind
  }

  func fill(_ base: Int, _ count: Int, _ byte: UInt8) {
    (heap + base).initializeMemory(as: UInt8.self, repeating: byte, count: count)
  }

  func write(_ name: Int, at offset: Int, _ count: Int = 1) -> UInt64 {
    let operation = MisuseOperation(.write, name, at: offset, count: count)
    #expect(oracle.isJudges(operation.word))
    let outcome = oracle.perform(operation.word, heap: view, heapEnd: limit)
    #expect(check(operation, outcome) == nil)
    return outcome
  }

  /// What is found wrong with an operation that is answered with reports.
  func callAsFunction(
    _ kind: MisuseOperation.Kind, _ name: Int = 0, _ number: Int = 0, family: Int = 0, telling reports: [[UInt64]] = [],
    block: UInt64? = nil
  ) -> ViolationKind? {
    violation(kind, name, number, family: family, telling: reports, block: block)?.kind
  }

  func violation(
    _ kind: MisuseOperation.Kind, _ name: Int = 0, _ number: Int = 0, family: Int = 0, telling reports: [[UInt64]] = [],
    block: UInt64? = nil
  ) -> Violation? {
    let answer = Array(reports.joined()) + (block.map { [$0] } ?? [])
    return check(
      MisuseOperation(kind, name, number, family: family, site: found), UInt64(answer.count), answer)
  }

  func verdict(onEnd kind: ViolationKind) -> ViolationKind? {
    oracle.verdict(onEnd: Violation(kind, at: index, ""))?.kind
  }
}

private let made = SiteCode(1, 10)
private let found = SiteCode(2, 20)
private let (madeAt, foundAt, none) = (UInt64(1) << 32 | 10, UInt64(2) << 32 | 20, UInt64.max)

/// A block of 24 bytes at 4096, whose tag behind it is damaged at its second byte.
private func overflown() -> Debugging {
  let program = Debugging()
  #expect(program.allocate(0, 24, at: 4096) == nil)
  #expect(program.write(0, at: 25) == 1)
  return program
}

private let overflow: [UInt64] = [2, 4096, 24, 25, 1, madeAt, none, foundAt]
private let doubleFree: [UInt64] = [4, 4096, 24, 0, 0, madeAt, foundAt, foundAt]

@Suite("The oracle of the debug allocator") struct MisuseOracleTests {
  @Test func wordsAreAsStudentsHaveThem() {
    #expect(MisuseVocabulary.Kind.allCases.map(\.rawValue) == MisuseReport.Kind.allCases.map(\.rawValue))
    #expect(MisuseVocabulary.Kind.allCases.map { "\($0)" } == MisuseReport.Kind.allCases.map { "\($0)" })
    let sizes = [0, 1, 16_776_959, .max, .max - 255]
    #expect(sizes.map { MisuseOperation(.allocate, 5, $0).size } == sizes)
    for (number, shift, address) in [
      (-1 << 24, 39, Int.min), (1, 62, 1 << 62), (.max, 0, .max), (-1, 0, -1), (-1, 31, -(1 << 31)),
    ] { #expect(MisuseOperation(.forge, shift, number).forged == address) }
    let write = MisuseOperation(.write, MisuseOperation.nameLimit - 1, at: -16, count: 65_535)
    #expect(write.name == MisuseOperation.nameLimit - 1 && write.number == -16 && write.count == 65_535)
    let lines = (0..<4096).map { SiteCode(3, $0).line }
    #expect(Set(lines).count == 4096 && lines.max() == .max)
    #expect(Set((0..<16).map { SiteCode($0, 0).file }).count == 16)
  }

  @Test func rightReportsAreRightInAnyOrder() {
    let program = overflown()
    #expect(program.write(0, at: -16, 40) == 16)
    let underflow: [UInt64] = [1, 4096, 24, UInt64(bitPattern: -16), 16, madeAt, none, foundAt]
    #expect(program(.check, telling: [overflow, underflow]) == nil)
    // Once is enough.
    #expect(program(.check, telling: []) == nil)
    program.fill(4096, 24, 0xdd)
    #expect(program(.deallocate, 0, 0, telling: []) == nil)
    #expect(program(.deallocate, 0, 0, telling: [doubleFree]) == nil)
    #expect(program.write(0, at: -100, 200) == 56)
    #expect(program(.shutDown, telling: []) == .damageUntold)
  }

  @Test(
    arguments: [
      ([], ViolationKind.damageUntold), ([[3, 4096, 24, 25, 1, madeAt, none, foundAt]], .misjudged),
      ([[2, 4096, 24, 24, 1, madeAt, none, foundAt]], .wrongExtent),
      ([[2, 4096, 24, 25, 2, madeAt, none, foundAt]], .wrongExtent),
      ([[2, 4096, 32, 25, 1, madeAt, none, foundAt]], .wrongBlock),
      ([[2, 4112, 24, 25, 1, madeAt, none, foundAt]], .wrongBlock),
      ([[2, 4096, 24, 25, 1, foundAt, none, foundAt]], .wrongSite),
      ([[2, 4096, 24, 25, 1, madeAt, foundAt, foundAt]], .wrongSite),
      ([[2, 4096, 24, 25, 1, madeAt, none, madeAt]], .wrongSite),
      ([overflow, overflow], .falseReport), ([overflow, doubleFree], .falseReport),
      ([overflow, [.max, .max, .max, .max, .max, .max, .max, .max]], .falseReport),
      ([Array(overflow.dropLast())], .incompleteAnswer), ([overflow + [1]], .incompleteAnswer),
    ] as [([[UInt64]], ViolationKind)])
  func wrongReportsAreTold(reports: [[UInt64]], kind: ViolationKind) throws {
    #expect(overflown()(.check, telling: reports) == kind)
    let program = overflown()
    program.fill(4096, 24, 0xdd)
    #expect(program(.deallocate, 0, 0, telling: reports) == kind)
  }

  @Test func whatIsWrongIsShown() throws {
    let violation = try #require(overflown().violation(.check, telling: [[2, 4096, 24, 24, 1, madeAt, none, foundAt]]))
    #expect(
      violation.evidence == [
        "said:  overflow: block 0x1000 of 24 bytes, offset 24, 1 byte, made at list.c:10, found at parse.c:20",
        "right: overflow: block 0x1000 of 24 bytes, offset 25, 1 byte, made at list.c:10, found at parse.c:20",
        "0x0ff0 +- tag -+- 24 bytes -+- tag -+     the block of operation 0, which is live",
        "operation 1: write 1 byte at b0 + 25",
      ])
  }

  @Test func wrongEndsAreTold() {
    let program = overflown()
    let inner: [UInt64] = [5, 4096, 24, 8, 0, madeAt, none, foundAt]
    #expect(program(.deallocate, 0, 8, telling: [inner]) == nil)
    #expect(program(.deallocate, 0, 8, telling: []) == .badFreeMissed)
    #expect(program(.deallocate, 0, 8, telling: [[6, 4104, 0, 0, 0, none, none, foundAt]]) == .misjudged)
    #expect(program(.forge, 4, 1, telling: [[6, 16, 0, 0, 0, none, none, foundAt]]) == nil)
    #expect(program(.forge, 4, 1, telling: [inner]) == .misjudged)
    let mismatched: [UInt64] = [7, 4096, 24, 0, 0, madeAt, none, foundAt]
    program.fill(4096, 24, 0xdd)
    #expect(program(.deallocate, 0, family: 2, telling: [mismatched, overflow]) == nil)
    #expect(program(.deallocate, 0, family: 2, telling: [mismatched]) == .misjudged)
  }

  @Test func blocksAreLookedAt() {
    let program = overflown()
    #expect(program.allocate(1, 10, at: 4096 + 24 + 24) == .overlap)
    #expect(program.allocate(1, 10, at: 4096 + 56) == .misaligned)
    #expect(program.allocate(1, 10, at: 0) == .outOfHeap)
    #expect(program.allocate(1, 10, at: 1 << 20) == .outOfHeap)
    #expect(program.allocate(1, 10, at: .max - 15) == .outOfHeap)
    #expect(program.allocate(1, .max, at: 8192) == .outOfHeap)
    #expect(program.allocate(1, 10, at: none) == .failedWithRoom)
    #expect(program.allocate(1, .max - 8, at: none) == nil)
    #expect(program.allocate(1, 10, at: 8192, fresh: 0) == .markMissing)
    let other = Debugging()
    #expect(other.allocate(0, 24, at: 4096) == nil)
    other.fill(4096, 24, 0xdd)
    (other.heap + 4119).storeBytes(of: 0, as: UInt8.self)
    #expect(other(.deallocate, 0) == .markMissing)
    let third = Debugging()
    #expect(third.allocate(0, 24, at: 4096) == nil)
    third.fill(4096, 24, 0xdd)
    #expect(third(.deallocate, 0) == nil)
    #expect(third.allocate(1, 24, at: 4096 + 48) == .earlyReuse)
  }

  @Test func movesAreLookedAt() {
    func moved(_ change: (Debugging) -> Void = { _ in }, block: UInt64? = 8192) -> ViolationKind? {
      let program = Debugging()
      #expect(program.allocate(0, 24, at: 4096) == nil)
      (program.heap + 8192).copyMemory(from: program.heap + 4096, byteCount: 24)
      program.fill(8192 + 24, 6, 0xcd)
      program.fill(4096, 24, 0xdd)
      change(program)
      return program(.reallocate, 0, 30, block: block)
    }
    #expect(moved() == nil)
    #expect(moved { $0.fill(8192 + 23, 1, 0) } == .payloadLost)
    #expect(moved { $0.fill(8192 + 24, 1, 0) } == .markMissing)
    #expect(moved { $0.fill(4096, 1, 0) } == .markMissing)
    #expect(moved(block: 4096) == .overlap)
    #expect(moved(block: none) == .failedWithRoom)
    #expect(moved(block: nil) == .incompleteAnswer)
    let program = overflown()
    #expect(program(.reallocate, 0, .max, telling: [overflow], block: none) == nil)
    #expect(program(.deallocate, 0, 1, telling: [[5, 4096, 24, 1, 0, madeAt, none, foundAt]]) == nil)
  }

  @Test func leaksAreTold() {
    let leak: [UInt64] = [8, 4096, 24, 0, 0, madeAt, none, foundAt]
    #expect(overflown()(.shutDown, telling: [leak, overflow]) == nil)
    #expect(overflown()(.shutDown, telling: [overflow]) == .leakMissed)
    #expect(overflown()(.check, telling: [leak, overflow]) == .falseReport)
  }

  /// A hang may come of slowness, and is told as what it is.
  @Test func whatBreaksAfterWritesBrokeOfThem() {
    #expect(overflown().verdict(onEnd: .crash) == .recordsDestroyed)
    #expect(overflown().verdict(onEnd: .hang) == .hang)
    #expect(Debugging().verdict(onEnd: .strayAccess) == .strayAccess)
  }

  private static let short = NamedWorkload.all.filter {
    $0.exercise.id == "debug-allocator"
      && !["room", "many-blocks", "small-churn", "mixed-churn"].contains($0.workload.name)
  }

  /// Truth is the same, however it is found.
  @Test(arguments: short, [1, 2] as [UInt64]) func theModelAgrees(item: NamedWorkload, seed: UInt64) throws {
    let trace = try item.trace(seed: seed)
    var model = HonestMisuse(nameCount: trace.slotCount, limit: trace.heapLimit, tables: trace.tables)
    var oracle = MisuseOracle(for: trace)
    let heap = UnsafeMutableRawPointer.allocate(byteCount: trace.heapLimit, alignment: 4096)
    defer { heap.deallocate() }
    heap.initializeMemory(as: UInt8.self, repeating: 0, count: trace.heapLimit)
    let view = HeapView(base: heap, byteCount: trace.heapLimit, touchedBytes: 0)
    var kinds: Set<UInt64> = []
    for (index, word) in trace.operations.enumerated() {
      var (outcome, answer) = model.perform(word)
      if oracle.isJudges(word) { outcome = oracle.perform(word, heap: view, heapEnd: trace.heapLimit) }
      let window = Window(
        firstIndex: index, damage: nil, heap: nil, heapEnd: trace.heapLimit, answers: Answers(answer))
      let (operations, outcomes) = ([word], [outcome])
      let violation = oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
      try #require(violation == nil)
      for first in stride(from: 0, to: answer.count - 7, by: 8) { kinds.insert(answer[first]) }
    }
    if item.workload.name == "programs" { #expect(kinds == Set(1...8)) }
  }
}
