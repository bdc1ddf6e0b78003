import Vocabularies

extension AllocationOracle {
  /// A request and where it was placed, for the first half of a message.
  func describe(_ operation: AllocationOperation, at address: Int) -> String {
    "\(AllocationVocabulary.describe(operation: operation.word)) → \(hexadecimal(address))"
  }

  /// A live block as evidence names it.
  func describe(_ slot: Int) -> String {
    let block = blocks[slot]
    return "the \(block.size)-byte block b\(slot) at \(hexadecimal(block.address)) ..< "
      + "\(hexadecimal(block.address + block.size)), allocated by operation \(block.origin)"
  }

  /// The same with all bytes that are its own, where an exercise gives it more than were asked for.
  private func describeAll(of slot: Int) -> String {
    let block = blocks[slot]
    guard block.extent > block.size else { return describe(slot) }
    return
      "the \(block.extent) bytes \(hexadecimal(block.address)) ..< \(hexadecimal(block.address + block.extent)) that b\(slot) "
      + "takes by its size, \(block.size), and its alignment, allocated by operation \(block.origin)"
  }

  func overlap(_ operation: AllocationOperation, _ address: Int, at index: Int) -> Violation {
    let end = address + extent(size: operation.size, alignment: operation.alignment)
    // Which block it is only matters now; a search through all of them costs nothing until then.
    let other = liveSlots.map { Int($0) }.filter { slot in
      let block = blocks[slot]
      return slot != operation.slot && block.address < end && address < block.address + block.extent
    }.min { blocks[$0].address < blocks[$1].address }
    guard let other else {
      return Violation(.overlap, at: index, "\(describe(operation, at: address)) overlaps a live block")
    }
    let block = blocks[other]
    let relation =
      if address >= block.address {
        "\(hexadecimal(address)) is \(address - block.address) bytes inside \(describeAll(of: other))"
      } else {
        "it reaches \(end - block.address) bytes into \(describeAll(of: other))"
      }
    let otherEnd = block.address + block.extent
    if address >= block.address, end <= otherEnd, end - address < block.extent {
      return Violation(
        .enclosure, at: index, "\(describe(operation, at: address)) lies inside b\(other)", evidence: [relation])
    }
    if address <= block.address, end >= otherEnd, end - address > block.extent {
      return Violation(
        .enclosure, at: index, "\(describe(operation, at: address)) lies around b\(other)",
        evidence: [
          end > address + operation.size ? "it takes \(hexadecimal(address)) ..< \(hexadecimal(end))" : nil,
          "inside it is \(describe(other))",
        ].compactMap { $0 })
    }
    return Violation(
      .overlap, at: index, "\(describe(operation, at: address)) overlaps b\(other)", evidence: [relation])
  }

  /// What the worker's own check found, in words.
  ///
  /// - Parameter place: in the window, of the operation that it was found at; a report that claims another is about the nearest one.
  ///   Which block it is, the operation says: the worker knows it by another number (see `disguised`).
  func describe(
    _ damage: DamageReport, at place: Int, _ operations: Span<UInt64>, in window: Window
  ) -> Violation {
    let place = min(max(place, 0), max(operations.count - 1, 0))
    let index = window.firstIndex + place
    let slot = operations.isEmpty ? 0 : AllocationOperation(word: operations[place]).slot
    let wanted = "expected \(hexadecimal(damage.expected)), found \(hexadecimal(damage.found))"
    let known = slot < blocks.count && blocks[slot].address >= 0
    switch damage.kind {
    case .payloadChanged:
      return Violation(
        .payloadChanged, at: index, "byte \(damage.offset) of b\(slot) changed while the block was live: \(wanted)",
        evidence: known ? ["it is in \(describe(slot))"] : [])
    case .payloadLost:
      return Violation(
        .payloadLost, at: index, "byte \(damage.offset) of b\(slot) was not kept by the reallocation: \(wanted)")
    case .notZeroed:
      return Violation(
        .payloadChanged, at: index, "byte \(damage.offset) of b\(slot) is not zero, as was asked for: \(wanted)",
        evidence: known ? ["it is in \(describe(slot))"] : [])
    case .outsideHeap:
      // The heap may have grown since.
      let operation = AllocationOperation(word: operations.isEmpty ? 0 : operations[place])
      return Violation(
        .outOfHeap, at: index,
        "\(AllocationVocabulary.describe(operation: operation.word)) was answered with a block that ended outside the heap, whose end "
          + "was \(hexadecimal(UInt64(clamping: damage.offset))) then",
        evidence: known ? ["it is \(describe(slot))"] : [])
    case .constructedStateLost:
      return Violation(
        .constructedStateLost, at: index,
        "b\(slot) was handed out, but byte \(damage.offset) is not as the constructor leaves it: \(wanted)",
        evidence: known ? ["it is \(describe(slot))"] : [])
    }
  }

  /// Looks at one live block through the judge's own mapping.
  func checkBytes(of slot: Int, _ heap: HeapView) -> Violation? {
    let block = blocks[slot]
    let reserved = format.reservedBytes
    guard block.size > reserved else { return nil }
    if format == .constructed, unfilled?.slot == slot { return checkHandOut(of: slot, heap) }
    if reserved > 0, heap.word(at: block.address) & BlockFormat.serialMask != block.serial {
      return Violation(
        .constructedStateLost, at: span(ofDamageTo: slot).upperBound,
        "the serial number of b\(slot) changed while it was in use",
        evidence: ["it is \(describe(slot))"])
    }
    let key = patternKey(of: block)
    let count = patternedBytes(of: slot) - reserved
    guard count > 0, let offset = heap.firstDifference(at: block.address + reserved, count: count, key: key) else {
      return nil
    }
    return payloadChanged(
      slot, at: reserved + offset, expected: PayloadPattern.byte(at: offset, key: key),
      found: heap.byte(at: block.address + reserved + offset))
  }

  /// How many bytes of a live block hold its pattern, from its start.
  func patternedBytes(of slot: Int) -> Int {
    if attendance != nil { return blocks[slot].patterned }
    guard let unfilled, unfilled.slot == slot else { return blocks[slot].size }
    return unfilled.patterned
  }

  func payloadChanged(_ slot: Int, at offset: Int, expected: UInt8, found: UInt8) -> Violation {
    let span = span(ofDamageTo: slot)
    let place =
      span.lowerBound == span.upperBound
      ? "" : ", between operations \(span.lowerBound) and \(span.upperBound)"
    return Violation(
      .payloadChanged, at: span.upperBound,
      "byte \(offset) of b\(slot) changed while the block was live\(place): expected \(hexadecimal(expected)), "
        + "found \(hexadecimal(found))",
      evidence: ["it is in \(describe(slot))"])
  }

  /// The operations of which one has changed a live block, as far as a look at its bytes can tell: none before it was filled, none
  /// before all blocks were last found as they should be.
  func span(ofDamageTo slot: Int) -> ClosedRange<Int> {
    let last = max(lastDone, blocks[slot].origin)
    return min(max(blocks[slot].origin, wholeLook) + 1, last)...last
  }

  /// Where a record lies, told from the live block that it is nearest to.
  ///
  /// - Complexity: O(live blocks).
  package func place(ofRecord offset: Int) -> String {
    // It is the worker's claim, and may be any number.
    guard offset >= 0, offset <= AddressSpace.end else { return "" }
    for slot in liveSlots {
      let block = blocks[Int(slot)]
      if block.address == offset + 8 { return ", right before b\(slot)" }
      let end = block.address + block.size
      if offset >= end, offset < end + 16 { return ", right behind b\(slot)" }
    }
    return ""
  }

  package func evidence(about slot: Int) -> [String] {
    slot < blocks.count && blocks[slot].address >= 0 ? ["it is \(describe(slot))"] : []
  }
}

/// An address as people read it.
package func hexadecimal(_ value: Int) -> String { Vocabularies.hexadecimal(UInt64(clamping: value)) }

/// A byte as people read it.
func hexadecimal(_ byte: UInt8) -> String { (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16) }
