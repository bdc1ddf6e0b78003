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
    return startOfBlock(number, from: 0, look)
  }

  mutating func deallocate(_ address: Int, _ look: Look, _ list: ArraySlice<UInt64>) -> Wrong? {
    if let claim = memory.wrongFree(address, at: look.site) { return compare(list, with: [claim]) }
    guard let number = memory.number(at: address) else { return nil }
    let right = memory.lookOver(number, family: look.operation.family, at: look.site)
    if let wrong = compare(list, with: right + memory.end(number, at: look.site)) { return wrong }
    return marksOfEnded(number, look)
  }

  mutating func reallocate(_ address: Int, _ look: Look, _ list: ArraySlice<UInt64>) -> Wrong? {
    guard let outcome = list.last else {
      return Wrong(kind: .incompleteAnswer, message: "nothing was answered")
    }
    let (reports, size) = (list.dropLast(), look.operation.size)
    if let claim = memory.wrongFree(address, at: look.site) {
      if let wrong = compare(reports, with: [claim]) { return wrong }
      guard outcome != MisuseVocabulary.none else { return nil }
      return Wrong(kind: .badFreeMissed, message: "a block was made of what is none: \(claim.text)")
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
    let kept = min(size, memory.blocks[old].size)
    let base = memory.blocks[new].base
    if let key, let heap = look.heap, base + size <= heap.byteCount,
      let byte = heap.firstDifference(at: base, count: kept, key: key)
    {
      return Wrong(
        kind: .payloadLost, message: "byte \(byte) of \(kept) that had to be kept is another one",
        evidence: [memory.blocks[old].description, memory.blocks[new].description])
    }
    return startOfBlock(new, from: kept, look) ?? marksOfEnded(old, look)
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
    guard base.isMultiple(of: 16) else {
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

  /// Looks whether a new block is fresh from some byte on, and fills it.
  private mutating func startOfBlock(_ number: Int, from first: Int, _ look: Look) -> Wrong? {
    let block = memory.blocks[number]
    guard let heap = look.heap, block.base + block.size <= heap.byteCount else { return nil }
    if let byte = heap.firstOther(at: block.base + first, count: block.size - first, than: MisuseVocabulary.fresh) {
      let found = hexadecimal(UInt64(heap.byte(at: block.base + first + byte)))
      return Wrong(
        kind: .markMissing,
        message: "byte \(first + byte) of the new block, which has \(block.size), is \(found), not 0xcd")
    }
    heap.fill(at: block.base, count: block.size, key: key(look.index))
    memory.fill(number, key: key(look.index))
    return nil
  }

  /// Looks whether a block that has just ended is filled, as long as it is kept.
  private func marksOfEnded(_ number: Int, _ look: Look) -> Wrong? {
    let block = memory.blocks[number]
    guard let heap = look.heap, block.state == .kept, block.base + block.size <= heap.byteCount,
      let byte = heap.firstOther(at: block.base, count: block.size, than: MisuseVocabulary.freed)
    else { return nil }
    let found = hexadecimal(UInt64(heap.byte(at: block.base + byte)))
    return Wrong(
      kind: .markMissing, message: "byte \(byte) of the block, which has \(block.size), is \(found), not 0xdd")
  }
}
