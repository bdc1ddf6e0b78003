import Testing
import Traces
import Vocabularies
import Workloads

@Suite struct TraceFoldTests {
  private static func trace(_ make: (inout AllocationTraceBuilder) -> Void) -> Trace {
    var builder = AllocationTraceBuilder()
    make(&builder)
    return builder.trace(name: "test", seed: 0, parameters: [])
  }

  @Test func fewOperationsStandAsTheyAre() {
    let trace = Self.trace { builder in
      builder.allocate(24)
      builder.allocate(24)
      builder.deallocateLast()
    }
    #expect(TraceFold.folds(of: trace) == [.one(0), .one(1), .one(2)])
    #expect(TraceFold.folds(of: Self.trace { _ in }) == [])
  }

  @Test func runsUpAndDown() {
    let trace = Self.trace { builder in
      for _ in 0..<5 { builder.allocate(40) }
      for _ in 0..<3 { builder.allocate(48) }
      while !builder.live.isEmpty { builder.deallocateLast() }
    }
    #expect(TraceFold.folds(of: trace) == [.run(0..<5), .run(5..<8), .run(8..<16)])
    #expect(TraceFold.steps(of: trace) == 3)
  }

  @Test func pairsThatRepeat() {
    let trace = Self.trace { builder in
      builder.allocate(16)
      for _ in 0..<9999 {
        builder.allocate(48)
        builder.deallocateLast()
      }
      builder.reap()
    }
    let folds = TraceFold.folds(of: trace)
    #expect(folds == [.one(0), .repeated(count: 9999, body: [.one(1), .one(2)]), .one(19_999)])
    #expect(folds.map(\.operations) == [0..<1, 1..<19_999, 19_999..<20_000])
    #expect(TraceFold.steps(of: trace) == 4)
  }

  @Test func runsInsideOfPatterns() {
    let trace = Self.trace { builder in
      for _ in 0..<6 {
        for _ in 0..<4 { builder.allocate(16) }
        while !builder.live.isEmpty { builder.deallocateLast() }
      }
    }
    let folds = TraceFold.folds(of: trace)
    #expect(TraceFold.steps(of: trace) <= 4)
    #expect(folds.last?.operations.upperBound == trace.operations.count)
    #expect(folds.reduce(0) { $0 + $1.operations.count } == trace.operations.count)
  }

  @Test func everyOperationIsInOneFold() {
    for seed in 0..<20 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let trace = Self.trace { builder in
        for _ in 0..<300 {
          if generator.oneIn(2), !builder.live.isEmpty {
            builder.deallocate(at: generator.below(builder.live.count))
          } else {
            builder.allocate(8 * generator.pick(1...2))
          }
        }
      }
      var next = 0
      for fold in TraceFold.folds(of: trace) {
        #expect(fold.operations.lowerBound == next)
        next = fold.operations.upperBound
      }
      #expect(next == trace.operations.count)
    }
  }

  @Test func otherVocabulariesHavePatternsToo() {
    var builder = PagingTraceBuilder()
    builder.loop(from: 0, pages: 3, times: 50)
    #expect(
      TraceFold.folds(of: builder.trace(frames: 2, policy: 0)) == [
        .repeated(count: 50, body: [.one(0), .one(1), .one(2)])
      ])
  }
}
