import Examining
import Exercises
import Testing
import Traces
import Vocabularies
import Workloads

/// Shrinking against simulated mistakes: each is a rule that says at which operation a trace first goes wrong.
@Suite struct ShrinkerTests {
  /// The index of the operation at which a trace goes wrong, or nil.
  typealias Mistake = (Trace) -> Int?

  /// Random comings and goings with all there is: sizes, alignments, reallocations, zeroed blocks.
  static func trace(operations: Int = 1500, seed: UInt64 = 1, limit: Int? = nil) -> Trace {
    var generator = SeededGenerator(seed: seed)
    var builder = AllocationTraceBuilder()
    while builder.count < operations {
      switch generator.below(5) {
      case 0 where !builder.live.isEmpty:
        builder.reallocate(at: generator.below(builder.live.count), to: generator.pick(1...5000))
      case 1,
        2 where builder.live.count > 100:
        builder.deallocate(at: generator.below(builder.live.count))
      default:
        builder.allocate(
          generator.pick(1...5000), alignment: 1 << generator.pick(0...7), zeroed: generator.oneIn(5))
      }
    }
    return builder.trace(name: "test", seed: seed, parameters: limit.map { [("heap.limit", $0)] } ?? [])
  }

  /// Shrinks, and sees to it that no trace that is tried is ill-formed, and that the result is the same each time.
  static func shrink(
    _ trace: Trace, _ reductions: any Reductions = AllocationReductions(), cuts: Bool = true, _ mistake: Mistake
  ) throws -> ShrunkTrace {
    func once() throws -> ShrunkTrace {
      try #require(
        Shrinker(reductions).shrink(trace) { candidate in
          #expect(TraceLint.findings(in: candidate) == [])
          return mistake(candidate).map { TraceFailure(by: cuts ? $0 : nil) }
        })
    }
    let result = try once()
    let again = try once()
    #expect(result.trace == again.trace)
    #expect(result.tries == again.tries)
    #expect(result.isComplete)
    #expect(mistake(result.trace) != nil)
    return result
  }

  static func text(_ trace: Trace) -> [String] {
    trace.operations.map { AllocationVocabulary.describe(operation: $0) }
  }

  static func operations(_ trace: Trace) -> [AllocationOperation] {
    trace.operations.map { AllocationOperation(word: $0) }
  }

  @Test(arguments: [true, false])
  func onlyOneAlignment(cuts: Bool) throws {
    let result = try Self.shrink(Self.trace(), cuts: cuts) { trace in
      Self.operations(trace).firstIndex { $0.kindCode < 2 && $0.alignment == 64 }
    }
    #expect(Self.text(result.trace) == ["b0 = allocate(16, alignment: 64)"])
    #expect(result.trace.slotCount == 1)
  }

  @Test func onlyOneSize() throws {
    var trace = Self.trace()
    trace.operations.append(AllocationOperation(.allocate, slot: trace.slotCount, size: 1003).word)
    trace.slotCount += 1
    let result = try Self.shrink(trace) { trace in
      Self.operations(trace).firstIndex { $0.kindCode < 2 && $0.size == 1003 }
    }
    #expect(Self.text(result.trace) == ["b0 = allocate(1003)"])
  }

  @Test func onlySizesAboveABound() throws {
    // Larger than is needed, but rounder.
    let result = try Self.shrink(Self.trace()) { trace in
      Self.operations(trace).firstIndex { $0.kindCode < 2 && $0.size > 3007 }
    }
    #expect(Self.text(result.trace) == ["b0 = allocate(4096)"])
  }

  @Test func onlyTheSeventeenthBlock() throws {
    let result = try Self.shrink(Self.trace()) { trace in
      var live = 0
      return Self.operations(trace).firstIndex { operation in
        live += operation.kindCode < 2 ? 1 : operation.kind == .deallocate ? -1 : 0
        return live == 17
      }
    }
    #expect(result.trace.operations.count == 17)
    #expect(TraceFold.folds(of: result.trace) == [.run(0..<17)])
    #expect(Set(result.trace.operations.map { AllocationOperation(word: $0).size }) == [16])
  }

  @Test func onlyAfterThreeNeighboursWereFreed() throws {
    // The middle one last, and none of them moved.
    let result = try Self.shrink(Self.trace()) { trace in
      var numberInSlot: [Int: Int] = [:]
      var freed: Set<Int> = []
      var count = 0
      return Self.operations(trace).firstIndex { operation in
        if operation.kindCode < 2 {
          numberInSlot[operation.slot] = count
          count += 1
        } else if operation.kind == .deallocate, let number = numberInSlot[operation.slot] {
          freed.insert(number)
          return freed.contains(number - 1) && freed.contains(number + 1)
        }
        return false
      }
    }
    #expect(result.trace.operations.count == 6)
    #expect(
      Self.text(result.trace).sorted() == [
        "b0 = allocate(16)", "b1 = allocate(16)", "b2 = allocate(16)", "deallocate(b0)", "deallocate(b1)",
        "deallocate(b2)",
      ])
    #expect(Self.text(result.trace).last == "deallocate(b1)")
  }

  @Test func onlyAtExhaustion() throws {
    // A smaller heap is filled by fewer blocks, a larger block fills it alone.
    let result = try Self.shrink(Self.trace(operations: 4000, limit: 1 << 18)) { trace in
      let limit = trace.parameter("heap.limit") ?? 0
      var sizes: [Int: Int] = [:]
      return Self.operations(trace).firstIndex { operation in
        switch operation.kindCode {
        case 0, 1, 2: sizes[operation.slot] = operation.size
        case 3: sizes[operation.slot] = nil
        default: break
        }
        return sizes.values.reduce(0, +) > limit
      }
    }
    #expect(result.trace.operations.count == 1)
    #expect(result.trace.parameter("heap.limit") == 4096)
  }

  @Test func largeBlocksWhereSmallOnesWouldTakeThousands() throws {
    // A pool that goes wrong when its second chunk of 64 KiB is full.
    let pool = try #require(Catalogue.all.exercise("pool"))
    let churn = try #require(pool.workloads.first { $0.name == "fill-and-drain" })
    let trace = try churn.trace(seed: 1) { _ throws(TraceError) in Trace(vocabulary: "", name: "", operations: []) }
    let result = try Self.shrink(trace, try #require(pool.reductions)) { trace in
      var live = 0
      let size = trace.parameter("block.size") ?? 0
      return Self.operations(trace).firstIndex { operation in
        #expect(operation.kindCode > 1 || operation.size == size)
        live += operation.kindCode < 2 ? 1 : operation.kind == .deallocate ? -1 : 0
        return live >= 2 && live * size > 128 << 10
      }
    }
    #expect(result.trace.operations.count == 2)
  }

  @Test func frequentFreesInsteadOfLiveBlocks() throws {
    // A free of its own is left out, not only whole blocks: what counts is the allocations.
    let result = try Self.shrink(Self.trace()) { trace in
      var freed = 0
      return Self.operations(trace).firstIndex { operation in
        if operation.kind == .deallocate { freed += 1 }
        return freed == 2 && operation.kind == .allocate
      }
    }
    #expect(result.trace.operations.count == 5)
  }

  @Test func reallocationsStayWhereTheyMatter() throws {
    let result = try Self.shrink(Self.trace()) { trace in
      var sizes: [Int: Int] = [:]
      return Self.operations(trace).firstIndex { operation in
        defer { sizes[operation.slot] = operation.size }
        return operation.kind == .reallocate && operation.size > sizes[operation.slot] ?? .max
      }
    }
    #expect(Self.text(result.trace) == ["b0 = allocate(16)", "b0 = reallocate(b0, to: 32)"])
  }

  @Test func aFreeThatComesAgainNeedsTheFirst() throws {
    var builder = AllocationTraceBuilder()
    for round in 0..<200 {
      builder.allocate(40 + round)
      builder.allocate(24)
      builder.deallocate(at: 0)
      if round == 150 { builder.freeAgain() }
    }
    let result = try Self.shrink(builder.trace(name: "test", seed: 0, parameters: [])) { trace in
      Self.operations(trace).firstIndex { $0.hostility == .doubleFree }
    }
    #expect(Self.text(result.trace) == ["b0 = allocate(16)", "deallocate(b0)", "deallocate(b0) again"])
  }

  @Test func faultsComeSooner() throws {
    var builder = AllocationTraceBuilder()
    builder.allocate(100)
    builder.fault(.growthFails, 37)
    for _ in 0..<100 { builder.allocate(100) }
    let result = try Self.shrink(builder.trace(name: "test", seed: 0, parameters: [])) { trace in
      var calls = Int.max
      return Self.operations(trace).firstIndex { operation in
        if operation.hostility == .growthFails { calls = operation.size }
        if operation.kindCode < 2 { calls -= 1 }
        return calls == 0
      }
    }
    #expect(
      Self.text(result.trace) == ["the heap refuses to grow, from call 1 from here on", "b0 = allocate(16)"])
  }

  @Test func whatCannotBeShortIsRegular() throws {
    let result = try Self.shrink(Self.trace(operations: 2000)) { trace in
      Self.operations(trace).indices.dropFirst(599).first
    }
    #expect(result.trace.operations.count == 600)
    #expect(TraceFold.steps(of: result.trace) <= 4)
  }

  @Test func cachesThatNobodyNeedsGo() throws {
    let slab = try #require(Catalogue.all.exercise("slab"))
    let caches = try #require(slab.workloads.first { $0.name == "many-caches" })
    let trace = try caches.trace(seed: 1) { _ throws(TraceError) in Trace(vocabulary: "", name: "", operations: []) }
    #expect(trace.parameter("cache.count") ?? 0 > 4)
    let result = try Self.shrink(trace, try #require(slab.reductions)) { trace in
      let sizes = Set((0..<(trace.parameter("cache.count") ?? 0)).compactMap { trace.parameter("cache.\($0).size") })
      var freed = 0
      return Self.operations(trace).firstIndex { operation in
        #expect(operation.kindCode > 1 || sizes.contains(operation.size))
        if operation.kind == .deallocate { freed += 1 }
        return freed == 2
      }
    }
    #expect(result.trace.operations.count == 4)
    #expect(result.trace.parameter("cache.count") == 1)
  }

  @Test func pagesAndFrames() throws {
    var generator = SeededGenerator(seed: 3)
    var builder = PagingTraceBuilder()
    builder.zipf(from: 100, pages: 200, accesses: 5000, with: &generator)
    let trace = builder.trace(frames: 40, policy: 1)
    // Wrong where a page comes again after more others than there are frames.
    let result = try Self.shrink(trace, IndependentReductions(parameters: ["frames"])) { trace in
      let frames = trace.parameter("frames") ?? 0
      return trace.operations.indices.first { index in
        let page = trace.operations[index]
        guard let last = trace.operations[..<index].lastIndex(of: page) else { return false }
        return Set(trace.operations[last..<index]).count > frames
      }
    }
    #expect(result.trace.operations == [0, 1, 0])
    #expect(result.trace.parameter("frames") == 1)
    #expect(result.trace.parameter("policy") == 1)
  }

  @Test func whatDoesNotFailIsNotShrunk() {
    var tries = 0
    let result = Shrinker(AllocationReductions()).shrink(Self.trace()) { _ in
      tries += 1
      return TraceFailure?.none
    }
    #expect(result == nil)
    #expect(tries == 1)
  }

  /// Seventeen live blocks, and all later ones of one size.
  private static func seventeen(_ trace: Trace) -> TraceFailure? {
    var live = 0
    for (index, operation) in operations(trace).enumerated() {
      live += operation.kindCode < 2 ? 1 : operation.kind == .deallocate ? -1 : 0
      if live == 17 { return TraceFailure(by: index) }
    }
    return nil
  }

  @Test(arguments: [1, 2, 5, 20, 60])
  func theBestSoFarIsKeptWhenTriesRunOut(limit: Int) throws {
    let trace = Self.trace()
    var shrinker = Shrinker(AllocationReductions())
    shrinker.tryLimit = limit
    var tries = 0
    let result = try #require(
      shrinker.shrink(trace) { candidate in
        tries += 1
        return Self.seventeen(candidate)
      })
    #expect(tries == limit)
    #expect(!result.isComplete)
    #expect(Self.seventeen(result.trace) != nil)
    if limit > 1 { #expect(result.trace.operations.count < trace.operations.count) }
  }

  @Test func theBestSoFarIsKeptWhenTheTimeIsOver() throws {
    var shrinker = Shrinker(AllocationReductions())
    var tries = 0
    shrinker.isOver = { tries >= 10 }
    let result = try #require(
      shrinker.shrink(Self.trace()) { candidate in
        tries += 1
        return Self.seventeen(candidate)
      })
    #expect(tries == 10)
    #expect(!result.isComplete)
    #expect(result.trace.operations.count < 1500)
  }

  private struct Trouble: Error {}

  @Test func errorsOfTheTestComeThrough() {
    var tries = 0
    #expect(throws: Trouble.self) {
      try Shrinker(AllocationReductions()).shrink(Self.trace()) { candidate in
        tries += 1
        if tries == 5 { throw Trouble() }
        return Self.seventeen(candidate)
      }
    }
    #expect(tries == 5)
  }
}
