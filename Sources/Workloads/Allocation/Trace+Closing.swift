package import Traces
import Vocabularies

extension Trace {
  /// The operations that free all blocks still live at the end of an allocation trace, oldest slot first.
  package var closing: [UInt64] {
    var isLive = Array(repeating: false, count: slotCount)
    for word in operations {
      let operation = AllocationOperation(word: word)
      switch operation.kind {
      case .allocate, .allocateZeroed: isLive[operation.slot] = true
      case .deallocate: isLive[operation.slot] = false
      default: continue
      }
    }
    return isLive.indices.filter { isLive[$0] }.map { AllocationOperation(.deallocate, slot: $0).word }
  }
}
