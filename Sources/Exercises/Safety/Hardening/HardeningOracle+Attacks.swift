import Examining
import Vocabularies

/// What must come of each kind of attack.
extension HardeningOracle {
  /// An end of a block, or of what is none.
  mutating func deallocate(
    _ address: Int, _ operation: AttackOperation, _ outcome: UInt64, at index: Int
  ) -> Wrong? {
    let report = AttackVocabulary.report(of: outcome)
    guard let number = memory.number(at: address), memory.live.contains(number) else {
      return wrongFree(address, operation, report, at: index)
    }
    let block = memory.blocks[number]
    guard let report else {
      if block.isSmashed {
        return Wrong(
          kind: .overflowMissed, message: "bytes of the canary behind \(block.description), have changed")
      }
      memory.end(number)
      ended.append((number, index))
      return nil
    }
    guard block.isSmashed || block.isNearDamage else {
      return Wrong(
        kind: .falseAlarm, message: "\(block.description), lives, and nothing was changed near it")
    }
    guard report == .overflow else {
      return Wrong(kind: .wrongReport, message: "\(block.description), lives: that is an overflow")
    }
    detected += 1
    memory.condemn(number)
    return nil
  }

  private mutating func wrongFree(
    _ address: Int, _ operation: AttackOperation, _ report: AttackVocabulary.Report?, at index: Int
  ) -> Wrong? {
    note(AttackVocabulary.describe(operation: operation.word), at: index)
    let block = memory.number(at: address).map { memory.blocks[$0] }
    let truth = block.map { "\($0.description), has ended" } ?? "no block begins at \(address)"
    guard let report else {
      return Wrong(kind: block == nil ? .wrongFreeAccepted : .doubleFreeAccepted, message: truth)
    }
    let expected: [AttackVocabulary.Report] =
      switch block?.state {
      case .remembered: [.doubleFree]
      case nil: [.invalidFree]
      case .condemned: [.overflow, .doubleFree, .invalidFree]
      default: [.doubleFree, .invalidFree]
      }
    guard expected.contains(report) else {
      return Wrong(
        kind: .wrongReport, message: "\(truth): that is \(expected.map(\.name).joined(separator: " or "))")
    }
    detected += 1
    return nil
  }

  func unpoisoned(_ block: HardenedBlocks.Block, _ heap: HeapView) -> Wrong? {
    guard block.end <= heap.byteCount else { return nil }
    guard let byte = heap.firstByte(at: block.base, count: block.size, otherThan: AttackVocabulary.poison) else {
      return nil
    }
    return Wrong(
      kind: .notPoisoned,
      message: "byte \(byte) of the block, which has \(block.size), is "
        + "\(hexadecimal(UInt64(heap.byte(at: block.base + byte)))): neither poison nor 0")
  }

  /// Bytes around a block, or in one that has ended, were changed.
  mutating func scribbled(_ number: Int, _ operation: AttackOperation, _ outcome: UInt64, at index: Int) -> Wrong? {
    let block = memory.blocks[number]
    let start = block.base &+ operation.offset
    let count = min(Int(clamping: outcome), operation.count)
    note(AttackVocabulary.describe(operation: operation.word), at: index)
    if count < operation.count { stopped += 1 }
    let asked = start..<start + operation.count
    if block.isGuarded, block.state == .live {
      for byte in Self.guards(of: block) where asked.contains(byte) && count > byte - start {
        return Wrong(kind: .guardMissing, message: "the byte at \(byte) is in no guard page of \(block.description)")
      }
    }
    let changed = max(0, start)..<max(0, start, start + count)
    let own = block.base..<block.end + AttackVocabulary.canary
    if block.state != .live || changed.lowerBound < own.lowerBound || changed.upperBound > own.upperBound {
      suspicions += 1 + (count + 15) / 16
    }
    hasOverwritten = hasOverwritten || !changed.isEmpty
    let hit = memory.change(changed)
    let canaries = block.base - AttackVocabulary.canary..<block.end + AttackVocabulary.canary
    if block.state == .live, canaries.lowerBound <= start, start + count <= canaries.upperBound,
      let other = hit.first(where: { $0 != number })
    {
      return Wrong(
        kind: .neighbourReached,
        message: "\(count == 1 ? "1 byte" : "\(count) bytes") next to \(block.description), are those of "
          + memory.blocks[other].description)
    }
    return nil
  }

  /// A byte in each of the two guard pages of a block.
  private static func guards(of block: HardenedBlocks.Block) -> [Int] {
    [block.base - AttackVocabulary.page, block.end - 1 + AttackVocabulary.page]
  }

  mutating func touched(_ block: HardenedBlocks.Block, _ distance: Int, _ outcome: UInt64) -> Wrong? {
    guard block.state == .live else { return nil }
    let address = block.base &+ distance
    if block.bytes.contains(address) {
      return outcome == 1 ? nil : Wrong(kind: .blockUnusable, message: "the byte is one of \(block.description)")
    }
    guard block.isGuarded, Self.guards(of: block).contains(address) else { return nil }
    attackCount += 1
    if outcome == 0 {
      stopped += 1
      return nil
    }
    return Wrong(
      kind: .guardMissing,
      message: "the byte is \(AttackVocabulary.page) bytes \(distance < 0 ? "before" : "behind") \(block.description)")
  }

  /// A canary that was seen elsewhere is behind a block now.
  mutating func replayed(_ number: Int, _ operation: AttackOperation, _ outcome: UInt64, at index: Int) -> Wrong? {
    let block = memory.blocks[number]
    guard outcome != AttackVocabulary.none, let learnt, block.state == .live else { return nil }
    note(AttackVocabulary.describe(operation: operation.word), at: index)
    guard outcome != learnt else {
      return Wrong(
        kind: .canaryGuessed,
        message: "the eight bytes behind \(block.description), were just the same as those that the attacker had seen")
    }
    hasOverwritten = true
    _ = memory.change(block.canary)
    return nil
  }

  private mutating func note(_ attack: String, at index: Int) {
    attackCount += 1
    attacks.append("operation \(index): \(attack)")
  }
}

extension HeapView {
  /// The offset of the first byte that is neither zero nor `byte`, among `count` from `offset` on; nil where all are.
  fileprivate func firstByte(at offset: Int, count: Int, otherThan poison: UInt8) -> Int? {
    let word = UInt64(poison) &* 0x0101_0101_0101_0101
    var place = 0
    while place < count {
      if place + 8 <= count {
        let found = self.word(at: offset + place)
        if found == word || found == 0 {
          place += 8
          continue
        }
      }
      let byte = byte(at: offset + place)
      if byte != poison, byte != 0 { return place }
      place += 1
    }
    return nil
  }
}
