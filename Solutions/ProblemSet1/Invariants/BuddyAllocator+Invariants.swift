import AllocLab

extension BuddyAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    var listed: Set<Int> = []
    for order in 0..<64 {
      if (available >> order & 1 == 1) != (lists[order] >= 0) {
        violations.append("bit \(order) of available is wrong")
      }
      var previous = -1
      var block = lists[order]
      while block >= 0 {
        guard block + 1 << order <= frontier, block & (1 << order - 1) == 0 else {
          violations.append("list \(order) has \(block), the frontier being \(frontier)")
          break
        }
        guard listed.insert(block).inserted else {
          violations.append("block \(block) is in a list twice")
          break
        }
        if !records.isFree(block, order) {
          violations.append("block \(block) in list \(order) is not recorded as free")
        }
        if previous >= 0, heap.load(Int.self, at: Address(block + 8)) != previous {
          violations.append("block \(block) has a wrong link back")
        }
        previous = block
        block = heap.load(Int.self, at: Address(block))
      }
    }
    checkDeferred(listed, &violations)
    checkBlocks(listed, &violations)
    return violations
  }

  private func checkDeferred(_ listed: Set<Int>, _ violations: inout [String]) {
    var seen: Set<Int> = []
    for order in 0..<Self.deferredOrders {
      let bottom = order * (Self.deferredLimit + 1)
      let count = tops[order] - bottom
      guard (0...Self.deferredLimit).contains(count), count == 0 || order >= Self.leastOrder else {
        violations.append("\(count) blocks of order \(order) are deferred")
        continue
      }
      for place in bottom..<bottom + count {
        let block = deferred[place]
        if !seen.insert(block).inserted { violations.append("block \(block) is deferred twice") }
        if listed.contains(block) || records.order(of: block) != order || records.isFree(block, order) {
          violations.append("block \(block), deferred with order \(order), is of another, or free")
        }
      }
    }
  }

  /// Walks over all blocks below the frontier, by their records.
  private func checkBlocks(_ listed: Set<Int>, _ violations: inout [String]) {
    guard heap.end.offset > capacity else { return }
    var block = 0
    var freeCount = 0
    while block < frontier {
      let order = records.order(of: block)
      guard order >= Self.leastOrder, block & (1 << order - 1) == 0, block + 1 << order <= frontier else {
        violations.append("the record of block \(block) says order \(order), the frontier being \(frontier)")
        return
      }
      if records.isFree(block, order) {
        freeCount += 1
        if !listed.contains(block) { violations.append("block \(block) is free but in no list") }
        let buddy = block ^ 1 << order
        if buddy >= frontier || buddy > block && records.isFree(buddy, order) {
          violations.append("block \(block) of order \(order) and its buddy are both free")
        }
      }
      block += 1 << order
    }
    if block != frontier { violations.append("the blocks end at \(block), the frontier being \(frontier)") }
    if freeCount != listed.count { violations.append("\(listed.count) blocks are listed, \(freeCount) are free") }
  }
}
