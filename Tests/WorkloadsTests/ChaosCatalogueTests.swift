import Testing
import Traces
import Vocabularies
import Workloads

/// What holds for every generator of the catalogue.
@Suite struct ChaosCatalogueTests {
  static let budgets = [
    ChaosBudget(operations: 50, liveBytes: 1 << 20, liveBlocks: 4000, largest: 4096),
    ChaosBudget(operations: 2000, liveBytes: 2 << 20, liveBlocks: 4000, largest: 8192),
    ChaosBudget(operations: 2000, liveBytes: 32 << 10, liveBlocks: 60, largest: 1000),
    ChaosBudget(operations: 500, liveBytes: 4096, liveBlocks: 4, largest: 512),
    ChaosBudget(operations: 20_000, liveBytes: 1 << 20, liveBlocks: 500, largest: 2000),
  ]

  /// A size that no heap has is refused at once, and takes nothing.
  private static let enormous = 1 << 34

  /// The most bytes and blocks that are live at once, what nobody can have aside.
  private func peaks(_ trace: Trace) -> (bytes: Int, blocks: Int) {
    var sizes = Array(repeating: 0, count: trace.slotCount)
    var (bytes, blocks, peakBytes, peakBlocks) = (0, 0, 0, 0)
    for operation in trace.unpacked {
      switch operation.kind {
      case .allocate, .allocateZeroed, .reallocate:
        let size = operation.size >= Self.enormous ? sizes[operation.slot] : operation.size
        bytes += size - sizes[operation.slot]
        sizes[operation.slot] = size
        if operation.kind != .reallocate { blocks += 1 }
      case .deallocate:
        bytes -= sizes[operation.slot]
        sizes[operation.slot] = 0
        blocks -= 1
      default: continue
      }
      (peakBytes, peakBlocks) = (max(peakBytes, bytes), max(peakBlocks, blocks))
    }
    return (peakBytes, peakBlocks)
  }

  @Test(arguments: ChaosCatalogue.all) func isValidAndWithinItsBudget(generator: ChaosGenerator) {
    for budget in Self.budgets {
      for seed in UInt64(1)...(budget.operations > 10_000 ? 3 : 20) {
        let builder = generator.builder(budget, seed: seed)
        let trace = builder.trace
        #expect(TraceLint.findings(in: trace) == [], "\(budget), seed \(seed)")
        let peaks = peaks(trace)
        #expect(peaks.blocks <= budget.liveBlocks, "\(budget), seed \(seed)")
        if generator.exhausts {
          #expect(peaks.bytes > budget.liveBytes, "\(budget), seed \(seed)")
          #expect(peaks.bytes < 4 * budget.liveBytes, "\(budget), seed \(seed)")
        } else {
          #expect(peaks.bytes <= budget.liveBytes, "\(budget), seed \(seed)")
        }
        let slack = max(100, budget.operations / 4)
        #expect(
          (budget.operations / 2 - slack...budget.operations + slack).contains(builder.count),
          "\(builder.count) operations for \(budget), seed \(seed)")
      }
    }
  }

  @Test(arguments: ChaosCatalogue.all) func isAFunctionOfTheSeed(generator: ChaosGenerator) {
    for budget in Self.budgets {
      let traces = (UInt64(1)...6).map { generator.builder(budget, seed: $0).trace }
      #expect(generator.builder(budget, seed: 1).trace == traces[0])
      #expect(Set(traces.map(\.operations)).count > (budget.operations < 1000 ? 1 : 5), "\(budget)")
    }
  }

  /// Blocks come and go in every trace, however short.
  @Test(arguments: ChaosCatalogue.all) func isAboutSomething(generator: ChaosGenerator) {
    for budget in Self.budgets {
      var statistics = AllocationStatistics()
      for word in generator.builder(budget, seed: 4).operations { statistics.accept(word) }
      #expect(statistics.count(of: .allocate) + statistics.count(of: .reallocate) > budget.operations / 10, "\(budget)")
      #expect(
        statistics.count(of: .deallocate) + statistics.count(of: .reallocate) > budget.operations / 20, "\(budget)")
    }
  }

  @Test func namesAreUniqueAndEachSaysWhereItComesFrom() {
    let all = ChaosCatalogue.all
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(Set(all.map(\.family)) == Set(ChaosGenerator.Family.allCases))
    for generator in all {
      #expect(generator.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(generator.name)")
      #expect(generator.summary.hasSuffix(".") && generator.summary.count < 170, "\(generator.name)")
      #expect(generator.source.count > 8, "\(generator.name)")
      #expect(ChaosCatalogue.generator(generator.name)?.summary == generator.summary)
    }
    #expect(ChaosCatalogue.generator("no such") == nil)
    #expect(ChaosCatalogue.listing().map(\.name) == all.map(\.name))
  }

  @Test(arguments: ChaosCatalogue.all) func makesATraceForAnyAllocator(generator: ChaosGenerator) {
    let trace = generator.trace(operations: 3000, seed: 9)
    #expect(trace == generator.trace(operations: 3000, seed: 9))
    #expect(trace.seed == 9 && trace.name == generator.name && trace.origin == "chaos \(generator.name)")
    #expect(trace.parameter("heap.limit") ?? 0 > 0)
    #expect(TraceLint.findings(in: trace) == [])
  }
}
