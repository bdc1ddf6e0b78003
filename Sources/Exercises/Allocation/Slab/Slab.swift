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
    let caches = trace.parameter("cache.count") ?? 1
    let leastSize = (0..<caches).compactMap { trace.parameter("cache.\($0).size") }.min() ?? 0
    // What one cache gave back, another cannot have.
    var alike: [any AllocationRule] = caches == 1 ? [GrowsOnlyWithNeed(), LosesNoBlock()] : []
    if caches == 1, let colours = ColoursSlabs(size: leastSize, alignment: trace.parameter("cache.0.alignment") ?? 8) {
      alike.append(colours)
    }
    return AllocationOracle(
      for: trace, of: .constructed,
      alike + [
        ServesObjectsThatFit(caches: caches, taken: trace.parameter("heap.taken") ?? 0),
        ConstructsOnce(heapLimit: trace.heapLimit), ReapGivesBack(caches: caches),
        CountsWhatItReaps(caches: caches, leastSize: leastSize),
      ])
  }

  static func adapt(_ trace: Trace) -> Trace {
    let sizes = Projection.commonSizes(trace, count: 8, largest: 2048).map { max(16, $0.roundedUp(to: 8)) }
    let distinct = Array(Set(sizes)).sorted()
    return slabTrace(Projection.ontoSizes(distinct, trace, limit: .max), distinct.isEmpty ? [64] : distinct)
  }
}
