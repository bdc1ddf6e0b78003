import AllocLab

extension NodeAllocator: InvariantChecking {
  public func invariantViolations() -> [String] {
    var violations: [String] = []
    func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
      if !holds { violations.append(what()) }
    }
    var owners: [Int: Int] = [:]
    var unplaced = reserved.map { _ in 0 }
    for (number, block) in blocks.enumerated() {
      guard let block else { continue }
      for (index, page) in block.pages.enumerated() {
        if page.frame < 0 {
          if case .reserved(let node) = block.placement { unplaced[node] += 1 }
          continue
        }
        owners[page.frame, default: 0] += 1
        // 3
        expect(
          topology.frames(of: page.node).contains(page.frame),
          "page \(index) of block \(number) has frame \(page.frame), which is not node \(page.node)'s")
        switch block.placement {
        case .reserved(let node): expect(page.node == node, "page \(index) of block \(number) is not on node \(node)")
        case .policy(.bind(let nodes)):
          expect(nodes.contains(page.node), "page \(index) of block \(number) is on node \(page.node), not bound to it")
        default: break
        }
        // 4
        expect(page.regret.allSatisfy { $0 >= 0 }, "page \(index) of block \(number) has a regret below 0")
      }
      expect(
        zip(block.shares, block.weights).allSatisfy { $0 >= 0 && $0 <= $1 },
        "block \(number) has shares \(block.shares) of weights \(block.weights)")
    }
    // 1
    for stack in free { for frame in stack { owners[frame, default: 0] += 1 } }
    for node in 0..<topology.nodeCount {
      for frame in topology.frames(of: node) {
        expect(owners[frame] == 1, "frame \(frame) is in \(owners[frame] ?? 0) places")
      }
      // 2
      expect(
        reserved[node] == unplaced[node], "node \(node) has \(reserved[node]) frames reserved, for \(unplaced[node])")
      expect(reserved[node] <= free[node].count, "node \(node) has more frames reserved than free")
    }
    return violations
  }
}
