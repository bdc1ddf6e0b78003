extension AllocationOracle {
  /// What is wrong with the oracle's own records, a sentence each; for tests, after each window.
  ///
  /// - Complexity: O(blocks + bytes of the heap / 64).
  package func invariantViolations() -> [String] {
    var violations: [String] = []
    func check(_ holds: Bool, _ equation: @autoclosure () -> String) { if !holds { violations.append(equation()) } }
    let live = liveSlots.map { blocks[Int($0)] }
    check(live.allSatisfy { $0.address >= 0 }, "a slot in liveSlots holds no block")
    check(
      liveSlots.count == blocks.count { $0.address >= 0 },
      "liveSlots has \(liveSlots.count) slots, and \(blocks.count { $0.address >= 0 }) blocks are live")
    for (place, slot) in liveSlots.enumerated() {
      check(blocks[Int(slot)].place == place, "b\(slot).place is \(blocks[Int(slot)].place), and it stands at \(place)")
    }
    let sizes = live.reduce(0) { $0 + $1.size }
    check(liveBytes == sizes, "liveBytes is \(liveBytes), and the live blocks' sizes are \(sizes) together")
    check(peakLiveBytes >= liveBytes, "peakLiveBytes is \(peakLiveBytes), less than the \(liveBytes) that are live")
    check(
      peakLiveBlocks >= liveBlocks, "peakLiveBlocks is \(peakLiveBlocks), less than the \(liveBlocks) that are live")
    let extents = live.reduce(0) { $0 + $1.extent }
    check(
      bytes.count == extents, "\(bytes.count) bytes are marked, and the live blocks' extents are \(extents) together")
    check(
      live.allSatisfy { $0.extent >= max($0.size, 1) || $0.address + $0.extent >= heapLimit },
      "a block's extent is smaller than its size")
    check(
      holdingMore == live.count { $0.mayHoldMore },
      "holdingMore is \(holdingMore), and \(live.count { $0.mayHoldMore }) blocks may hold more than their extents")
    let end = live.map { $0.address + $0.extent }.max() ?? 0
    check(highestUsed >= end, "highestUsed is \(highestUsed), and a live block ends at \(end)")
    return violations
  }
}
