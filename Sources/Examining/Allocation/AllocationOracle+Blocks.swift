import Vocabularies

extension AllocationOracle {
  /// A block was asked for; it may have been refused.
  mutating func insert(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, heapEnd: Int
  ) -> Violation? {
    let slot = operation.slot
    if outcome == AllocationVocabulary.noAddress { return refuse(operation, at: index) }
    return place(operation, outcome, at: index, heapEnd: heapEnd) { oracle in
      oracle.blocks[slot].place = oracle.liveSlots.count
      oracle.liveSlots.append(Int32(truncatingIfNeeded: slot))
      oracle.liveBytes += operation.size
    }
  }

  /// A live block was to move or to change its size; it may have been refused, and is then as it was.
  mutating func move(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, heapEnd: Int
  ) -> Violation? {
    let slot = operation.slot
    let old = blocks[slot]
    guard old.address >= 0 else { return nil }
    if outcome == AllocationVocabulary.noAddress { return refuse(operation, at: index) }
    bytes.remove(old.address, old.extent)
    if old.mayHoldMore { holdingMore -= 1 }
    if leftBehind != nil {
      let left = payload(of: old)
      leftBehind?.append(left)
    }
    return place(operation, outcome, at: index, heapEnd: heapEnd, inPlaceOf: old) { oracle in
      oracle.blocks[slot].place = old.place
      oracle.liveBytes += operation.size - old.size
    }
  }

  /// A live block ended. Operations on a slot whose request was refused mean nothing.
  mutating func remove(_ slot: Int) -> Violation? {
    let block = blocks[slot]
    guard block.address >= 0 else { return nil }
    bytes.remove(block.address, block.extent)
    if block.mayHoldMore { holdingMore -= 1 }
    for place in lifetimeRules.indices { lifetimeRules[place].ended(at: block.address) }
    liveBytes -= block.size
    let last = liveSlots.removeLast()
    if block.place < liveSlots.count {
      liveSlots[block.place] = last
      blocks[Int(last)].place = block.place
    }
    blocks[slot].address = -1
    return nil
  }

  mutating func reap(_ byteCount: UInt64, at index: Int) -> Violation? {
    hasJustReaped = true
    for rule in reapAnswerRules {
      guard let objection = rule.objection(toAnswering: byteCount, in: self) else { continue }
      return Violation(objection.kind, at: index, "reap() answered \(byteCount) bytes, \(objection.message)")
    }
    for rule in lifetimeRules { rule.reaped() }
    return nil
  }

  /// Whether from this operation on each call of `grow` fails, the next one already.
  func refusesFromNowOn(_ operation: AllocationOperation) -> Bool {
    operation.hostility == .growthFails && operation.size <= 1
  }

  /// Something that no well-behaved program or system does.
  ///
  /// - Parameter heapEnd: the heap's end right after it, where it is known.
  mutating func bear(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, heapEnd: Int?
  ) -> Violation? {
    guard let hostility = operation.hostility else { return nil }
    switch hostility {
    case .growthFailsOnce, .growthFails, .growthFailsAtRandom, .growthWorks:
      fault = hostility
      // Where it refused before, it has not grown since.
      frozenEnd = refusesFromNowOn(operation) ? frozenEnd ?? heapEnd : nil
    case .doubleFree, .interiorFree, .foreignFree, .misalignedFree:
      for rule in wrongFreeRules {
        if let violation = rule.violation(operation, outcome, at: index, in: self) { return violation }
      }
    case .restart: restart()
    case .damage, .checkInvariants, .freeOfNull, .byReallocation: break
    }
    return nil
  }

  /// A new subject begins, over an empty heap.
  private mutating func restart() {
    // Sound traces have freed all.
    for slot in liveSlots { _ = remove(Int(slot)) }
    (highestUsed, peakLiveBlocks) = (0, 0)
    order.reset()
    (fault, frozenEnd) = (.growthWorks, nil)
    for rule in rules { rule.restarted() }
  }

  private mutating func refuse(_ operation: AllocationOperation, at index: Int) -> Violation? {
    // A heap that fails once excuses one refusal.
    defer { if fault == .growthFailsOnce { fault = .growthWorks } }
    for rule in refusalRules {
      guard let objection = rule.objection(toRefusing: operation, at: index, in: self) else { continue }
      let live =
        liveBlocks == 1 ? "1 block with \(liveBytes) bytes is" : "\(liveBlocks) blocks with \(liveBytes) bytes are"
      return Violation(
        objection.kind, at: index,
        "\(AllocationVocabulary.describe(operation: operation.word)) returned nil, but \(objection.message)",
        evidence: ["\(live) live; the heap may hold \(heapLimit) bytes"]
          + (peakLiveBlocks == 0
            ? ["nothing was ever handed out here: begin with the first request of an empty heap"] : []))
    }
    return nil
  }

  private mutating func place(
    _ operation: AllocationOperation, _ outcome: UInt64, at index: Int, heapEnd: Int,
    inPlaceOf old: Block? = nil, then record: (inout AllocationOracle) -> Void
  ) -> Violation? {
    let address = Int(clamping: outcome & format.addressMask)
    let size = operation.size
    let heapEnd = memory == .addressSpace ? AddressSpace.end : min(heapEnd, heapLimit)
    guard address <= heapEnd, max(size, 1) <= heapEnd - address else {
      return Violation(
        .outOfHeap, at: index,
        "\(describe(operation, at: address)) ends outside the heap, whose end is \(hexadecimal(heapEnd))")
    }
    if let frozenEnd, address + max(size, 1) > frozenEnd, memory == .heap {
      // The fault lies in the worker's memory, but where the heap ended, and where this block lies, was seen from outside.
      return Violation(
        .outOfHeap, at: index,
        "\(describe(operation, at: address)) ends behind \(hexadecimal(frozenEnd)), where the heap ended when it began to refuse to grow"
      )
    }
    if memory == .addressSpace, let violation = misplaced(operation, address, at: index, inPlaceOf: old) {
      return violation
    }
    if address & (operation.alignment - 1) != 0 {
      return Violation(
        .misaligned, at: index,
        "\(describe(operation, at: address)) is not at a multiple of \(operation.alignment)")
    }
    // By their places, here and below: a loop over the rules themselves would hold on to each of them, which costs more than its answer.
    for place in placementRules.indices {
      guard let objection = placementRules[place].objection(toPlacing: operation, at: address, in: self) else {
        continue
      }
      return Violation(objection.kind, at: index, "\(describe(operation, at: address)) \(objection.message)")
    }
    let span = memory == .addressSpace ? AddressSpace.end : heapLimit
    let extent = min(extent(size: size, alignment: operation.alignment), span - address)
    guard bytes.insert(address, extent) else { return overlap(operation, address, at: index) }
    for place in lifetimeRules.indices {
      guard let objection = lifetimeRules[place].placed(at: address, outcome: outcome) else { continue }
      return Violation(objection.kind, at: index, "\(describe(operation, at: address)) \(objection.message)")
    }
    let slot = operation.slot
    blocks[slot].address = address
    blocks[slot].size = size
    blocks[slot].extent = extent
    // A block that shrinks where it is may keep what it had, or give it back.
    blocks[slot].mayHoldMore = old.map { $0.address == address && (extent < $0.extent || $0.mayHoldMore) } ?? false
    if blocks[slot].mayHoldMore { holdingMore += 1 }
    blocks[slot].origin = index
    blocks[slot].pattern = old?.pattern ?? index
    unfilled = (slot, old.map { min($0.size, size) } ?? 0)
    blocks[slot].patterned = old.map { min($0.patterned, size) } ?? 0
    blocks[slot].serial = outcome >> AllocationVocabulary.serialShift
    if address + extent > highestUsed { highestUsed = address + extent }
    pages.insert(address, size)
    record(&self)
    if liveBlocks > peakLiveBlocks { peakLiveBlocks = liveBlocks }
    return nil
  }

  /// What no memory of a process can be, whatever the worker says: it bounds what the oracle itself takes.
  private func misplaced(
    _ operation: AllocationOperation, _ address: Int, at index: Int, inPlaceOf old: Block?
  ) -> Violation? {
    // A process has some memory before any is asked for.
    let limit = heapLimit + (64 << 20)
    let reason: String
    if address < 4096 {
      reason = "is in the page of the null pointer"
    } else if operation.size > limit || liveBytes - (old?.size ?? 0) > limit - operation.size {
      reason = "cannot be: live blocks would have more than the \(limit) bytes that the process may take"
    } else if bytes.isScattered {
      reason = "and the blocks before it are scattered over more than 64 GiB"
    } else {
      return nil
    }
    return Violation(.outOfHeap, at: index, "\(describe(operation, at: address)) \(reason)")
  }
}
