public import AllocLab
public import Vocabularies

/// Drives anything that hands out blocks. In a checked replay every payload is filled, and looked at again before it ends or moves.
///
/// A block keeps its pattern for as long as it lives, wherever it moves, and it is filled only when the next operation begins. So
/// the judge sees through its own mapping, whenever it looks, what a move kept and how a block was handed out, and need not believe
/// what is reported here.
@safe @frozen public struct AllocationDriver<Source: BlockSource & ~Copyable>: Driver, ~Copyable {
  @usableFromInline var source: Source
  @usableFromInline let session: Session
  @usableFromInline let slots: UnsafeMutablePointer<UInt64>
  /// Whether nothing is written into blocks, in checked replays too.
  @usableFromInline let isSilent: Bool
  /// The slot whose block the last operation handed out or moved, or -1: it has not been filled yet.
  @usableFromInline var unfilledSlot = -1
  /// Bytes of that block that hold its pattern already.
  @usableFromInline var filledBytes = 0
  /// In checked replays: which blocks end when the subject goes back to a mark.
  @usableFromInline var order = HandOutOrder()

  @inlinable public init(_ session: Session) {
    source = Source(session)
    self.session = session
    unsafe slots = session.slots
    isSilent = session.parameter(PayloadPattern.silenceParameter) == 1
  }

  @inlinable @inline(__always) public mutating func perform(_ word: UInt64) -> UInt64 {
    let operation = AllocationOperation(word: word)
    let slot = operation.slot
    // Safe, here and below: the judge sends no operation whose slot is not below the slot count.
    if operation.kindCode == 0 {
      let address = source.allocate(size: operation.size, alignment: operation.alignment)
      unsafe slots[slot] = address
      return address
    }
    if operation.kindCode == 3 {
      let address = unsafe slots[slot]
      if address != AllocationVocabulary.noAddress { source.deallocate(address) }
      return 0
    }
    return performSeldom(operation)
  }

  /// The operations that are not worth a place in the innermost loop.
  @inlinable @inline(never) mutating func performSeldom(_ operation: AllocationOperation) -> UInt64 {
    let slot = operation.slot
    switch operation.kindCode {
    case 1:
      let address = allocateZeroed(operation)
      unsafe slots[slot] = address
      return address
    case 2:
      let old = unsafe slots[slot]
      guard old != AllocationVocabulary.noAddress else { return old }
      let new = source.reallocate(old, size: operation.size, alignment: operation.alignment)
      if new != AllocationVocabulary.noAddress { unsafe slots[slot] = new }
      return new
    case 4: return performBulk(operation)
    case 7: return performHostile(operation)
    default: return 0
    }
  }

  @inlinable mutating func allocateZeroed(_ operation: AllocationOperation) -> UInt64 {
    let (size, alignment) = (operation.size, operation.alignment)
    if let address = source.allocateZeroed(size: size, alignment: alignment) { return address }
    let address = source.allocate(size: size, alignment: alignment)
    if address != AllocationVocabulary.noAddress, Source.isInside(address, size: size, in: session) {
      // Safe: the block has just been found to be inside the heap.
      unsafe Source.pointer(to: address, in: session).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }
    return address
  }

  @inlinable public mutating func performChecked(_ word: UInt64, index: UInt64) -> UInt64 {
    let operation = AllocationOperation(word: word)
    if !isSilent { fillLastBlock() }
    if operation.isBulk { return performBulkChecked(operation, index: index) }
    if operation.asksForSize { order.append(operation.slot) }
    if isSilent { return perform(word) }
    let slot = unsafe slots + Channel.slotWords &* operation.slot
    switch operation.kindCode {
    case 0, 1:
      let asksZeroed = operation.kindCode == 1
      let zeroed = asksZeroed ? source.allocateZeroed(size: operation.size, alignment: operation.alignment) : nil
      let bare = zeroed ?? source.allocate(size: operation.size, alignment: operation.alignment)
      guard bare != AllocationVocabulary.noAddress, Source.isInside(bare, size: operation.size, in: session) else {
        // Nothing can be filled. The heap may have grown when the judge looks at the outcome, so it is told.
        if bare != AllocationVocabulary.noAddress { reportOutside(operation.slot, index) }
        unsafe slot[0] = bare
        unsafe slot[1] = 0
        return bare
      }
      let address = source.annotate(bare)
      unsafe slot[0] = address
      unsafe slot[1] = UInt64(operation.size)
      if let wrong = source.inspect(address, size: operation.size) {
        report(.constructedStateLost, operation.slot, index, wrong.offset, wrong.expected, wrong.found)
      }
      if zeroed != nil, let wrong = firstNonZero(address, size: operation.size) {
        report(.notZeroed, operation.slot, index, wrong.offset, 0, wrong.found)
      }
      unsafe slot[2] = PayloadPattern.key(ofOperation: index)
      (unfilledSlot, filledBytes) = (operation.slot, 0)
      return address
    case 3:
      let address = unsafe slot[0]
      guard address != AllocationVocabulary.noAddress else { return 0 }
      unsafe verify(slot, operation.slot, count: Int(slot[1]), kind: .payloadChanged, index: index)
      if unsafe slot[1] > 0 { source.restore(address, size: unsafe Int(slot[1])) }
      source.deallocate(address)
      // What has ended has no bytes to be looked at, see `AllocationDriver+Bulk.swift`.
      unsafe slot[1] = 0
      return 0
    case 2:
      let old = unsafe slot[0]
      guard old != AllocationVocabulary.noAddress else { return old }
      let oldSize = unsafe Int(slot[1])
      unsafe verify(slot, operation.slot, count: oldSize, kind: .payloadChanged, index: index)
      let new = source.reallocate(old, size: operation.size, alignment: operation.alignment)
      guard new != AllocationVocabulary.noAddress else {
        unsafe verify(slot, operation.slot, count: oldSize, kind: .payloadLost, index: index)
        return new
      }
      unsafe slot[0] = new
      guard Source.isInside(new, size: operation.size, in: session) else {
        reportOutside(operation.slot, index)
        unsafe slot[1] = 0
        return new
      }
      let kept = min(oldSize, operation.size)
      unsafe verify(slot, operation.slot, count: kept, kind: .payloadLost, index: index)
      unsafe slot[1] = UInt64(operation.size)
      (unfilledSlot, filledBytes) = (operation.slot, kept)
      return new
    default: return perform(word)
    }
  }

  // These change nothing, but what does not mutate gets a copy of the driver, and with it of the subject, which may be large.

  /// The first byte of a block that is not zero.
  @inlinable mutating func firstNonZero(_ address: UInt64, size: Int) -> (offset: Int, found: UInt8)? {
    let bytes = unsafe Source.pointer(to: address, in: session)
    for offset in 0..<size {
      // Safe: the block has been found to be inside the heap.
      let byte = unsafe bytes.load(fromByteOffset: offset, as: UInt8.self)
      if byte != 0 { return (offset, byte) }
    }
    return nil
  }

  /// Writes the pattern into what the last operation handed out.
  @inlinable public mutating func fillLastBlock() {
    guard unfilledSlot >= 0 else { return }
    let slot = unsafe slots + Channel.slotWords &* unfilledSlot
    unfilledSlot = -1
    let reserved = Source.reservedBytes
    let (count, key) = unsafe (Int(slot[1]) - reserved, slot[2])
    // The pattern goes on from any of its words; the bytes of the word that was cut are the same.
    let start = max(0, filledBytes - reserved) & ~7
    guard start < count else { return }
    // Safe: the block has been found to be inside the heap, which never shrinks.
    unsafe PayloadPattern.fill(
      Source.pointer(to: slot[0], in: session) + reserved + start, count: count - start,
      key: PayloadPattern.key(key, advancedBy: start))
  }

  @inlinable mutating func verify(
    _ slot: UnsafeMutablePointer<UInt64>, _ number: Int, count: Int, kind: DamageReport.Kind, index: UInt64
  ) {
    let reserved = Source.reservedBytes
    guard count > reserved else { return }
    let start = unsafe Source.pointer(to: slot[0], in: session) + reserved
    let key = unsafe slot[2]
    // Safe: a slot with a size has a block that was found to be inside the heap, which never shrinks.
    if let offset = unsafe PayloadPattern.firstDifference(start, count: count - reserved, key: key) {
      let found = unsafe start.load(fromByteOffset: offset, as: UInt8.self)
      report(kind, number, index, offset + reserved, PayloadPattern.byte(at: offset, key: key), found)
    }
  }

  @inlinable @inline(never) mutating func reportOutside(_ slot: Int, _ index: UInt64) {
    report(.outsideHeap, slot, index, session.heap.end.offset, 0, 0)
  }

  @inlinable @inline(never) mutating func report(
    _ kind: DamageReport.Kind, _ slot: Int, _ index: UInt64, _ offset: Int, _ expected: UInt8, _ found: UInt8
  ) {
    session.report(
      DamageReport(
        kind: kind, index: index, slot: UInt64(slot), offset: UInt64(offset), expected: expected, found: found))
  }
}
