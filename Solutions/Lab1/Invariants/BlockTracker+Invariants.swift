import AllocLab

extension BlockTracker: InvariantChecking {
  /// All sums are those of the live blocks, and what is held comes later than what was applied.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    var all = LiveTotal()
    var (bySite, byClass): ([UInt64: LiveTotal], [Int: LiveTotal]) = ([:], [:])
    for block in blocks.entries {
      add(block.size, to: &all)
      add(block.size, to: &bySite[block.site, default: LiveTotal()])
      add(block.size, to: &byClass[Self.sizeClass(block.size), default: LiveTotal()])
      if blocks.place(of: block.key).map({ blocks[$0].birth != block.birth }) ?? true {
        wrong.append("the block at \(block.key) is not found")
      }
      if block.birth > appliedStamp { wrong.append("the block at \(block.key) was born later than now") }
    }
    if all != total { wrong.append("\(all) is live, and \(total) counted") }
    let counted = Dictionary(sites.entries.map { ($0.key, $0.live) }) { one, _ in one }
    if counted != bySite { wrong.append("the sites have \(counted), and should have \(bySite)") }
    for (number, its) in classes.enumerated() where its.live != byClass[number] ?? LiveTotal() {
      wrong.append("class \(number) has \(its.live)")
    }
    if held.count > window { wrong.append("\(held.count) events are held") }
    for (place, ticket) in held.heap.enumerated() {
      if place > 0, held.heap[(place - 1) / 2].stamp > ticket.stamp { wrong.append("\(place) is above its parent") }
      if ticket.stamp < appliedStamp { wrong.append("the event of \(ticket.stamp) comes too late") }
    }
    var byHash = [UInt8](repeating: 0, count: 256)
    for end in ends.ring.prefix(ends.count) { byHash[LastEnds.hash(end.address)] += 1 }
    if byHash != ends.byHash { wrong.append("the counts of hashes are not the ring's") }
    return wrong
  }

  private func add(_ size: Int, to total: inout LiveTotal) {
    total.blocks += 1
    total.bytes += size
  }
}
