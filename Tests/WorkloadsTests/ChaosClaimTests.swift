import Testing
import Traces
import Vocabularies
import Workloads

/// Each generator has the distribution that it claims: confirmed by what `trace info` measures.
@Suite struct ChaosClaimTests {
  static let seeds = [UInt64(1), 2, 77]
  static let budget = ChaosBudget(operations: 60_000, liveBytes: 4 << 20, liveBlocks: 2000, largest: 16 << 10)

  private func distribution(
    _ name: String, seed: UInt64, budget: ChaosBudget = budget
  ) throws -> AllocationDistribution {
    var distribution = AllocationDistribution()
    for word in try chaos(name).builder(budget, seed: seed).operations { distribution.accept(word) }
    return distribution
  }

  // MARK: Sizes

  @Test(arguments: seeds) func uniform(seed: UInt64) throws {
    let sizes = try distribution("uniform", seed: seed).sizes
    #expect(abs(sizes.mean / 8192 - 1) < 0.03)
    #expect(abs(sizes.coefficientOfVariation - 1 / 3.0.squareRoot()) < 0.02)
    for share in [0.1, 0.25, 0.5, 0.75, 0.9] {
      #expect(abs(Double(sizes.quantile(share)) / 16384 - share) < 0.03)
    }
    #expect(try #require(sizes.tailExponent) > 8)
  }

  @Test(arguments: seeds) func exponentialSizes(seed: UInt64) throws {
    let sizes = try distribution("exponential-sizes", seed: seed).sizes
    #expect(abs(sizes.mean / 1024 - 1) < 0.04)
    #expect(abs(sizes.coefficientOfVariation - 1) < 0.04)
    #expect(abs(Double(sizes.quantile(0.5)) / (0.693 * 1024) - 1) < 0.05)
  }

  @Test(arguments: seeds) func pareto(seed: UInt64) throws {
    let sizes = try distribution("pareto", seed: seed).sizes
    #expect(abs(try #require(sizes.tailExponent) - 4.0 / 3) < 0.12)
    #expect(sizes.quantile(0) >= 16)
    // The median is at 2^(3/4) times the least.
    #expect((26...28).contains(sizes.quantile(0.5)))
    #expect(sizes.coefficientOfVariation > 1.8)
  }

  @Test(arguments: seeds) func powerLaw(seed: UInt64) throws {
    let sizes = try distribution("power-law", seed: seed).sizes
    #expect(abs(try #require(sizes.tailExponent) - 1) < 0.12)
    #expect((15...17).contains(sizes.quantile(0.5)))
    #expect(sizes.coefficientOfVariation > 4)
  }

  @Test(arguments: seeds) func zipf(seed: UInt64) throws {
    let builder = try chaos("zipf").builder(Self.budget, seed: seed)
    var counts: [Int: Int] = [:]
    for operation in builder.trace.unpacked where operation.kind == .allocate {
      counts[operation.size, default: 0] += 1
    }
    let all = Double(counts.values.reduce(0, +))
    let ranked = counts.values.sorted(by: >).map { Double($0) / all }
    #expect((16...32).contains(ranked.count))
    // 1 / H(32) is the share of the first; two of equal size may have fallen together.
    #expect(ranked[0] > 0.22 && ranked[0] < 0.5)
    #expect(ranked.prefix(8).reduce(0, +) > 0.6)
  }

  @Test(arguments: seeds) func bimodal(seed: UInt64) throws {
    let sizes = try distribution("bimodal", seed: seed).sizes
    #expect(abs(sizes.share(in: 0...63) - 0.95) < 0.01)
    #expect(sizes.share(in: 64...8190) == 0)
    #expect(abs(sizes.share(in: 8192...16384) - 0.05) < 0.01)
  }

  @Test(arguments: seeds) func logarithmic(seed: UInt64) throws {
    let sizes = try distribution("logarithmic", seed: seed).sizes
    // Fifteen octaves, of which the last has one size.
    for octave in 3...12 {
      #expect(abs(sizes.share(in: 1 << octave...(2 << octave) - 1) - 1 / 15.0) < 0.01, "\(octave)")
    }
  }

  @Test(arguments: seeds) func oneSize(seed: UInt64) throws {
    #expect(try distribution("one-size", seed: seed).sizes.coefficientOfVariation < 1e-6)
  }

  // MARK: Reallocations

  @Test(arguments: seeds) func growthChains(seed: UInt64) throws {
    let doubling = try distribution("realloc-doubling", seed: seed)
    #expect(doubling.reallocations.grown > 20_000)
    #expect(doubling.reallocations.shrunk == 0)
    #expect(doubling.typicalGrowth == 2)
    let creeping = try distribution("realloc-creeping", seed: seed)
    #expect(creeping.reallocations.grown > 40_000)
    #expect(creeping.reallocations.shrunk == 0)
    #expect(creeping.typicalGrowth >= 1 && creeping.typicalGrowth < 1.1)
  }

  @Test(arguments: seeds) func shrinkChains(seed: UInt64) throws {
    let shrinking = try distribution("realloc-shrinking", seed: seed)
    #expect(shrinking.reallocations.grown == 0)
    #expect(shrinking.reallocations.shrunk > 20_000)
    let seesaw = try distribution("realloc-seesaw", seed: seed)
    let (grown, shrunk, unchanged) = seesaw.reallocations
    #expect(abs(Double(grown) / Double(grown + shrunk + unchanged) - 0.5) < 0.02)
    #expect(unchanged < grown / 10)
    #expect(seesaw.typicalGrowth < 1.1)
  }

  @Test(arguments: seeds) func randomReallocation(seed: UInt64) throws {
    let (grown, shrunk, _) = try distribution("realloc-random", seed: seed).reallocations
    #expect(grown + shrunk > 20_000)
    #expect(shrunk * 2 > grown && grown * 2 > shrunk)
  }

  // MARK: Lifetimes

  @Test(arguments: seeds) func exponentialLifetimes(seed: UInt64) throws {
    let lifetimes = try distribution("exponential-lifetimes", seed: seed).lifetimes
    #expect(abs(lifetimes.coefficientOfVariation - 1) < 0.06)
    #expect(abs(Double(lifetimes.quantile(0.5)) / lifetimes.mean - 0.693) < 0.05)
  }

  @Test(arguments: seeds) func generational(seed: UInt64) throws {
    let lifetimes = try distribution("generational", seed: seed).lifetimes
    #expect(abs(lifetimes.share(in: 0...63) - 0.91) < 0.025)
    #expect(lifetimes.share(in: 64...2047) < 0.01)
    #expect(lifetimes.share(in: 4096...1 << 20) > 0.06)
    #expect(lifetimes.coefficientOfVariation > 2)
  }

  @Test(arguments: seeds) func uniformLifetimes(seed: UInt64) throws {
    let lifetimes = try distribution("uniform-lifetimes", seed: seed).lifetimes
    #expect(abs(lifetimes.coefficientOfVariation - 0.577) < 0.05)
    #expect(abs(Double(lifetimes.quantile(0.5)) / lifetimes.mean - 1) < 0.06)
  }

  @Test(arguments: seeds) func paretoLifetimes(seed: UInt64) throws {
    let lifetimes = try distribution("pareto-lifetimes", seed: seed).lifetimes
    #expect(abs(try #require(lifetimes.tailExponent) - 1) < 0.15)
    #expect(lifetimes.coefficientOfVariation > 3)
  }

  @Test(arguments: seeds) func leaks(seed: UInt64) throws {
    let builder = try chaos("leaks").builder(Self.budget, seed: seed)
    #expect((200...1000).contains(builder.liveBlocks))
    #expect(try distribution("leaks", seed: seed).lifetimes.quantile(0.99) < 200)
  }

  @Test(arguments: seeds) func regions(seed: UInt64) throws {
    let regions = try distribution("regions", seed: seed)
    #expect(regions.frees / regions.freeRuns >= 4)
    #expect(try chaos("regions").builder(Self.budget, seed: seed).liveBlocks == 0)
  }

  // MARK: Order

  @Test(arguments: seeds, ["fifo", "producer-consumer", "xmalloc-test"]) func queues(seed: UInt64, name: String) throws
  {
    #expect(try distribution(name, seed: seed).oldestShare == 1)
  }

  @Test(arguments: seeds) func stack(seed: UInt64) throws {
    let stack = try distribution("lifo", seed: seed)
    #expect(stack.youngestShare == 1)
    #expect(stack.lifetimes.quantile(0.99) > 10 * max(1, stack.lifetimes.quantile(0.5)))
  }

  @Test(arguments: seeds) func randomOrder(seed: UInt64) throws {
    let order = try distribution("random-order", seed: seed)
    #expect(try #require(order.oldestShare) < 0.02)
    #expect(try #require(order.youngestShare) < 0.02)
    #expect(order.largestRelease == 1)
  }

  @Test(arguments: seeds) func interleavedQueues(seed: UInt64) throws {
    let queues = try distribution("interleaved-queues", seed: seed)
    // The longest queue holds the oldest block, and what is freed is mostly another's.
    #expect(try #require(queues.oldestShare) < 0.5)
    #expect(try #require(queues.youngestShare) < 0.05)
  }

  @Test(arguments: seeds) func everyOther(seed: UInt64) throws {
    // All but the first of the even places are freed behind an older block, all odd ones as the youngest.
    let order = try distribution("every-other", seed: seed)
    #expect(abs(try #require(order.youngestShare) - 0.5) < 0.05)
    #expect(order.largestRelease == 1)
  }

  @Test(arguments: seeds) func sortedBySize(seed: UInt64) throws {
    let operations = try chaos("largest-first").builder(Self.budget, seed: seed).trace.unpacked
    var sizes: [Int: Int] = [:]
    var (previous, turns, pairs) = (0, 0, 0)
    var direction = 0
    for operation in operations {
      if operation.kind == .allocate {
        sizes[operation.slot] = operation.size
        direction = 0
        previous = 0
      } else {
        let size = try #require(sizes[operation.slot])
        if previous > 0, size != previous {
          pairs += 1
          if direction != 0, direction != (size - previous).signum() { turns += 1 }
          direction = (size - previous).signum()
        }
        previous = size
      }
    }
    #expect(pairs > 3000)
    #expect(turns == 0)
  }

  // MARK: Phases

  @Test(arguments: seeds) func bursts(seed: UInt64) throws {
    // What is freed in one go is little most of the time, and now and then a hundred times as much.
    var runs = LogarithmicHistogram()
    var run = 0
    for operation in try chaos("bursts").builder(Self.budget, seed: seed).trace.unpacked {
      if operation.kind == .deallocate {
        run += 1
      } else if run > 0 {
        runs.insert(run)
        run = 0
      }
    }
    #expect(runs.quantile(0.5) < 40)
    #expect(runs.quantile(1) > 500)
  }

  @Test(arguments: seeds, ["ramp", "sawtooth"]) func fallsFromPeaks(seed: UInt64, name: String) throws {
    let phases = try distribution(name, seed: seed)
    #expect(phases.largestRelease > (name == "ramp" ? 0.999 : 0.85))
    #expect(phases.frees / phases.freeRuns > 1000)
  }

  @Test(arguments: seeds) func plateaus(seed: UInt64) throws {
    var statistics = AllocationStatistics()
    var levels: [Int: Int] = [:]
    for word in try chaos("plateaus").builder(Self.budget, seed: seed).operations {
      statistics.accept(word)
      levels[statistics.liveBlocks, default: 0] += 1
    }
    // Nearly all of the time is spent at eight levels or fewer, give or take the one block that is exchanged.
    let commonest = levels.sorted { ($1.value, $1.key) < ($0.value, $0.key) }.prefix(16).map(\.value).reduce(0, +)
    #expect(Double(commonest) / 60_000 > 0.85)
  }

  @Test(arguments: seeds) func phaseChanges(seed: UInt64) throws {
    let operations = try chaos("phase-changes").builder(Self.budget, seed: seed).trace.unpacked
    var medians: [Int] = []
    for start in stride(from: 0, to: 60_000, by: 6000) {
      let sizes = operations[start + 1000..<start + 5000].filter { $0.kind == .allocate }.map(\.size).sorted()
      medians.append(sizes[sizes.count / 2])
    }
    let (least, most) = (try #require(medians.min()), try #require(medians.max()))
    #expect(most > 4 * least)
  }

  @Test(arguments: seeds) func holePunching(seed: UInt64) throws {
    let builder = try chaos("hole-punching").builder(Self.budget, seed: seed)
    // Of each run of allocations 95 % are freed, and what stays is spread over the run.
    var run: [Int] = []
    var place: [Int: Int] = [:]
    var survivors = 0
    var allocated = 0
    var gaps: [Int] = []
    var previous = AllocationOperation.Kind.deallocate
    for operation in builder.trace.unpacked {
      let kind = try #require(operation.kind)
      if kind == .allocate, previous == .deallocate, !run.isEmpty {
        let left = run.filter { place[$0] != nil }.compactMap { place[$0] }
        if run.count > 100 {
          allocated += run.count
          survivors += left.count
          gaps += zip(left.dropFirst(), left).map { $0 - $1 }
        }
        run = []
        place = [:]
      }
      if kind == .allocate {
        place[operation.slot] = run.count
        run.append(operation.slot)
      } else {
        place[operation.slot] = nil
      }
      previous = kind
    }
    #expect(abs(Double(survivors) / Double(allocated) - 0.05) < 0.01)
    let mean = Double(gaps.reduce(0, +)) / Double(gaps.count)
    #expect(abs(mean - 20) < 4)
    #expect(try #require(gaps.max()) > 50, "scattered, not regular")
  }

  // MARK: Alignment

  @Test(arguments: seeds) func alignments(seed: UInt64) throws {
    let torture = try distribution("alignment-torture", seed: seed)
    for shift in 0...12 {
      #expect(abs(Double(torture.alignments[shift]) / Double(torture.requests) - 1 / 13.0) < 0.01)
    }
    let over = try distribution("over-aligned", seed: seed)
    #expect(over.overAligned == over.requests)
    let holes = try distribution("alignment-holes", seed: seed)
    #expect(abs(Double(holes.alignments[0]) / Double(holes.requests) - 0.5) < 0.01)
    let lines = try distribution("cache-lines", seed: seed)
    #expect(abs(Double(lines.alignments[6] + lines.alignments[7]) / Double(lines.requests) - 0.5) < 0.02)
  }

  // MARK: Limits

  @Test(arguments: seeds) func boundaries(seed: UInt64) throws {
    let boundaries = try distribution("class-boundaries", seed: seed).classified
    #expect(boundaries.all > 10_000)
    #expect(boundaries.nearBoundary == boundaries.all)
    #expect(abs(Double(boundaries.nearPowerOfTwo) / Double(boundaries.all) - 0.25) < 0.03)
    // Others are near them by chance alone.
    let uniform = try distribution("uniform", seed: seed).classified
    #expect(Double(uniform.nearBoundary) / Double(uniform.all) < 0.02)
    let pages = try chaos("page-boundaries").builder(Self.budget, seed: seed).trace.unpacked
    #expect(pages.allSatisfy { $0.kind != .allocate || ($0.size + 33) % 2048 <= 34 })
  }

  @Test(arguments: seeds) func zeroOneEnormous(seed: UInt64) throws {
    let limits = try distribution("zero-one-enormous", seed: seed)
    #expect(limits.zeroSizes * 60 > limits.requests)
    #expect(limits.enormousSizes * 30 > limits.requests)
    #expect(limits.sizes.share(in: 1...1) > 0.01)
    #expect(limits.sizes.quantile(0.9) > 16)
  }

  @Test(arguments: seeds) func overflow(seed: UInt64) throws {
    let operations = try chaos("overflow").builder(Self.budget, seed: seed).trace.unpacked
    let enormous = operations.filter { $0.size >= 1 << 34 }
    #expect(enormous.count > 2000)
    // Rounding up to the alignment or to a power of two, or adding a header of 16 bytes, makes a negative number.
    #expect(enormous.allSatisfy { $0.size > Int.max - (1 << 17) || $0.size & ~(1 << 40) == 1 << 62 })
    #expect(enormous.contains { $0.size == Int.max })
    #expect(enormous.contains { $0.size.addingReportingOverflow($0.alignment - 1).overflow })
    #expect(enormous.contains { $0.size > Int.max - 16 && $0.alignment == 1 })
    #expect(enormous.contains { $0.kind == .reallocate } && enormous.contains { $0.kind == .allocateZeroed })
  }

  @Test(arguments: seeds, ["exhaustion", "exhaustion-recovery", "exhausted-churn"])
  func exhaustion(seed: UInt64, name: String) throws {
    for operations in [50, 2000, 60_000] {
      var budget = Self.budget
      budget.operations = operations
      var statistics = AllocationStatistics()
      var times = 0
      var isFull = false
      for word in try chaos(name).builder(budget, seed: seed).operations {
        statistics.accept(word)
        if statistics.liveBytes > budget.liveBytes * 5 / 4, !isFull {
          isFull = true
          times += 1
        }
        if statistics.liveBytes < budget.liveBytes * 3 / 4 { isFull = false }
      }
      #expect(times >= (name == "exhausted-churn" || operations == 50 ? 1 : 2), "\(operations) operations")
    }
  }
}
