package import Traces
import Vocabularies

extension Trace {
  /// The operations that free all blocks still live at the end of an allocation trace, oldest slot first; and where it has marks or
  /// resets, one more reset, unless nothing was asked for since the last.
  package var closing: [UInt64] {
    var isLive = Array(repeating: false, count: slotCount)
    var order = HandOutOrder()
    var endsInBulk = false
    var isUsed = false
    for word in operations {
      let operation = AllocationOperation(word: word)
      if operation.asksForSize { order.append(operation.slot) }
      if operation.isBulk { endsInBulk = true }
      isUsed = operation.kind != .reset && (isUsed || operation.asksForSize || operation.kind == .mark)
      switch operation.kind {
      case .allocate, .allocateZeroed: isLive[operation.slot] = true
      case .deallocate: isLive[operation.slot] = false
      case .mark: order.mark(operation.slot)
      case .release:
        for slot in order.since(operation.slot) { isLive[slot] = false }
        order.release(to: operation.slot)
      case .reset:
        for slot in isLive.indices { isLive[slot] = false }
        order.reset()
      default: continue
      }
    }
    return isLive.indices.filter { isLive[$0] }.map { AllocationOperation(.deallocate, slot: $0).word }
      + (endsInBulk && isUsed ? [AllocationOperation(.reset).word] : [])
  }
}
