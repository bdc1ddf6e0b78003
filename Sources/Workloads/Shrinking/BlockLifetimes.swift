import Traces
import Vocabularies

/// An allocation trace as blocks that live and end, instead of slots that are used again.
struct BlockLifetimes {
  /// For each operation the number of the block that it is about, in the order of allocation; -1 for those about none.
  private(set) var ofOperation: [Int32]
  /// How many blocks there are.
  private(set) var count = 0

  init(_ trace: Trace) {
    ofOperation = Array(repeating: -1, count: trace.operations.count)
    var inSlot = Array(repeating: Int32(-1), count: trace.slotCount)
    for (index, word) in trace.operations.enumerated() {
      let operation = AllocationOperation(word: word)
      guard operation.namesBlock, operation.slot < inSlot.count else { continue }
      if operation.allocates {
        inSlot[operation.slot] = Int32(count)
        count += 1
      }
      ofOperation[index] = inSlot[operation.slot]
    }
  }

  /// At most so many blocks have a slot of their own each, so that people can tell them apart.
  static let namedApart = 12

  /// Writes operations, each with the number of its block, as a trace: slots are given in the order of allocation, and used again
  /// where there are many blocks.
  static func trace(_ original: Trace, _ operations: [(word: UInt64, block: Int32)]) -> Trace {
    var trace = original
    trace.operations.removeAll(keepingCapacity: false)
    trace.operations.reserveCapacity(operations.count)
    let blocks = operations.reduce(0) { $0 + (AllocationOperation(word: $1.word).allocates ? 1 : 0) }
    var slotOfBlock: [Int32: Int] = [:]
    slotOfBlock.reserveCapacity(min(blocks, 1 << 16))
    var free: [Int] = []
    var slotCount = 0
    var unusedSlot = 0
    for (word, block) in operations {
      let operation = AllocationOperation(word: word)
      var slot = operation.slot
      if operation.namesBlock, block >= 0 {
        if operation.allocates {
          slot = free.popLast() ?? unusedSlot
          unusedSlot = max(unusedSlot, slot + 1)
          slotOfBlock[block] = slot
        } else {
          slot = slotOfBlock[block] ?? slot
        }
        if operation.kind == .deallocate, blocks > namedApart { free.append(slot) }
      }
      slotCount = max(slotCount, operation.hasSlot ? slot + 1 : 1)
      trace.operations.append(operation.inSlot(slot).word)
    }
    trace.slotCount = slotCount
    return trace
  }
}

extension AllocationOperation {
  /// Whether a block begins with it.
  var allocates: Bool { kindCode <= 1 }

  /// Whether its slot is that of a block, live or ended.
  var namesBlock: Bool {
    switch kind {
    case .allocate, .allocateZeroed, .reallocate, .deallocate: true
    case .hostile:
      hostility == .doubleFree || hostility == .interiorFree || hostility == .misalignedFree
    case .reap, .thread, .clock, .mark, .release, .reset, nil: false
    }
  }

  /// Whether its slot, or what stands in its place, must be below the trace's count of slots.
  var hasSlot: Bool { namesBlock || kind == .hostile }

  /// The same operation about another slot.
  func inSlot(_ slot: Int) -> AllocationOperation {
    AllocationOperation(word: word & ~(0xff_ffff << 8) | UInt64(slot) << 8)
  }

  /// The same operation, of another kind.
  func ofKind(_ kind: Kind) -> AllocationOperation { AllocationOperation(word: word & ~7 | UInt64(kind.rawValue)) }
}
