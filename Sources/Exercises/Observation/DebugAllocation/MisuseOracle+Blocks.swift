import Examining
import Vocabularies

/// What must come of blocks that begin, end and move.
extension MisuseOracle {
  mutating func allocate(_ look: Look) -> Wrong? {
    let (name, size) = (look.operation.name, look.operation.size)
    guard let number = begin(look.outcome, size, family: look.operation.family, look) else {
      return refusal(look.outcome, size, look)
    }
    names[name] = number
    begun.append(Begun(number: number))
    return nil
  }

  mutating func deallocate(_ address: Int, _ look: Look, _ list: ArraySlice<UInt64>) -> Wrong? {
    if let claim = memory.wrongFree(address, at: look.site) { return compare(list, with: [claim]) }
    guard let number = memory.number(at: address) else { return nil }
    let right = memory.lookOver(number, family: look.operation.family, at: look.site)
    if let wrong = compare(list, with: right + memory.end(number, at: look.site)) { return wrong }
    ended.append((number, look.index))
    return nil
  }

  mutating func reallocate(_ address: Int, _ look: Look, _ list: ArraySlice<UInt64>) -> Wrong? {
    guard let outcome = list.last else {
      return Wrong(kind: .incompleteAnswer, message: "nothing was answered")
    }
    let (reports, size) = (list.dropLast(), look.operation.size)
    if let claim = memory.wrongFree(address, at: look.site) {
      if let wrong = compare(reports, with: [claim]) { return wrong }
      guard outcome != MisuseVocabulary.none else { return nil }
      return Wrong(kind: .badFreeMissed, message: "a block was made of what is none: \(claim.text(sites))")
    }
    guard let old = memory.number(at: address) else { return nil }
    // Whether there is room for it, the old one is live still.
    let new = begin(outcome, size, family: 0, look)
    if new == nil, let wrong = refusal(outcome, size, look) { return wrong }
    var right = memory.lookOver(old, family: 0, at: look.site)
    let key = memory.blocks[old].key
    if new != nil { right += memory.end(old, at: look.site) }
    if let wrong = compare(reports, with: right) { return wrong }
    guard let new else { return nil }
    if look.operation.kind == .reallocate, look.operation.target < names.count { names[look.operation.target] = new }
    begun.append(Begun(number: new, kept: min(size, memory.blocks[old].size), key: key))
    ended.append((old, look.index))
    return nil
  }

  /// Begins the block that an address is said to be of; nil where it is none, or cannot be one.
  private mutating func begin(_ outcome: UInt64, _ size: Int, family: Int, _ look: Look) -> Int? {
    let tag = MisuseVocabulary.tag
    guard outcome != MisuseVocabulary.none, let base = Int(exactly: outcome), base >= tag, base.isMultiple(of: 16),
      base <= look.heapEnd, size <= look.heapEnd - base, tag <= look.heapEnd - base - size
    else { return nil }
    return memory.begin(base, size, family: family, site: look.site, origin: look.index)
  }

  /// What is wrong where no block has begun; nil where nothing is.
  private func refusal(_ outcome: UInt64, _ size: Int, _ look: Look) -> Wrong? {
    let tag = MisuseVocabulary.tag
    guard outcome != MisuseVocabulary.none else {
      let extent = DebuggedBlocks.extent(size)
      guard memory.room.mustServe(extent) else { return nil }
      return Wrong(
        kind: .failedWithRoom,
        message: "there is room: with it, all that is live or kept takes \(memory.room.taken(with: extent) ?? 0) "
          + "bytes of a heap of \(heapLimit)")
    }
    let base = Int(clamping: outcome)
    guard outcome.isMultiple(of: 16) else {
      return Wrong(kind: .misaligned, message: "\(hexadecimal(outcome)) is no multiple of 16")
    }
    guard base >= tag, base <= look.heapEnd, size <= look.heapEnd - base, tag <= look.heapEnd - base - size else {
      return Wrong(
        kind: .outOfHeap,
        message: "\(hexadecimal(outcome)) is no place for \(size) bytes and both tags in a heap that ends at "
          + hexadecimal(UInt64(clamping: look.heapEnd)))
    }
    guard let other = memory.blockOverlapping(base - tag..<base + size + tag) else {
      return Wrong(kind: .overlap, message: "it would share bytes with another block")
    }
    return Wrong(
      kind: other.state == .kept ? .earlyReuse : .overlap,
      message: "with its tags it would share bytes with \(other.description), or its tags, which "
        + (other.state == .kept ? "is kept" : "lives"))
  }

  /// Looks at the blocks that began or ended in this window, and fills the new ones; what is wrong, and with which operation.
  mutating func remains(_ heap: HeapView) -> (Int, Wrong)? {
    for new in begun where memory.blocks[new.number].state == .live {
      let block = memory.blocks[new.number]
      guard block.base + block.size <= heap.byteCount else { continue }
      if let wrong = startOfBlock(block, new, heap) { return (block.origin, wrong) }
      heap.fill(at: block.base, count: block.size, key: key(block.origin))
      memory.fill(new.number, key: key(block.origin))
    }
    for (number, operation) in ended where memory.blocks[number].state == .kept {
      if let wrong = marksOfEnded(memory.blocks[number], heap) { return (operation, wrong) }
    }
    return nil
  }

  /// Whether a new block begins with what it has from another one, and is fresh behind that.
  private func startOfBlock(_ block: DebuggedBlocks.Block, _ new: Begun, _ heap: HeapView) -> Wrong? {
    if let key = new.key, let byte = heap.firstDifference(at: block.base, count: new.kept, key: key) {
      return Wrong(
        kind: .payloadLost, message: "byte \(byte) of \(new.kept) that had to be kept is another one",
        evidence: [block.description])
    }
    let start = block.base + new.kept
    guard let byte = heap.firstOther(at: start, count: block.size - new.kept, than: MisuseVocabulary.fresh) else {
      return nil
    }
    return Wrong(
      kind: .markMissing,
      message: "byte \(new.kept + byte) of the new block, which has \(block.size), is "
        + "\(hexadecimal(UInt64(heap.byte(at: start + byte)))), not 0xcd")
  }

  /// Whether a block that ended is filled, as long as it is kept.
  private func marksOfEnded(_ block: DebuggedBlocks.Block, _ heap: HeapView) -> Wrong? {
    guard block.base + block.size <= heap.byteCount,
      let byte = heap.firstOther(at: block.base, count: block.size, than: MisuseVocabulary.freed)
    else { return nil }
    return Wrong(
      kind: .markMissing,
      message: "byte \(byte) of the block, which has \(block.size), is "
        + "\(hexadecimal(UInt64(heap.byte(at: block.base + byte)))), not 0xdd")
  }
}
