import AllocLab

extension GeneralAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard top != 0 else { return [] }
    var violations: [String] = []
    guard top <= heap.end.offset, top >= Self.firstBlock else {
      return ["the top begins at \(top), and the heap ends at \(heap.end.offset)"]
    }
    // Nothing that a word says is used as a place before it is known to be one.
    guard let free = checkBlocks(&violations) else { return violations }
    checkBins(free, &violations)
    return violations
  }

  /// Invariants 1 to 3, and 5; the free blocks with their sizes, or nil where the blocks cannot be told apart.
  private func checkBlocks(_ violations: inout [String]) -> [Int: Int]? {
    var free: [Int: Int] = [:]
    var (block, followsLive, hasReserve) = (Self.firstBlock, true, reserve == 0)
    while block < top {
      let tag = word(block)
      let size = tag & ~15
      guard size >= Self.leastSize, size <= top - block, tag & 12 == 0 else {
        violations.append("the tag at \(block) is \(tag), and the top begins at \(top)")
        return nil
      }
      if (tag & Self.followsLive != 0) != followsLive {
        violations.append(
          "the block at \(block) follows one that is \(followsLive ? "live" : "free"), and says otherwise")
      }
      let isLive = tag & Self.live != 0
      if block == reserve {
        hasReserve = true
        if !isLive { violations.append("the reserve at \(block) is marked as free") }
      }
      if !isLive {
        free[block] = size
        if word(block + size - 8) != size {
          violations.append("the free block at \(block) has \(size) bytes, and \(word(block + size - 8)) at its end")
        }
        if !followsLive { violations.append("the block at \(block) is free, and so is the one before it") }
      }
      followsLive = isLive
      block += size
    }
    if !followsLive { violations.append("the block before the top is free") }
    if !hasReserve { violations.append("no block begins at \(reserve), where the reserve should") }
    return free
  }

  /// Invariant 4.
  private func checkBins(_ free: [Int: Int], _ violations: inout [String]) {
    var listed: Set<Int> = []
    for bin in 0..<128 {
      var (block, previous) = (word(bin * 8), 0)
      let bit = (bin < 64 ? exact &>> UInt64(bin) : wide &>> UInt64(bin - 64)) & 1
      if (block != 0) != (bit == 1) { violations.append("bin \(bin) begins with \(block), and its bit is \(bit)") }
      while block != 0 {
        guard let size = free[block] else {
          violations.append("bin \(bin) leads from \(previous) to \(block), where no free block begins")
          return
        }
        guard listed.insert(block).inserted else {
          violations.append("bin \(bin) leads from \(previous) to \(block) a second time")
          return
        }
        if Self.bin(size) != bin { violations.append("the block at \(block) of \(size) bytes is in bin \(bin)") }
        if word(block + 16) != previous {
          violations.append("the free block at \(block) follows \(previous), and says \(word(block + 16))")
        }
        (previous, block) = (block, word(block + 8))
      }
    }
    if listed.count != free.count { violations.append("\(free.count) blocks are free, and \(listed.count) listed") }
  }
}
