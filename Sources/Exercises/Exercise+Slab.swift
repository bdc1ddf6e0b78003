import Traces
import Vocabularies
import Workloads

extension Exercise {
  static let slab = Exercise(
    id: "slab", title: "Slab", assignment: "ProblemSet1",
    summary: "Caches of objects that keep their constructed state, after Bonwick (1994).",
    vocabulary: "allocation", protocolName: "ObjectCache", file: "SlabAllocator.swift",
    driver: "Worker::AllocationDriver<Worker::CacheSource<SlabAllocator>>",
    invariantDriver: "Worker::InvariantDriver<Worker::CacheSource<SlabAllocator>>",
    workloads: [
      Workload("fill-and-drain", "One cache grows to thousands of objects and is emptied, in three orders.") {
        generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(4...30) * 8
        for order in ReleaseOrder.allCases {
          builder.ramp(count: generator.pick(2000...3000), order: order, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("churn", "Random comings and goings in one cache.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(5...24) * 8
        builder.churn(operations: 100_000, population: 2500, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("pairs", "Short-lived objects, a few at a time.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(5...24) * 8
        for depth in [1, 3, 20, 90] {
          builder.pairs(operations: 30_000, depth: depth, with: &generator) { _ in (size, 8) }
        }
        return slabTrace(builder, [size])
      },
      Workload("many-caches", "Up to a dozen caches that share the heap.", isTimed: true) { generator in
        var builder = AllocationTraceBuilder()
        let sizes = Array(Set((0..<12).map { _ in generator.pick(2...60) * 8 })).sorted()
        builder.churn(operations: 60_000, population: 4000, with: &generator) { ($0.pick(sizes), 8) }
        return slabTrace(builder, sizes)
      },
      Workload("large-objects", "Objects of more than half a page.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(260...480) * 8
        builder.churn(operations: 8000, population: 300, with: &generator) { _ in (size, 8) }
        return slabTrace(builder, [size])
      },
      Workload("aligned-objects", "Objects that must begin at a cache line, or beyond.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(3...40) * 8
        let alignment = 1 << generator.pick(5...8)
        builder.churn(operations: 20_000, population: 1500, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("large-alignments", "Objects at multiples of 128 bytes, up to a kilobyte.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(3...100) * 8
        let alignment = 1 << generator.pick(7...10)
        builder.churn(operations: 6000, population: 300, with: &generator) { _ in (size, alignment) }
        return slabTrace(builder, [size], alignment: alignment)
      },
      Workload("reap", "Empties caches, reaps, and fills them again.") { generator in
        var builder = AllocationTraceBuilder()
        let sizes = [generator.pick(4...10) * 8, generator.pick(12...40) * 8]
        for round in 0..<6 {
          builder.churn(operations: 6000, population: 3000, with: &generator) { ($0.pick(sizes), 8) }
          if round % 2 == 0 {
            builder.deallocateAll(shuffledWith: &generator)
          } else {
            builder.punchHoles(keepingOneIn: generator.pick(40...80), with: &generator)
          }
          builder.reap()
        }
        return slabTrace(builder, sizes)
      },
      Workload("exhaustion", "A small heap, filled until it is full, and used again and again.") { generator in
        var builder = AllocationTraceBuilder()
        let size = generator.pick(4...20) * 8
        let limit = generator.pick(80...120) * 4096
        for _ in 0..<5 {
          while builder.live.count * size < limit + 50 * size { builder.allocate(size, alignment: 8) }
          builder.punchHoles(keepingOneIn: generator.pick(2...9), with: &generator)
        }
        return slabTrace(builder, [size], limit: limit)
      },
      Workload("recorded-git", "The common sizes of git, as recorded.", recorded: "git") { trace, generator in
        let sizes = [24, 48, 96, 200].map { $0 + 8 * generator.pick(0...2) }
        return slabTrace(Projection.ontoSizes(sizes, trace, limit: 80_000), sizes)
      },
      Workload("recorded-perl", "The common sizes of perl, as recorded.", isTimed: true, recorded: "perl") {
        trace, generator in
        let sizes = [24, 40, 72, 160].map { $0 + 8 * generator.pick(0...1) }
        return slabTrace(Projection.ontoSizes(sizes, trace, limit: 80_000), sizes)
      },
    ] + slabChaos.workloads("growth-fails", "growth-fails-at-random", "hole-punching", "exhaustion-recovery"),
    meters: [.space, .time],
    adapt: { trace in
      let sizes = Projection.commonSizes(trace, count: 8, largest: 2048).map { max(16, $0.roundedUp(to: 8)) }
      let distinct = Array(Set(sizes)).sorted()
      return slabTrace(Projection.ontoSizes(distinct, trace, limit: .max), distinct.isEmpty ? [64] : distinct)
    },
    chaos: slabChaos,
    causes: slabCauses,
    oracle: { trace, _ in
      var rules = AllocationOracle.Rules()
      rules.hasConstructedObjects = true
      let isAlone = trace.parameter("cache.count") ?? 1 == 1
      if isAlone { rules.slack = 1 << 20 }
      rules.refusal = { oracle, size, alignment in
        if isAlone, let lost = lostBlock(oracle) { return lost }
        guard !oracle.growthMayFail else { return nil }
        // Headers, colours and the ends of slabs may take three tenths, and each cache a slab that is hardly used.
        let stride = (size + alignment - 1) & ~(alignment - 1)
        let caches = trace.parameter("cache.count") ?? 1
        let room = oracle.heapLimit * 7 / 10 - 32 * 1024 * caches
        // What one cache took at its peak, others cannot have: each may have had all that was ever live.
        let live =
          isAlone
          ? oracle.liveBlocks * stride : caches * (oracle.peakLiveBytes + oracle.peakLiveBlocks * alignment)
        guard live < room else { return nil }
        return (.failedWithRoom, "\(oracle.liveBlocks) live objects leave room for more")
      }
      // A live object may keep a slab of 32 KiB; a cache may keep one slab, and the records of its slabs.
      let caches = trace.parameter("cache.count") ?? 1
      rules.touchedAfterReap = { liveBlocks in (liveBlocks + 2 * caches) * 32 * 1024 }
      return AllocationOracle(slotCount: trace.slotCount, heapLimit: trace.heapLimit, rules: rules)
    })
}

/// How a slab takes chaos.
private let slabChaos = ChaosFit(
  budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 2000) },
  fit: { builder, generator, chaos, budget in
    let count = generator.oneIn(2) ? 1 : generator.pick(2...8)
    let sizes = Array(
      Set(
        (0..<count).map { _ in
          max(16, generator.logarithmic(16...(budget.operations > longChaos ? 256 : 2000)).roundedUp(to: 8))
        })
    )
    .sorted()
    let alignment = generator.oneIn(2) ? 8 : 1 << generator.pick(3...8)
    // The sizes asked for choose among the caches by their logarithm, so that each has its share.
    let classes = 2 * Int.bitWidth
    func cache(_ size: Int) -> Int {
      let bits = Int.bitWidth - max(size, 1).leadingZeroBitCount
      return sizes[(2 * bits + (size >> max(0, bits - 2) & 1)) % classes % sizes.count]
    }
    let operations = Projection.operations(builder.operations, keepsReallocations: false, cache)
    let peak = Projection.peakLiveBytes(operations) { $0.roundedUp(to: alignment) }
    let slabs = 64 * 1024 * sizes.count
    let limit = chaos.exhausts ? peak * 6 / 10 + slabs : 2 * peak + slabs + (1 << 20)
    var trace = slabTrace(AllocationTraceBuilder(), sizes, alignment: alignment, limit: limit)
    trace.slotCount = builder.slotCount
    trace.operations = operations.map { AllocationOperation(word: $0).aligned(to: alignment).word }
    for _ in 0..<operations.count / (budget.operations > longChaos ? 20_000 : 4000) {
      trace.operations.insert(AllocationOperation(.reap).word, at: generator.below(operations.count))
    }
    return trace
  },
  resized: { trace, resize in
    let count = trace.parameter("cache.count") ?? 1
    var resized = trace
    var sizes: [Int: Int] = [:]
    for number in 0..<count {
      guard let size = trace.parameter("cache.\(number).size") else { return nil }
      let wanted = max(resize(size), 16).roundedUp(to: 8)
      // Two caches of one size would be one.
      guard wanted < 4096, !sizes.values.contains(wanted) else { return nil }
      sizes[size] = wanted
      resized = resized.settingParameter("cache.\(number).size", wanted)
    }
    return resized.mappingOperations { operation in
      sizes[operation.size].map { operation.resized(to: $0) } ?? operation
    }
  },
  variants: { withFewerCaches($0) + withReap($0) })

/// A trace for caches of objects of `sizes`.
func slabTrace(
  _ builder: AllocationTraceBuilder, _ sizes: [Int], alignment: Int = 8, limit: Int = Exercise.defaultHeapLimit
) -> Trace {
  var parameters = [("cache.count", sizes.count), ("heap.limit", limit)]
  for (number, size) in sizes.enumerated() {
    parameters += [("cache.\(number).size", size), ("cache.\(number).alignment", alignment)]
  }
  return builder.trace(name: "slab", seed: 0, parameters: parameters)
}

/// The trace with one more `reap()`, which empties magazines as well as many frees do.
private func withReap(_ trace: Trace) -> [Trace] {
  let count = trace.operations.count
  return Set([count - 1, count / 2, count / 4, count * 3 / 4, 1]).sorted(by: >).filter { $0 > 0 && $0 < count }.map {
    var longer = trace
    longer.operations.insert(AllocationOperation(.reap).word, at: $0)
    return longer
  }
}

/// The trace with all objects in one of its caches, and with only those caches that it uses.
private func withFewerCaches(_ trace: Trace) -> [Trace] {
  let count = trace.parameter("cache.count") ?? 1
  guard count > 1 else { return [] }
  let alignment = trace.parameter("cache.0.alignment") ?? 8
  let used = Set(trace.operations.map { AllocationOperation(word: $0) }.filter { $0.kindCode <= 2 }.map(\.size))
  let sizes = (0..<count).compactMap { trace.parameter("cache.\($0).size") }.filter { used.contains($0) }
  func fitted(_ sizes: [Int], _ size: (Int) -> Int) -> Trace {
    var fitted = trace.mappingOperations { $0.kindCode <= 2 ? $0.resized(to: size($0.size)) : $0 }
    fitted.parameters =
      slabTrace(
        AllocationTraceBuilder(), sizes, alignment: alignment, limit: trace.heapLimit
      ).parameters
    return fitted
  }
  return sizes.map { size in fitted([size]) { _ in size } } + (sizes.count < count ? [fitted(sizes) { $0 }] : [])
}
