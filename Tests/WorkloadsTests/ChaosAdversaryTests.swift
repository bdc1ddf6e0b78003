import Testing
import Traces
import Vocabularies
import Workloads

/// Adversaries do what they threaten, programs have the shapes that are known of them, and mistakes are counted by kind.
@Suite struct ChaosAdversaryTests {
  static let seeds = ChaosClaimTests.seeds
  static let budget = ChaosBudget(operations: 12_000, liveBytes: 1 << 20, liveBlocks: 2000, largest: 8192)

  private func operations(_ name: String, seed: UInt64, _ budget: ChaosBudget = budget) throws -> [AllocationOperation]
  {
    try chaos(name).builder(budget, seed: seed).trace.unpacked
  }

  private func distribution(_ name: String, seed: UInt64) throws -> AllocationDistribution {
    var distribution = AllocationDistribution()
    for word in try chaos(name).builder(Self.budget, seed: seed).operations { distribution.accept(word) }
    return distribution
  }

  /// Robson 1974: any allocator needs M (log2 n / 2 + 1) − n + 1 words for M live ones in blocks of up to n.
  @Test(arguments: seeds) func robsonsBound(seed: UInt64) throws {
    let operations = try operations("robson", seed: seed)
    let rounds = operations.indices.filter {
      $0 == 0 || operations[$0].kind == .allocate && operations[$0 - 1].kind == .deallocate
    }
    // The first round, until nothing lives any more.
    var live = 0
    var round: [AllocationOperation] = []
    for operation in operations {
      round.append(operation)
      live += operation.kind == .allocate ? 1 : -1
      if live == 0 { break }
    }
    #expect(rounds.count > 4)
    let unit = try #require(round.map(\.size).filter { $0 > 0 }.min())
    let largest = try #require(round.map(\.size).max()) / unit
    var firstFit = FirstFit()
    for operation in round { firstFit.perform(operation, unit: unit) }
    let words = Double(firstFit.peakLive)
    let steps = Double(largest.trailingZeroBitCount)
    #expect(largest & (largest - 1) == 0 && largest >= 64)
    #expect(Double(firstFit.reach) >= words * (steps / 2 + 1) - Double(largest) + 1)
    // Nothing like it by chance: the same sizes in an order of their own.
    #expect(Double(firstFit.reach) / words > 3.5)
  }

  @Test(arguments: seeds) func sawdust(seed: UInt64) throws {
    let operations = try operations("sawdust", seed: seed)
    var sizes: [Int: Int] = [:]
    var previous = 0
    var (shrinking, exchanges) = (0, 0)
    for (operation, next) in zip(operations, operations.dropFirst()) {
      if operation.kind == .allocate { sizes[operation.slot] = operation.size }
      guard operation.kind == .deallocate, next.kind == .allocate, next.slot == operation.slot else { continue }
      exchanges += 1
      let old = sizes[operation.slot] ?? 0
      if next.size < old, old - next.size <= 24 { shrinking += 1 }
      previous = next.size
    }
    #expect(previous > 0)
    #expect(exchanges > 3000)
    #expect(Double(shrinking) / Double(exchanges) > 0.98)
  }

  @Test(arguments: seeds) func classByClass(seed: UInt64) throws {
    let operations = try operations("class-by-class", seed: seed)
    // A segregated fit that never gives a page from one class to another.
    var (peaks, live, sizes): ([Int: Int], [Int: Int], [Int: Int]) = ([:], [:], [:])
    var (bytes, peak) = (0, 0)
    for operation in operations {
      if operation.kind == .allocate {
        sizes[operation.slot] = operation.size
        bytes += operation.size
        peak = max(peak, bytes)
        live[operation.size, default: 0] += operation.size
        peaks[operation.size] = max(peaks[operation.size] ?? 0, live[operation.size] ?? 0)
      } else {
        let size = try #require(sizes[operation.slot])
        bytes -= size
        live[size, default: 0] -= size
      }
    }
    #expect(peaks.values.reduce(0, +) > 5 * peak)
  }

  @Test(arguments: seeds) func splitsAndMerges(seed: UInt64) throws {
    let operations = try operations("split-and-merge", seed: seed)
    var firstFit = FirstFit()
    for operation in operations.prefix(6000) { firstFit.perform(operation, unit: 1) }
    // All happens in the room of the first blocks: what does not merge has to go beyond.
    let groups = operations.prefix { $0.kind == .allocate || $0.kind == .deallocate }.count
    #expect(groups == operations.count)
    let base = try #require(operations.map(\.size).filter { $0 > 0 }.min())
    #expect(operations.allSatisfy { [0, base, 3 * base].contains($0.size) })
    #expect(firstFit.reach <= 64 * 4 * base + 4 * base)
  }

  @Test(arguments: seeds) func buddyHalfEmpty(seed: UInt64) throws {
    var buddy = BuddyModel(orders: 24)
    for operation in try operations("buddy-half-empty", seed: seed) { buddy.perform(operation) }
    #expect(Double(buddy.taken) / Double(buddy.asked) > 1.9)
    var uniform = BuddyModel(orders: 24)
    for operation in try operations("uniform", seed: seed) { uniform.perform(operation) }
    #expect(Double(uniform.taken) / Double(uniform.asked) < 1.5)
  }

  @Test(arguments: seeds) func buddySurvivors(seed: UInt64) throws {
    var buddy = BuddyModel(orders: 24)
    var (live, peak): (Int, Int) = (0, 0)
    var sizes: [Int: Int] = [:]
    // Until the first round is over, which a block of the largest size ends, hardly anything finds its buddy free.
    var mergesInRound = 0
    for (number, operation) in try operations("buddy-survivors", seed: seed).enumerated() {
      if operation.kind == .allocate || number < 1000 { mergesInRound = buddy.merges }
      if number == 999 { #expect(mergesInRound < 30) }
      buddy.perform(operation)
      live += operation.size - (operation.kind == .deallocate ? sizes[operation.slot] ?? 0 : 0)
      sizes[operation.slot] = operation.size
      peak = max(peak, live)
    }
    // Sizes fit exactly: all that is lost is lost in between.
    #expect(buddy.taken == buddy.asked)
    #expect(Double(buddy.reach) / Double(peak) > 1.5)
  }

  @Test(arguments: seeds) func buddyCascades(seed: UInt64) throws {
    var buddy = BuddyModel(orders: 20)
    let operations = try operations("buddy-cascades", seed: seed)
    for operation in operations { buddy.perform(operation) }
    #expect(Double(buddy.splits) / Double(operations.count) > 3)
    #expect(buddy.splits == buddy.merges)
  }

  // MARK: Programs

  @Test(arguments: seeds) func cfrac(seed: UInt64) throws {
    let cfrac = try distribution("cfrac", seed: seed)
    #expect(cfrac.sizes.quantile(0.99) <= 48)
    #expect(cfrac.lifetimes.quantile(0.9) < 16)
    #expect(try #require(cfrac.youngestShare) > 0.5)
  }

  @Test(arguments: seeds) func espresso(seed: UInt64) throws {
    let espresso = try distribution("espresso", seed: seed)
    #expect(espresso.sizes.coefficientOfVariation > 1)
    #expect(espresso.reallocations.grown > 50 && espresso.reallocations.shrunk == 0)
    #expect(espresso.sizes.quantile(0.5) <= 128)
    #expect(espresso.lifetimes.quantile(0.25) <= 2)
    #expect(espresso.lifetimes.quantile(0.9) > 50)
  }

  @Test(arguments: seeds) func larson(seed: UInt64) throws {
    let larson = try distribution("larson", seed: seed)
    #expect(abs(larson.sizes.mean - 504) < 15)
    #expect(larson.sizes.quantile(0) < 20)
    #expect(try #require(larson.oldestShare) < 0.05)
    var statistics = AllocationStatistics()
    for operation in try operations("larson", seed: seed) { statistics.accept(operation.word) }
    // Blocks outlive the threads that made them.
    #expect(statistics.threadCount > 4)
    #expect(statistics.liveBlocks == statistics.peakLiveBlocks)
  }

  @Test(arguments: seeds, ["sh6bench", "sh8bench"]) func shbench(seed: UInt64, name: String) throws {
    let shbench = try distribution(name, seed: seed)
    #expect(shbench.sizes.quantile(0.5) < 100)
    #expect(shbench.sizes.quantile(1) > 400)
    #expect(shbench.frees / shbench.freeRuns > 8)
    // Part of the frees goes backwards, part in order: neighbours in time are neighbours in age.
    var births: [Int: Int] = [:]
    var makers: [Int: Int] = [:]
    var (backwards, forwards, foreign, all, thread): (Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0)
    var previous: Int?
    for (number, operation) in try operations(name, seed: seed).enumerated() {
      if operation.kind == .thread { thread = operation.slot }
      if operation.kind == .allocate {
        births[operation.slot] = number
        makers[operation.slot] = thread
      }
      guard operation.kind == .deallocate, let birth = births[operation.slot] else {
        previous = nil
        continue
      }
      all += 1
      if makers[operation.slot] != thread { foreign += 1 }
      if let previous { if birth < previous { backwards += 1 } else { forwards += 1 } }
      previous = birth
    }
    #expect(Double(backwards) / Double(all) > 0.2)
    #expect(Double(forwards) / Double(all) > 0.2)
    #expect(name == "sh6bench" ? foreign == 0 : (0.1...0.4).contains(Double(foreign) / Double(all)))
  }

  @Test(arguments: seeds) func xmallocTest(seed: UInt64) throws {
    let xmalloc = try distribution("xmalloc-test", seed: seed)
    #expect(xmalloc.frees / xmalloc.freeRuns >= 95)
    #expect(Set(try operations("xmalloc-test", seed: seed).filter { $0.kind == .allocate }.map(\.size)).count == 17)
    var makers: [Int: Int] = [:]
    var thread = 0
    for operation in try operations("xmalloc-test", seed: seed) {
      if operation.kind == .thread { thread = operation.slot }
      if operation.kind == .allocate { makers[operation.slot] = thread }
      if operation.kind == .deallocate { #expect(thread >= 2 && makers[operation.slot] ?? 9 < 2) }
    }
  }

  @Test(arguments: seeds) func cacheScratch(seed: UInt64) throws {
    let scratch = try distribution("cache-scratch", seed: seed)
    #expect(scratch.sizes.quantile(1) <= 64)
    #expect(scratch.lifetimes.quantile(0.5) == 1)
    var statistics = AllocationStatistics()
    for operation in try operations("cache-scratch", seed: seed) { statistics.accept(operation.word) }
    #expect(statistics.threadCount == 9 && statistics.peakLiveBlocks == 8)
  }

  @Test(arguments: seeds) func mstress(seed: UInt64) throws {
    let mstress = try distribution("mstress", seed: seed)
    #expect(mstress.lifetimes.coefficientOfVariation > 1)
    var (makers, foreign, all, thread): ([Int: Int], Int, Int, Int) = ([:], 0, 0, 0)
    for operation in try operations("mstress", seed: seed) {
      if operation.kind == .thread { thread = operation.slot }
      if operation.kind == .allocate { makers[operation.slot] = thread }
      if operation.kind == .deallocate {
        all += 1
        if makers[operation.slot] != thread { foreign += 1 }
      }
    }
    #expect(Double(foreign) / Double(all) > 0.02)
    #expect(Double(foreign) / Double(all) < 0.5)
  }

  @Test(arguments: seeds) func allocTest(seed: UInt64) throws {
    let sizes = try distribution("alloc-test", seed: seed).sizes
    for shift in 2...6 {
      let share = sizes.share(in: (1 << shift) + 1...2 << shift)
      #expect(abs(share * Double(1 << (shift - 1)) - 1) < 0.25, "\(shift)")
    }
    // A few slots see most of the comings and goings, others hardly any.
    let lifetimes = try distribution("alloc-test", seed: seed).lifetimes
    #expect(lifetimes.coefficientOfVariation > 2)
  }

  // MARK: Faults and wrong frees

  @Test(
    arguments: seeds,
    [
      ("growth-fails-once", Hostility.growthFailsOnce), ("growth-fails", .growthFails),
      ("growth-fails-at-random", .growthFails), ("growth-fails-first", .growthFails),
    ])
  func faults(seed: UInt64, item: (name: String, kind: Hostility)) throws {
    for length in [50, 2000, 12_000] {
      var budget = Self.budget
      budget.operations = length
      let operations = try operations(item.name, seed: seed, budget)
      let faults = operations.indices.filter { operations[$0].hostility?.isFault == true }
      #expect(faults.count >= (length == 50 ? 2 : 16))
      // Each fault is ended, with requests before its end and after.
      for (number, place) in faults.enumerated() {
        let wanted: Hostility = number % 2 == 0 ? item.kind : .growthWorks
        #expect(operations[place].hostility == wanted)
        let next = number + 1 < faults.count ? faults[number + 1] : operations.count
        #expect(operations[place..<next].contains { $0.kind == .allocate }, "\(length) operations, \(place)")
        if wanted != .growthWorks { #expect(operations[place].size >= 1) }
      }
      // The heap has to grow: what is live under a fault is more than ever before.
      var (live, peak, exceeded) = (0, 0, 0)
      var isFaulty = false
      var isCounted = false
      for operation in operations {
        if let hostility = operation.hostility {
          isFaulty = hostility != .growthWorks
          isCounted = false
        }
        live +=
          operation.kind == .allocate || operation.kind == .allocateZeroed ? 1 : operation.kind == .deallocate ? -1 : 0
        if isFaulty, live > peak, !isCounted {
          exceeded += 1
          isCounted = true
        }
        peak = max(peak, live)
      }
      // One that flickers may fail again before it had to grow.
      let least = item.name == "growth-fails-at-random" ? 1 : faults.count / 2
      #expect(exceeded >= least, "\(length) operations")
    }
  }

  @Test(
    arguments: seeds,
    [
      ("double-free", [Hostility.doubleFree]), ("interior-free", [.interiorFree]), ("foreign-free", [.foreignFree]),
      ("misaligned-free", [.misalignedFree]),
      ("wrong-frees", [.doubleFree, .interiorFree, .foreignFree, .misalignedFree]),
    ])
  func wrongFrees(seed: UInt64, item: (name: String, kinds: [Hostility])) throws {
    let counts = try distribution(item.name, seed: seed)
    for kind in Hostility.allCases {
      #expect((counts.count(of: kind) > 100) == item.kinds.contains(kind))
      if !item.kinds.contains(kind) { #expect(counts.count(of: kind) == 0) }
    }
    var sizes: [Int: Int] = [:]
    for operation in try operations(item.name, seed: seed) {
      if operation.kind == .allocate { sizes[operation.slot] = operation.size }
      switch operation.hostility {
      case .interiorFree: #expect((1..<(sizes[operation.slot] ?? 0)).contains(operation.size))
      case .misalignedFree: #expect((1...7).contains(operation.size))
      default: continue
      }
    }
  }

  @Test func othersAreNeitherFaultyNorWrong() throws {
    for generator in ChaosCatalogue.all where generator.family != .faults && generator.family != .negative {
      let counts = try distribution(generator.name, seed: 3).hostilities
      #expect(counts.allSatisfy { $0 == 0 }, "\(generator.name)")
    }
  }
}
