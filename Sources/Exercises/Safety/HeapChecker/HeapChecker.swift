import Examining
import Traces
import Vocabularies
import Workloads

/// An allocator that checks itself. Truth: the judge damages its records, and sees what comes of it.
enum HeapChecker: ExerciseDefinition {
  static let id = "heap-checker", title = "Heap checker", assignment = "HeapChecker"
  static let summary = "Finds damaged records before they do harm, and tells a block from any other address."
  static let handIn = HandIn(type: "TaggedAllocator", protocolName: "CheckedAllocator")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "HeapCheckerDriver<TaggedAllocator>"
  static let meters: [Meter] = []

  /// What the checker itself needs for a moment, but no copy of the records: those are 16 bytes a block at the least.
  static func privateLimit(on trace: Trace) -> Int? { max(96 << 10, 12 * trace.slotCount) }

  static func oracle(for trace: Trace) -> any Oracle {
    HeapCheckerOracle(
      operations: trace.operations, ballastSlots: trace.parameter("ballast.slots") ?? 0,
      base: AllocationOracle(for: trace, [DetectsWrongFrees(), ServesWhileMostIsFree()]))
  }

  static func adapt(_ trace: Trace) -> Trace {
    var fitted = trace.mappingOperations { $0.alignment > 16 ? $0.aligned(to: 16) : $0 }
    fitted.parameters.removeAll { $0.name == "heap.limit" }
    return fitted.settingParameter("heap.limit", 256 << 20)
  }
}
