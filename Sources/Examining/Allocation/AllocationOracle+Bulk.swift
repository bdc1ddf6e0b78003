import Vocabularies

/// Marks, and the end of many blocks at once.
extension AllocationOracle {
  /// The slots whose blocks an operation ends, as the trace says; some may be empty, or named twice.
  func slotsEnded(by operation: AllocationOperation) -> [Int] {
    switch operation.kind {
    case .release: order.since(operation.slot)
    case .reset: liveSlots.map { Int($0) }
    default: []
    }
  }

  mutating func endAtOnce(_ operation: AllocationOperation) -> Violation? {
    for rule in bulkRules { rule.willEnd(operation, in: self) }
    for slot in slotsEnded(by: operation) { _ = remove(slot) }
    followOrder(operation)
    return nil
  }

  mutating func followOrder(_ operation: AllocationOperation) {
    switch operation.kind {
    case .mark: order.mark(operation.slot)
    case .release: order.release(to: operation.slot)
    case .reset: order.reset()
    default: break
    }
  }
}
