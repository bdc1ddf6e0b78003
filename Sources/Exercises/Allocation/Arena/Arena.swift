import Examining
import Traces
import Vocabularies
import Workloads

/// Blocks one behind the other, which end all at once. Truth: the trace says which blocks end, and the oracle what they weigh.
enum Arena: ExerciseDefinition {
  static let id = "arena", title = "Arena", assignment = "Allocators"
  static let summary = "Blocks one behind the other, marks that nest, and one reset for all of them."
  static let handIn = HandIn(type: "ArenaAllocator", protocolName: "Arena")
  static let vocabulary: any Vocabulary.Type = AllocationVocabulary.self
  static let driver = "AllocationDriver<ArenaSource<ArenaAllocator>>"
  static let invariantDriver: String? = "InvariantDriver<ArenaSource<ArenaAllocator>>"
  static let meters = [Meter.space, .time]

  static func oracle(for trace: Trace) -> any Oracle {
    let arenas = max(1, min(trace.parameter(AllocationVocabulary.arenaCountParameter) ?? 1, 16))
    return AllocationOracle(
      for: trace, of: arenas == 1 ? .plain : .owned, [BoundedByLoad(arenas: arenas), ServesAgainWithoutGrowth()])
  }

  static func adapt(_ trace: Trace) -> Trace {
    let builder = Projection.general(trace, largest: 1 << 20, limit: .max)
    return arenaTrace(builder)
  }

  static var chaos: ChaosFit? { chaosFit }

  static let chaosFit = ChaosFit(
    budget: { ChaosBudget(operations: $0, liveBytes: 2 << 20, liveBlocks: 4000, largest: 64 << 10) },
    fit: { builder, generator, chaos, _ in
      let operations = Projection.operations(builder.operations, keepsReallocations: true) { $0 }
      let asked = load(of: operations)
      var trace = arenaTrace(builder, limit: chaos.exhausts ? asked / 3 + 8192 : 9 * asked + (1 << 20))
      trace.operations = operations
      if !generator.oneIn(3) { trace = withMarks(trace, &generator) }
      return trace
    })

  /// What all requests of a trace weigh together, enormous ones apart.
  static func load(of operations: [UInt64]) -> Int {
    operations.reduce(0) { sum, word in
      let operation = AllocationOperation(word: word)
      guard operation.asksForSize, operation.size < 1 << 30, sum < 1 << 33 else { return sum }
      return sum + operation.size + operation.alignment + 16
    }
  }

  /// The same requests with marks, releases and resets among them; operations on blocks that ended by those are left out.
  static func withMarks(_ trace: Trace, _ generator: inout SeededGenerator) -> Trace {
    var result: [UInt64] = []
    var order = HandOutOrder()
    var isLive = Array(repeating: false, count: trace.slotCount)
    var depth = 0
    let every = generator.pick(10...80)
    for word in trace.operations {
      let operation = AllocationOperation(word: word)
      let slot = operation.slot
      if generator.oneIn(every) {
        if depth > 0, generator.oneIn(2) {
          let target = generator.below(depth)
          for ended in order.since(target) { isLive[ended] = false }
          order.release(to: target)
          depth = target + 1
          result.append(AllocationOperation(.release, slot: target).word)
        } else if generator.oneIn(12) {
          isLive = Array(repeating: false, count: trace.slotCount)
          order.reset()
          depth = 0
          result.append(AllocationOperation(.reset).word)
        } else {
          order.mark(depth)
          result.append(AllocationOperation(.mark, slot: depth).word)
          depth += 1
        }
      }
      switch operation.kind {
      case .allocate, .allocateZeroed: isLive[slot] = true
      case .reallocate: if !isLive[slot] { continue }
      case .deallocate:
        if !isLive[slot] { continue }
        isLive[slot] = false
      default: break
      }
      if operation.asksForSize { order.append(slot) }
      result.append(word)
    }
    var marked = trace
    marked.operations = result
    return marked
  }
}

/// A trace for one arena, or for several.
func arenaTrace(
  _ builder: AllocationTraceBuilder, arenas: Int = 1, limit: Int = Exercise.defaultHeapLimit
) -> Trace {
  builder.trace(
    name: "arena", seed: 0,
    parameters: [(AllocationVocabulary.arenaCountParameter, arenas), ("heap.limit", limit)])
}
