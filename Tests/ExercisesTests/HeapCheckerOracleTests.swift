import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct HeapCheckerOracleTests {
  private static let blocks: [Step] = [.allocate(0, 40, at: 16), .allocate(1, 40, at: 80)]
  private static let overlap = Step.allocate(2, 40, at: 64)
  private static let crash = Violation(.crash, at: 4, "a segmentation fault")

  private static func damage(at offset: Int? = 8, _ way: RecordDamage = .zeroed) -> Step {
    .hostile(
      .damage, slot: way.rawValue, size: 7, offset.map { UInt64($0) } ?? AllocationVocabulary.noAddress)
  }
  private static func check(_ findings: UInt64) -> Step { .hostile(.checkInvariants, findings) }

  /// The first violation of a replay in windows as the judge makes them, or else the verdict on `end`, or on the trace's end.
  private func judge(_ steps: [Step], end: Violation? = nil, finishes: Bool = true) throws -> Violation? {
    let replay = try FakeReplay("heap-checker", steps: steps)
    var window: [Step] = []
    for step in steps {
      window.append(step)
      guard replay.endsWindow(step) else { continue }
      if let violation = replay.window(window) { return violation }
      window = []
    }
    if let violation = replay.window(window) { return violation }
    if let end { return replay.end(end) }
    return finishes ? replay.finish() : nil
  }

  @Test func aSoundHeapPasses() throws {
    #expect(try judge(Self.blocks + [Self.check(0), .deallocate(0), Self.check(0)]) == nil)
  }

  @Test func aCheckerThatCriesWolfIsHeard() throws {
    let violation = try judge(Self.blocks + [Self.check(2)])
    #expect(violation?.kind == .falseAlarm)
    #expect(violation?.operation == 2)
    #expect(violation?.message == "invariantViolations() found 2 to be wrong, but nothing was damaged")
    // What was reported has been undone, so there is nothing to find any more.
    let again = try judge(Self.blocks + [Self.damage(), Self.check(1), Self.check(1)])
    #expect(again?.kind == .falseAlarm)
    #expect(again?.operation == 4)
    #expect(again?.evidence == ["all 1 words that had been damaged are as they were again"])
  }

  @Test func damageThatIsReportedIsOver() throws {
    let reported = Self.blocks + [Self.damage(), Self.check(1), Self.check(0)]
    #expect(try judge(reported) == nil)
    // What goes wrong afterwards has nothing to do with it.
    #expect(try judge(reported + [Self.overlap])?.kind == .overlap)
    #expect(try judge(reported, end: Self.crash) == Self.crash)
  }

  @Test func anotherLifeHasNoneOfTheDamage() throws {
    let ended = [Self.damage(), Self.check(0), .deallocate(0), .deallocate(1)]
    let lives = [.hostile(.restart, 0)] + Self.blocks + ended + [.hostile(.restart, 4096)] + Self.blocks
    #expect(try judge(lives + [Self.check(0)]) == nil)
    #expect(try judge(lives + [Self.check(1)])?.kind == .falseAlarm)
    #expect(try judge(lives + [Self.overlap])?.kind == .overlap)
    #expect(try judge([.hostile(.restart, 0)] + Self.blocks + ended + [Self.check(1)])?.kind == .damageMissed)
  }

  @Test func damageThatDoesHarmIsMissed() throws {
    let missed = Self.blocks + [Self.damage(at: 0x40, .sixteenAdded), Self.check(0), Self.check(0)]
    let violation = try judge(missed + [Self.overlap])
    #expect(violation?.kind == .damageMissed)
    #expect(violation?.operation == 5)
    #expect(violation?.message.contains("(overlap): b2 = allocate(40) → 0x0040 overlaps b1") == true)
    #expect(
      violation?.evidence.first
        == "operation 2 damaged the word at 0x0040, right behind b0, 16 added: it is now 0x0")
    #expect(try judge(missed, end: Self.crash)?.kind == .damageMissed)
    // Never found, and nothing came of it.
    #expect(try judge(missed + [.deallocate(1)]) == nil)
  }

  @Test func theCheckRightAfterTheDamageCounts() throws {
    let late = try judge(Self.blocks + [Self.damage(), Self.check(0), .deallocate(1), Self.check(1)])
    #expect(late?.kind == .damageMissed)
    #expect(late?.operation == 5)
    // A second damage, which is found and undone, does not hide that the first was missed.
    let steps = Self.blocks + [Self.damage(), Self.check(0), Self.damage(at: 0x48), Self.check(1)]
    #expect(try judge(steps + [Self.check(0)]) == nil)
    #expect(try judge(steps + [Self.check(1)])?.kind == .damageMissed)
    #expect(try judge(steps + [Self.check(0), Self.overlap])?.kind == .damageMissed)
  }

  @Test func onlyTheLastOfMuchDamageIsShown() throws {
    let many = (0..<10).flatMap { [Self.damage(at: 0x200 + 8 * $0), Self.check(0)] }
    let violation = try judge(Self.blocks + many + [Self.overlap])
    #expect(
      violation?.evidence.prefix(4).map { $0.prefix(13) } == [
        "operation 20 ", "operation 18 ", "operation 16 ", "operation 14 ",
      ])
    #expect(violation?.evidence[4] == "and 6 before that")
  }

  @Test func aCheckerThatDoesNotSurviveHasFoundNothing() throws {
    let asked = Self.blocks + [Self.damage(), Self.check(0)]
    let replay = try FakeReplay("heap-checker", steps: asked)
    #expect(replay.window(Array(asked.prefix(3))) == nil)
    let violation = replay.end(Violation(.hang, at: 3, "no answer"))
    #expect(violation?.kind == .damageMissed)
    #expect(violation?.operation == 3)
    #expect(violation?.message == "invariantViolations() did not live to tell what is wrong: no answer")
    #expect(violation?.evidence.first?.hasPrefix("before, operation 2 damaged the word at 0x0008") == true)
  }

  @Test func ruinMustComeOfDamageThatNobodyAsksAbout() throws {
    let known = Self.blocks + [Self.damage(), Self.check(1), Self.damage(at: 0x40), .deallocate(0)]
    #expect(try judge(known + [Self.overlap, .allocate(3, 1 << 20, at: 1 << 40), Self.check(1)]) == nil)
    #expect(try judge(known, end: Self.crash) == nil)
    let none = try judge(known)
    #expect(none?.kind == .recordsOffHeap)
    #expect(none?.message.hasPrefix("2 words of the heap") == true)
    // Whoever has not found any damage before cannot claim to have known.
    let unknown = Self.blocks + [Self.damage(), Self.check(0), Self.damage(at: 0x40), .deallocate(0)]
    #expect(try judge(unknown + [Self.overlap])?.kind == .damageMissed)
    #expect(try judge(unknown, end: Self.crash)?.kind == .damageMissed)
  }

  @Test func recordsMustBeInTheHeap() throws {
    let violation = try judge(Self.blocks + [Self.damage(at: nil), Self.check(0)])
    #expect(violation?.kind == .recordsOffHeap)
    #expect(violation?.operation == 2)
    // Where nothing is live there may be nothing to record.
    #expect(try judge([Self.damage(at: nil), Self.check(0)]) == nil)
  }

  @Test func freesAreJudgedBothWays() throws {
    let rejected = try judge(Self.blocks + [.deallocate(0), .rejected(1)])
    #expect(rejected?.kind == .validFreeRejected)
    #expect(rejected?.operation == 3)
    #expect(rejected?.evidence.first?.contains("the 40-byte block b1 at 0x0050") == true)
    for (hostility, size) in [(Hostility.doubleFree, 0), (.interiorFree, 16), (.foreignFree, 8), (.misalignedFree, 3)] {
      #expect(try judge(Self.blocks + [.deallocate(0), .hostile(hostility, slot: 1, size: size, 1)]) == nil)
      let accepted = try judge(Self.blocks + [.deallocate(0), .hostile(hostility, slot: 1, size: size, 0)])
      #expect(accepted?.kind == .invalidFreeAccepted)
      #expect(accepted?.operation == 3)
    }
  }

  @Test func roomMustBeUsed() throws {
    // The fake heap holds 64 KiB.
    #expect(try judge([.allocate(0, 60_000, at: nil)])?.kind == .failedWithRoom)
    #expect(try judge([.allocate(0, 64_000, at: nil)]) == nil)
    #expect(try judge(Self.blocks + [.allocate(2, 15_000, at: nil)])?.kind == .failedWithRoom)
    #expect(try judge(Self.blocks + [.allocate(2, 17_000, at: nil)]) == nil)
    #expect(try judge(Self.blocks + [.allocate(2, 100, alignment: 4096, at: nil)]) == nil)
    #expect(try judge(Self.blocks + [.hostile(.growthFails, size: 1, 0), .allocate(2, 15_000, at: nil)]) == nil)
  }

  /// Outcomes are claims: whatever they are, the oracle lives.
  @Test(arguments: 0..<8) func surviveAnyOutcome(seed: UInt64) throws {
    let exercise = try #require(Catalogue.all.exercise("heap-checker"))
    for workload in exercise.workloads {
      let trace = try workload.trace(seed: seed) { _ throws(TraceError) in
        Trace(vocabulary: "allocation", name: "", operations: [])
      }
      var generator = SeededGenerator(seed: seed, purpose: workload.name)
      var oracle = exercise.oracle(trace)
      var first = 0
      var violation: Violation?
      while first < trace.operations.count, violation == nil {
        let count = min(generator.pick(1...40), trace.operations.count - first)
        // Right for a while, so that all states are met.
        let outcomes = (0..<count).map { place -> UInt64 in
          let operation = AllocationOperation(word: trace.operations[first + place])
          if generator.oneIn(4000) { return generator.next() }
          switch operation.kind {
          case .allocate, .reallocate: return UInt64(operation.slot * 1024)
          case .hostile where operation.hostility == .damage: return generator.next() >> generator.pick(0...63)
          case .hostile where operation.hostility == .checkInvariants: return generator.next() & 1
          case .hostile: return 1
          default: return 0
          }
        }
        let window = Window(
          firstIndex: first,
          damage: generator.oneIn(100)
            ? DamageReport(
              kind: .payloadChanged, index: generator.next(), slot: generator.next(), offset: generator.next(),
              expected: 1,
              found: 2) : nil, heap: nil, heapEnd: trace.heapLimit)
        let operations = Array(trace.operations[first..<first + count])
        violation = oracle.check(operations: operations.span, outcomes: outcomes.span, in: window)
        first += count
      }
      _ = oracle.verdict(onEnd: Violation(.crash, at: .max, ""))
      _ = oracle.finish(heap: nil)
    }
  }
}

@Suite struct RecordDamageTests {
  @Test(arguments: RecordDamage.allCases) func changesEveryWord(way: RecordDamage) {
    for word in [UInt64(1), 8, 16, 33, 1 << 32, .max, 0xffff_ffff_ffff_fff0] {
      for other in [word, 0, 1, .max] { #expect(way.damaged(word, other: other) != word, "\(word), \(other)") }
    }
    #expect(RecordDamage(number: way.rawValue + 9 * RecordDamage.allCases.count) == way)
    #expect(RecordDamage(number: way.rawValue - RecordDamage.allCases.count) == way)
  }
}
