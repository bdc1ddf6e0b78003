import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct PagingOracleTests {
  private enum Answer {
    case hit, fault
    case evict(UInt64)

    var word: UInt64 {
      switch self {
      case .hit: PagingVocabulary.hit
      case .fault: PagingVocabulary.faultIntoFreeFrame
      case .evict(let page): page
      }
    }
  }

  /// What two frames and these answers to accesses of these pages come to; 0 is LRU, 1 CLOCK, 2 a policy of one's own.
  private func check(_ policy: Int, _ pages: [UInt64], _ answers: [Answer]) -> Violation? {
    var oracle = PagingOracle(frames: 2, policy: policy)
    let window = Window(firstIndex: 100, damage: nil, heap: nil, heapEnd: 0)
    let outcomes = answers.map(\.word)
    return oracle.check(operations: pages.span, outcomes: outcomes.span, in: window)
  }

  @Test func rightAnswersPass() {
    #expect(check(0, [1, 2, 1, 3, 1, 2], [.fault, .fault, .hit, .evict(2), .hit, .evict(3)]) == nil)
    #expect(check(1, [1, 2, 1, 3, 1], [.fault, .fault, .hit, .evict(1), .evict(2)]) == nil)
    #expect(check(2, [1, 2, 3, 1], [.fault, .fault, .evict(2), .hit]) == nil)
  }

  @Test func everyKindIsFound() {
    let cases: [(Int, [UInt64], [Answer], ViolationKind, Int)] = [
      (2, [1, 2], [.fault, .hit], .falseHit, 101),
      (2, [1, 1], [.fault, .fault], .missedHit, 101),
      (2, [1, 2, 1], [.fault, .fault, .evict(2)], .missedHit, 102),
      (2, [1, 2, 3], [.fault, .fault, .fault], .tooManyPages, 102),
      (2, [1, 2, 3], [.fault, .fault, .evict(4)], .absentVictim, 102),
      (2, [1, 2, 3, 4], [.fault, .fault, .evict(1), .evict(1)], .absentVictim, 103),
      (0, [1, 2, 1, 3], [.fault, .fault, .hit, .evict(1)], .wrongVictim, 103),
      (1, [1, 2, 1, 3], [.fault, .fault, .hit, .evict(2)], .wrongVictim, 103),
      (0, [1, 2], [.fault, .evict(1)], .wrongVictim, 101),
    ]
    for (policy, pages, answers, kind, operation) in cases {
      let violation = check(policy, pages, answers)
      #expect(violation?.kind == kind)
      #expect(violation?.operation == operation)
    }
  }

  @Test func missesAreCountedAgainstTheOptimum() {
    var oracle = PagingOracle(frames: 2, policy: 2)
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    let pages: [UInt64] = [1, 2, 3, 1, 2]
    let answers: [Answer] = [.fault, .fault, .evict(1), .evict(2), .evict(3)]
    let outcomes = answers.map(\.word)
    let violation = oracle.check(operations: pages.span, outcomes: outcomes.span, in: window)
    #expect(violation == nil)
    #expect(oracle.measurements.map(\.name) == ["misses", "optimal misses", "misses / optimum"])
    #expect(oracle.measurements.map(\.value) == [5, 4, 1.25])
  }

  /// The reference string of Belady, Nelson and Shedler (1969), with the anomaly that it shows.
  @Test(arguments: [(3, 9, 10, 7), (4, 10, 8, 6)])
  func thePublishedFixture(frames: Int, fifo: Int, lru: Int, optimum: Int) {
    let pages: [UInt64] = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
    var first = PageReplacementAnswer.FIFO(frames: frames)
    #expect(PageReplacementAnswer.misses(pages) { first.access($0) } == fifo)
    var least = PageReplacementAnswer.LRU(frames: frames)
    #expect(PageReplacementAnswer.misses(pages) { least.access($0) } == lru)
    #expect(PageReplacementAnswer.optimalMisses(pages, frames: frames) == optimum)
  }

  @Test func clockGivesSecondChances() {
    var clock = PageReplacementAnswer.Clock(frames: 3)
    let pages: [UInt64] = [1, 2, 3, 4, 2, 5, 3]
    #expect(
      pages.map { clock.access($0) }
        == [.fault, .fault, .fault, .faultEvicting(1), .hit, .faultEvicting(3), .faultEvicting(2)])
  }

  /// Every sequence of victims is tried.
  private func bruteForce(_ pages: ArraySlice<UInt64>, _ resident: Set<UInt64>, frames: Int) -> Int {
    guard let page = pages.first else { return 0 }
    let rest = pages.dropFirst()
    if resident.contains(page) { return bruteForce(rest, resident, frames: frames) }
    if resident.count < frames { return 1 + bruteForce(rest, resident.union([page]), frames: frames) }
    let best = resident.map { bruteForce(rest, resident.subtracting([$0]).union([page]), frames: frames) }.min()
    return 1 + (best ?? 0)
  }

  @Test func beladysOptimumIsWhatBruteForceFinds() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      let pages = (0..<generator.pick(0...10)).map { _ in UInt64(generator.below(5)) }
      let frames = generator.pick(1...3)
      #expect(
        PageReplacementAnswer.optimalMisses(pages, frames: frames) == bruteForce(pages[...], [], frames: frames),
        "\(pages) with \(frames) frames")
    }
  }

  @Test func noPolicyBeatsTheOptimum() {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<50 {
      let pages = (0..<400).map { _ in UInt64(generator.below(30)) }
      let frames = generator.pick(1...25)
      var lru = PageReplacementAnswer.LRU(frames: frames)
      var clock = PageReplacementAnswer.Clock(frames: frames)
      let optimum = PageReplacementAnswer.optimalMisses(pages, frames: frames)
      #expect(PageReplacementAnswer.misses(pages) { lru.access($0) } >= optimum)
      #expect(PageReplacementAnswer.misses(pages) { clock.access($0) } >= optimum)
    }
  }

  /// What comes of a policy on a trace of the exercise: the misses, and what is wrong.
  private func judged(_ trace: Trace, _ answers: [PageReplacementAnswer.Access]) throws -> (misses: Int, Violation?) {
    let exercise = try #require(Catalogue.all.exercise("page-replacement"))
    var oracle = exercise.oracle(trace)
    let window = Window(firstIndex: 0, damage: nil, heap: nil, heapEnd: 0)
    let outcomes: [UInt64] = answers.map {
      switch $0 {
      case .hit: PagingVocabulary.hit
      case .fault: PagingVocabulary.faultIntoFreeFrame
      case .faultEvicting(let victim): victim
      }
    }
    let wrong = oracle.check(operations: trace.operations.span, outcomes: outcomes.span, in: window)
    return (answers.count { $0 != .hit }, wrong ?? oracle.finish(heap: nil))
  }

  private func trace(_ name: String, seed: UInt64) throws -> Trace {
    let exercise = try #require(Catalogue.all.exercise("page-replacement"))
    let workload = try #require(exercise.workloads.first { $0.name == name })
    return try workload.trace(seed: seed) { _ throws(TraceError) in
      Trace(vocabulary: PagingVocabulary.name, name: "", operations: [])
    }
  }

  /// Who knows the next `ahead` accesses, and of the rest what the frames' LRU says.
  private func clairvoyant(_ trace: Trace, ahead: Int) -> [PageReplacementAnswer.Access] {
    var policy = PolicyModel(.lru, frames: trace.parameter("frames") ?? 1)
    return trace.operations.indices.map { place in
      policy.access(trace.operations[place], knowing: trace.operations[(place + 1)...].prefix(ahead))
    }
  }

  @Test(arguments: PolicyModel.Kind.allCases, [1, 2, 3] as [UInt64])
  func noHonestPolicyIsTooGood(kind: PolicyModel.Kind, seed: UInt64) throws {
    let trace = try trace("own-favourites", seed: seed)
    #expect(trace.parameter("independent") == 1)
    var policy = PolicyModel(kind, frames: trace.parameter("frames") ?? 1)
    let (misses, wrong) = try judged(trace, trace.operations.map { policy.access($0) })
    #expect(wrong == nil, "\(kind) misses \(misses) times")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func whoKnowsTheFutureIsTooGood(seed: UInt64) throws {
    let trace = try trace("own-favourites", seed: seed)
    // As much as windows used to show, and as much as they show now.
    let (all, tooGood) = try judged(trace, clairvoyant(trace, ahead: 4000))
    #expect(tooGood?.kind == .tooGood, "\(all) misses")
    let (some, nothing) = try judged(trace, clairvoyant(trace, ahead: 3))
    #expect(nothing == nil, "\(some) misses")
    // Where the past says what comes, to be good is no sign of anything.
    let loop = try self.trace("own-loop", seed: seed)
    let (_, fine) = try judged(loop, clairvoyant(loop, ahead: 4000))
    #expect(fine == nil)
  }
}
