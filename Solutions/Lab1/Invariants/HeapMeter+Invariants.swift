import AllocLab

extension HeapMeter: InvariantChecking {
  /// Regions, blocks and runs must say the same of each byte, and sums what counting gives.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    let ordered = runs.inOrder
    for problem in runs.problems { wrong.append(problem) }
    var expected: [FreeRun] = []
    let addresses = blocks.keys.sorted()
    var next = 0
    for region in regions {
      var cursor = region.start
      while next < addresses.count, addresses[next] < region.end {
        let address = addresses[next]
        if address > cursor { expected.append(FreeRun(start: cursor, length: address - cursor)) }
        if address < cursor { wrong.append("the block at \(address) overlaps what is before it") }
        cursor = address + (blocks[address]?.taken ?? 0)
        next += 1
      }
      if cursor < region.end { expected.append(FreeRun(start: cursor, length: region.end - cursor)) }
    }
    if next < addresses.count { wrong.append("the block at \(addresses[next]) is in no region") }
    if ordered.map(\.start) != expected.map(\.start) || ordered.map(\.length) != expected.map(\.length) {
      wrong.append("the tree has \(ordered.count) runs, and there are \(expected.count) others")
    }
    var (counts, bytes) = ([UInt64](repeating: 0, count: 64), [UInt64](repeating: 0, count: 64))
    for run in expected {
      counts[63 - run.length.leadingZeroBitCount] += 1
      bytes[63 - run.length.leadingZeroBitCount] += run.length
    }
    if counts != runCounts || bytes != runBytes { wrong.append("the orders' sums are wrong") }
    if free != bytes.reduce(0, +) { wrong.append("\(free) bytes are said to be free") }
    if requested != blocks.values.reduce(0, { $0 + $1.requested }) { wrong.append("the bytes asked for are wrong") }
    if taken != blocks.values.reduce(0, { $0 + $1.taken }) { wrong.append("the bytes taken are wrong") }
    if heap != taken + free { wrong.append("the heap has \(heap) bytes, and its parts \(taken + free)") }
    return wrong
  }
}

extension FreeRunTree {
  var inOrder: [FreeRun] {
    var (runs, pending, node): ([FreeRun], [UInt32], UInt32) = ([], [], root)
    while node != 0 || !pending.isEmpty {
      while node != 0 {
        pending.append(node)
        node = nodes[Int(node)].left
      }
      guard let last = pending.popLast() else { break }
      runs.append(FreeRun(start: nodes[Int(last)].start, length: nodes[Int(last)].length))
      node = nodes[Int(last)].right
    }
    return runs
  }

  var problems: [String] {
    var problems: [String] = []
    var pending = [root]
    while let node = pending.popLast() {
      guard node != 0 else { continue }
      let item = nodes[Int(node)]
      let children = [nodes[Int(item.left)], nodes[Int(item.right)]]
      if item.longest != max(item.length, children[0].longest, children[1].longest) {
        problems.append("the node at \(item.start) has another longest run")
      }
      if item.left != 0, children[0].start >= item.start || children[0].priority > item.priority {
        problems.append("the left child of \(item.start) is in the wrong place")
      }
      if item.right != 0, children[1].start <= item.start || children[1].priority > item.priority {
        problems.append("the right child of \(item.start) is in the wrong place")
      }
      pending += [item.left, item.right]
    }
    return problems
  }
}
