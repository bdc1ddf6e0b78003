import Examining
import Traces
import Vocabularies

/// An allocator that checks itself. Truth: the judge damages its records, and sees what comes of it.
enum HeapChecker: ExerciseDefinition {
  static let id = "heap-checker", title = "Heap checker", assignment = "HeapChecker"
  static let summary = "Finds damaged records before they do harm, and tells a block from any other address."
  static let handIn = HandIn(type: "TaggedAllocator", protocolName: "CheckedAllocator")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "HeapCheckerDriver<TaggedAllocator>"
  static let meters: [Meter] = []
  static let secondsPerTrace = 1.0

  static func oracle(for trace: Trace) -> any Oracle {
    var rules = AllocationOracle.Rules()
    rules.detectsInvalidFrees = true
    rules.refusal = { oracle, size, alignment in
      guard !oracle.growthMayFail, alignment <= 16, size <= oracle.heapLimit else { return nil }
      // Tags, rounding and holes may take a lot; an empty heap has no holes.
      let blocks = oracle.liveBlocks + 1
      let room = oracle.liveBlocks == 0 ? oracle.heapLimit - 4096 : oracle.heapLimit / 4
      guard oracle.liveBytes + size + 64 * blocks <= room else { return nil }
      return (.failedWithRoom, "most of the heap is free")
    }
    return HeapCheckerOracle(
      operations: trace.operations,
      base: AllocationOracle(slotCount: trace.slotCount, heapLimit: trace.heapLimit, rules: rules))
  }

  static func adapt(_ trace: Trace) -> Trace {
    var fitted = trace.mappingOperations { $0.alignment > 16 ? $0.aligned(to: 16) : $0 }
    fitted.parameters.removeAll { $0.name == "heap.limit" }
    return fitted.settingParameter("heap.limit", 256 << 20)
  }
}
