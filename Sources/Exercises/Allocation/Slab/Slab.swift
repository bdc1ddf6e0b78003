import Examining
import Traces
import Vocabularies
import Workloads

/// Caches of constructed objects. Truth: the oracle knows which objects are live, and which were constructed.
enum Slab: ExerciseDefinition {
  static let id = "slab", title = "Slab", assignment = "ProblemSet1"
  static let summary = "Caches of objects that keep their constructed state, after Bonwick (1994)."
  static let handIn = HandIn(type: "SlabAllocator", protocolName: "ObjectCache")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<CacheSource<SlabAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<CacheSource<SlabAllocator>>"
  static let meters = [Meter.space, .time]

  static func oracle(for trace: Trace) -> any Oracle {
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
  }

  static func adapt(_ trace: Trace) -> Trace {
    let sizes = Projection.commonSizes(trace, count: 8, largest: 2048).map { max(16, $0.roundedUp(to: 8)) }
    let distinct = Array(Set(sizes)).sorted()
    return slabTrace(Projection.ontoSizes(distinct, trace, limit: .max), distinct.isEmpty ? [64] : distinct)
  }
}
