import Vocabularies

/// Looks in the middle of a window, when nobody who is looked at can know.
///
/// What a subject's own process says of it can be taken back, and a window's end can be seen coming. But a live block's bytes
/// are its program's: whenever the worker is stopped, they hold their pattern.
extension AllocationOracle {
  /// The most bytes of older blocks that are looked at in one glance.
  private static let olderBytes = 512 << 10

  /// Checks the blocks that are live while a window goes on; what is wrong with one, or nil.
  ///
  /// The operation that the worker is at may be half done, so its block is left out.
  /// - Parameters:
  ///   - operations: all of the window.
  ///   - outcomes: of those that are done.
  ///   - firstIndex: the index, in the trace, of the first.
  package func glance(
    operations: Span<UInt64>, outcomes: Span<UInt64>, firstIndex: Int, heap: HeapView
  ) -> Violation? {
    guard heap.memory == nil else { return nil }
    if attendance != nil { return glanceAtUntouched(by: operations, done: outcomes.count, heap) }
    var later = self
    // Before the first operation has begun, the last block of the window before may still be to be filled.
    if !outcomes.isEmpty { later.unfilled = nil }
    later.lastDone = firstIndex + min(outcomes.count, operations.count - 1)
    var changed: [Int32] = []
    for place in outcomes.indices {
      let operation = AllocationOperation(word: operations[place])
      if operation.isBulk { later.noteBulk(operation) }
      guard HeapContents.slot(of: operation.word) != nil, operation.kind != .hostile else {
        later.unfilled = nil
        continue
      }
      later.note(operation, outcomes[place], at: firstIndex + place)
      changed.append(Int32(truncatingIfNeeded: operation.slot))
    }
    if outcomes.count < operations.count {
      // Whichever operation is under way may change its own block, and no other.
      let operation = AllocationOperation(word: operations[outcomes.count])
      if operation.isBulk {
        later.noteBulk(operation)
      } else if operation.slot < later.blocks.count {
        later.blocks[operation.slot].address = -1
      }
    }
    for slot in changed.reversed() + older() {
      let block = later.blocks[Int(slot)]
      guard block.address >= 0, block.address <= heap.byteCount, block.size <= heap.byteCount - block.address else {
        continue
      }
      if let violation = later.checkBytes(of: Int(slot), heap) { return violation }
    }
    return nil
  }

  /// Blocks from before the window, those behind one that is drawn anew each time.
  func older() -> [Int32] {
    guard let start = liveSlots.indices.randomElement() else { return [] }
    var chosen: [Int32] = []
    var byteCount = 0
    for place in 0..<liveSlots.count where byteCount < Self.olderBytes {
      let slot = liveSlots[(start + place) % liveSlots.count]
      chosen.append(slot)
      byteCount += blocks[Int(slot)].size + 64
    }
    return chosen
  }

  /// Blocks that ended, or are about to, may hold anything. A reset ends those of this window too, which are in no list yet.
  private mutating func noteBulk(_ operation: AllocationOperation) {
    for slot in operation.kind == .reset ? Array(blocks.indices) : slotsEnded(by: operation) {
      blocks[slot].address = -1
    }
    followOrder(operation)
  }

  /// Takes an outcome at its word; whether it can be is checked at the window's end.
  private mutating func note(_ operation: AllocationOperation, _ outcome: UInt64, at index: Int) {
    let slot = operation.slot
    unfilled = nil
    if operation.asksForSize { order.append(slot) }
    guard operation.asksForSize else {
      blocks[slot].address = -1
      return
    }
    guard outcome != AllocationVocabulary.noAddress else { return }
    let old = blocks[slot]
    let moved = operation.kind == .reallocate ? old : nil
    if let moved, moved.address < 0 { return }
    blocks[slot].address = Int(clamping: outcome & format.addressMask)
    blocks[slot].size = operation.size
    blocks[slot].origin = index
    blocks[slot].pattern = moved?.pattern ?? index
    blocks[slot].serial = outcome >> AllocationVocabulary.serialShift
    unfilled = (slot, moved.map { min($0.size, operation.size) } ?? 0)
  }

  /// Looks at an object that has just been handed out in its constructed state, and may be filled with its pattern up to some byte.
  func checkHandOut(of slot: Int, _ heap: HeapView) -> Violation? {
    let block = blocks[slot]
    let reserved = format.reservedBytes
    let serial = heap.word(at: block.address)
    guard serial & BlockFormat.serialMask == block.serial else {
      return Violation(
        .constructedStateLost, at: block.origin, "the serial number of b\(slot) changed while it was in use",
        evidence: ["it is \(describe(slot))"])
    }
    let (start, count) = (block.address + reserved, block.size - reserved)
    let pattern = patternKey(of: block)
    guard let filled = heap.firstDifference(at: start, count: count, key: pattern) else { return nil }
    let key = ConstructedState.key(address: UInt64(block.address), serial: serial)
    let whole = filled & ~7
    guard
      let offset = heap.firstDifference(
        at: start + whole, count: count - whole, key: PayloadPattern.key(key, advancedBy: whole))
    else { return nil }
    let wrong = whole + offset
    return Violation(
      .constructedStateLost, at: block.origin,
      "b\(slot) was handed out, but byte \(reserved + wrong) is not as the constructor leaves it: expected "
        + "\(hexadecimal(PayloadPattern.byte(at: wrong, key: key))), found \(hexadecimal(heap.byte(at: start + wrong)))",
      evidence: ["it is \(describe(slot))"])
  }
}
