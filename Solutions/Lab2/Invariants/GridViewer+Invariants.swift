import AllocLab

extension GridViewer: InvariantChecking {
  /// What the essay says must always hold, looked at from the outside of each table.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    var (end, live): (UInt64, UInt64) = (0, 0)
    for (address, block) in blocks.leaves.joined() {
      let low = address - block.overhead
      if low < end { wrong.append("the block at \(address) claims what the one before does") }
      end = address + max(block.size, 1)
      live += block.size
      if !mapped.ranges.contains(where: { $0.low <= low && end <= $0.high }) {
        wrong.append("the block at \(address) is not mapped")
      }
    }
    if live != liveBytes { wrong.append("\(live) bytes are live, and \(liveBytes) are counted") }
    for (page, heat) in pages.leaves.joined() {
      let start = page * Self.pageBytes
      if !mapped.ranges.contains(where: { $0.low <= start && start < $0.high }) {
        wrong.append("page \(page) is touched, and not mapped")
      }
      if heat.tick > now { wrong.append("page \(page) has a heat of the future") }
    }
    for (range, next) in zip(mapped.ranges, mapped.ranges.dropFirst()) where range.high >= next.low {
      wrong.append("the range up to \(range.high) is not apart from the next")
    }
    if mapped.ranges.contains(where: { $0.low >= $0.high }) { wrong.append("a mapped range is empty") }
    return wrong + blocks.invariantViolations("blocks") + pages.invariantViolations("pages") + historyViolations()
  }

  private func historyViolations() -> [String] {
    var wrong: [String] = []
    let (points, width, filled) = (history.points, history.width, history.filled)
    let intervals = (points.count - 1) * width + filled
    if points.count > LiveHistory.limit || !(1...width).contains(filled) || UInt64(intervals) != now + 1 {
      wrong.append("\(points.count) points of \(width), the last of \(filled), for \(now + 1) intervals")
    }
    if width > 1, intervals <= LiveHistory.limit * width / 2 { wrong.append("a point stands for \(width) too early") }
    if points.last?.last != liveBytes { wrong.append("the history ends with another number than there are live bytes") }
    if points.contains(where: { $0.least > $0.last || $0.last > $0.greatest }) {
      wrong.append("a point ends outside of its own bounds")
    }
    return wrong
  }
}

extension SortedLeaves {
  fileprivate func invariantViolations(_ name: String) -> [String] {
    var wrong: [String] = []
    if leaves.contains(where: { $0.isEmpty || $0.count > Self.leafLimit }) {
      wrong.append("a leaf of \(name) is empty or overfull")
    }
    if firsts != leaves.map({ $0[0].key }) { wrong.append("the directory of \(name) is not that of its leaves") }
    let keys = leaves.joined().map(\.key)
    if zip(keys, keys.dropFirst()).contains(where: { $0 >= $1 }) { wrong.append("\(name) are out of order") }
    return wrong
  }
}
