import AllocLab

extension LowFragmentationAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    guard top != 0 else { return [] }
    var violations: [String] = []
    guard first <= top, top <= touched, touched &* Self.granule <= heap.end.offset else {
      return ["granules \(first), \(top), \(touched) are not in order, in a heap that ends at \(heap.end.offset)"]
    }
    // Nothing that a record says is used as a place before it is known to be one.
    guard let free = checkBlocks(&violations) else { return violations }
    checkBins(free, &violations)
    return violations
  }

  private func begins(_ granule: Int) -> Bool { bits(map(granule)) & Self.bit(granule) != 0 }

  /// Invariants 1 to 3; the free blocks with their granules, or nil where the blocks cannot be told apart.
  private func checkBlocks(_ violations: inout [String]) -> [Int: Int]? {
    guard begins(first), begins(top) else {
      violations.append("no bit says that a block begins at granule \(first), or the wilderness at \(top)")
      return nil
    }
    var free: [Int: Int] = [:]
    var (block, followsFree) = (first, false)
    while block < top {
      let count = granules(of: block)
      guard block + count <= top else {
        violations.append("the block at granule \(block) has \(count) of them, and the wilderness begins at \(top)")
        return nil
      }
      let isFree = isFree(block)
      if isFree != self.isFree(block + count - 1) {
        violations.append("the block at granule \(block) is free at one end, and at the other it is not")
      }
      if isFree {
        free[block] = count
        checkFree(block, count, followsFree, &violations)
      }
      followsFree = isFree
      block += count
    }
    if followsFree { violations.append("the block before the wilderness is free") }
    return free
  }

  /// Invariant 3.
  private func checkFree(_ block: Int, _ count: Int, _ followsFree: Bool, _ violations: inout [String]) {
    let place = block * Self.granule
    if followsFree { violations.append("the block at granule \(block) is free, and so is the one before it") }
    let told = (half(place + 8), half(place + count * Self.granule - 4))
    if told != (count, count) {
      violations.append("the free block at granule \(block) has \(count) of them, and says \(told.0) and \(told.1)")
    }
    if count > 1, half(place + 16) > count {
      violations.append("the free block at granule \(block) has \(count) of them, and \(half(place + 16)) are touched")
    }
  }

  /// Invariant 4.
  private func checkBins(_ free: [Int: Int], _ violations: inout [String]) {
    var listed: Set<Int> = []
    for bin in 0..<128 {
      var (block, previous) = (half(bin * 4), 0)
      let bit = (bin < 64 ? exact &>> UInt64(bin) : wide &>> UInt64(bin - 64)) & 1
      if (block != 0) != (bit == 1) { violations.append("bin \(bin) begins with \(block), and its bit is \(bit)") }
      while block != 0 {
        guard let count = free[block] else {
          violations.append("bin \(bin) leads from \(previous) to \(block), where no free block begins")
          return
        }
        guard listed.insert(block).inserted else {
          violations.append("bin \(bin) leads from \(previous) to \(block) a second time")
          return
        }
        if Self.bin(count) != bin { violations.append("the block at \(block) of \(count) granules is in bin \(bin)") }
        let back = half(block * Self.granule + 4)
        if back != previous { violations.append("the free block at \(block) follows \(previous), and says \(back)") }
        (previous, block) = (block, half(block * Self.granule))
      }
    }
    if listed.count != free.count { violations.append("\(free.count) blocks are free, and \(listed.count) listed") }
  }
}
