import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// An attacker who knows distances from another process.
@Suite struct PlacedAttackTests {
  private static let slot = 64
  private static let count = 6
  private static let lives = 120

  /// A program that asks for the same blocks in each of its processes.
  private static let trace: Trace = {
    var builder = AttackTraceBuilder()
    for _ in 0..<lives {
      for _ in 0..<count { _ = builder.allocate(40) }
      builder.restart()
    }
    return builder.trace(
      heapLimit: 1 << 20, parameters: [TraceParameter(name: HardeningOracle.guessedParameter, value: 1)])
  }()

  /// What an allocator answers that has 256 places: blocks lie in the places that it is given for each process.
  private func outcomes(_ places: (Int) -> [Int]) -> [UInt64] {
    (0..<Self.lives).flatMap { life in places(life).map { UInt64(4096 + Self.slot * $0) } + [0] }
  }

  /// What comes of what follows, in a memory of its own.
  private func hits(_ outcomes: [UInt64]) throws -> (hits: Double, kind: ViolationKind?) {
    let exercise = try #require(Catalogue.all.exercise("hardening"))
    #expect(exercise.isFollowed(Self.trace))
    let next = try #require(exercise.followUp(to: Self.trace, outcomes, Answers()))
    #expect(TraceLint.findings(in: next.trace) == [])
    var oracle = next.oracle
    let limit = next.trace.heapLimit
    let memory = UnsafeMutableRawPointer.allocate(byteCount: limit, alignment: 4096)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
    let heap = HeapView(base: memory, byteCount: limit, touchedBytes: 0)
    var addresses = try #require(next.trace.tables.words(AttackVocabulary.addresses))[...]
    var names: [Int: Int] = [:]
    for (index, word) in next.trace.operations.enumerated() {
      let operation = AttackOperation(word: word)
      var outcome: UInt64 = 0
      switch operation.kind {
      case .allocate:
        outcome = addresses.popFirst() ?? AttackVocabulary.none
        names[operation.name] = Int(clamping: outcome)
      case .scribble:
        for place in 0..<operation.count {
          let address = (names[operation.name] ?? 0) + operation.offset + place
          memory.storeBytes(of: 0x55, toByteOffset: address, as: UInt8.self)
        }
        outcome = UInt64(operation.count)
      default: memory.initializeMemory(as: UInt8.self, repeating: 0, count: limit)
      }
      let window = Window(firstIndex: index, damage: nil, heap: heap, heapEnd: limit)
      let (operations, outcomes) = ([word], [outcome])
      let violation = oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
      #expect(violation == nil)
    }
    #expect(addresses.isEmpty)
    let found = oracle.finish(heap: heap)
    let measured = try #require(oracle.measurements.first { $0.name == "hit" })
    return (measured.value, found?.kind)
  }

  /// What guesses the next address alone.
  private func isForeseen(_ outcomes: [UInt64]) -> Bool {
    var oracle = HardeningOracle(for: Self.trace)
    let operations = Self.trace.operations
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: Self.trace.heapLimit)
    return oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)?.kind == .predictableAddress
  }

  @Test func placesOfTheirOwnAreHitByAccidentAlone() throws {
    var generator = SeededGenerator(seed: 3)
    let outcomes = outcomes { _ in Array(Array(0..<256).shuffled(using: &generator).prefix(Self.count)) }
    #expect(!isForeseen(outcomes))
    let found = try hits(outcomes)
    #expect(found.kind == nil && found.hits < 20)
  }

  /// Where memory begins is drawn anew in each process; in which order places are drawn is not.
  @Test func anOrderThatIsOnlyShiftedIsForeseen() throws {
    var generator = SeededGenerator(seed: 4)
    let order = [61, 3, 40, 22, 9, 55]
    let outcomes = outcomes { _ in
      let shift = generator.below(12_000)
      return order.map { $0 + shift }
    }
    #expect(!isForeseen(outcomes))
    let found = try hits(outcomes)
    #expect(found.kind == .neighbourForeseen && found.hits > 500)
  }

  @Test func nothingFollowsWhereProcessesDiffer() throws {
    let exercise = try #require(Catalogue.all.exercise("hardening"))
    var builder = AttackTraceBuilder()
    for size in [40, 41] {
      for _ in 0..<Self.count { _ = builder.allocate(size) }
      builder.restart()
    }
    let trace = builder.trace(heapLimit: 1 << 20)
    #expect(!exercise.isFollowed(trace))
    let outcomes = trace.operations.indices.map { UInt64(64 * $0) }
    #expect(exercise.followUp(to: trace, outcomes, Answers()) == nil)
  }
}
