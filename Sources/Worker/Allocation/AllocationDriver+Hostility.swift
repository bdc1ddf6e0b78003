public import AllocLab
public import Vocabularies

extension AllocationDriver where Source: ~Copyable {
  /// Does what no well-behaved program or system does.
  @inlinable @inline(never) mutating func performHostile(_ operation: AllocationOperation) -> UInt64 {
    switch operation.hostility {
    case .growthFailsOnce: return inject(.once(call: operation.size))
    case .growthFails: return inject(.always(call: operation.size))
    case .growthFailsAtRandom: return inject(.atRandom(oneIn: operation.size))
    case .growthWorks: return inject(.none)
    case .doubleFree: return reject(at: operation, offset: 0)
    case .interiorFree: return reject(at: operation, offset: operation.size)
    case .misalignedFree: return reject(at: operation, offset: -operation.size)
    case .foreignFree: return source.rejects(UInt64(session.heap.end.offset &+ operation.size)) ? 1 : 0
    case .restart: return restart()
    case .freeOfNull:
      source.freeNull()
      return 0
    case .byReallocation:
      source.goByReallocation()
      return 0
    case .damage, .checkInvariants, nil: return 0
    }
  }

  /// Ends the subject and begins another, as a process of its own would.
  @inlinable mutating func restart() -> UInt64 {
    let end = UInt64(session.heap.end.offset)
    unfilledSlot = -1
    order.reset()
    session.emptyHeap()
    source = Source(session)
    return end
  }

  @usableFromInline func inject(_ fault: GrowthFault) -> UInt64 {
    session.inject(fault)
    return 0
  }

  /// Frees an address that lies `offset` bytes from where the slot's block is, or was.
  @inlinable mutating func reject(at operation: AllocationOperation, offset: Int) -> UInt64 {
    // Safe: the judge sends no operation whose slot is not below the slot count. Hostile traces are only ever checked.
    let block = unsafe slots[(isSilent ? 1 : Channel.slotWords) &* operation.slot]
    guard block != AllocationVocabulary.noAddress else { return 1 }
    let wrong = Int(truncatingIfNeeded: block) &+ offset
    return source.rejects(UInt64(truncatingIfNeeded: wrong < 0 ? wrong &+ 2 &* operation.size : wrong)) ? 1 : 0
  }
}
