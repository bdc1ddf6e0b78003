public import Vocabularies

extension AllocationDriver where Source: ~Copyable {
  /// A reap, a mark, or the end of many blocks at once.
  @inlinable mutating func performBulk(_ operation: AllocationOperation) -> UInt64 {
    switch operation.kind {
    case .reap: return source.reap()
    case .mark: source.mark(operation.slot)
    case .release: source.release(to: operation.slot)
    case .reset: source.reset()
    default: break
    }
    return 0
  }

  /// The same in a checked replay: each block that ends is looked at, and its slot is empty afterwards.
  @inlinable @inline(never) mutating func performBulkChecked(
    _ operation: AllocationOperation, index: UInt64
  ) -> UInt64 {
    switch operation.kind {
    case .mark: order.mark(operation.slot)
    case .release:
      for slot in order.since(operation.slot) { end(slot, index: index) }
      order.release(to: operation.slot)
    case .reset:
      for slot in 0..<Int(clamping: session.control.slotCount) { end(slot, index: index) }
      order.reset()
    default: break
    }
    return performBulk(operation)
  }

  /// A slot whose block has ended has no bytes to be looked at; see `performChecked`.
  @inlinable mutating func end(_ number: Int, index: UInt64) {
    // Safe: the slots are those of operations that were performed, or below the slot count.
    let slot = unsafe slots + (isSilent ? 1 : Channel.slotWords) &* number
    guard unsafe slot[0] != AllocationVocabulary.noAddress else { return }
    if !isSilent {
      unsafe verify(slot, number, count: Int(slot[1]), kind: .payloadChanged, index: index)
      unsafe slot[1] = 0
    }
    unsafe slot[0] = AllocationVocabulary.noAddress
  }
}
