import AllocLab

extension TextReporter: InvariantChecking {
  /// The tree is one, and every sum is what adding up gives.
  public func invariantViolations() -> [String] {
    var wrong: [String] = []
    var edges: Set<[Int]> = []
    for node in tree.parents.indices {
      let (parent, function) = (tree.parents[node], tree.functions[node])
      if parent >= node { wrong.append("node \(node) comes before its parent \(parent)") }
      if !edges.insert([parent, function]).inserted { wrong.append("node \(node) is there twice") }
      var (above, isOutermost) = (parent, true)
      while above >= 0, above < node {
        if tree.functions[above] == function { isOutermost = false }
        above = tree.parents[above]
      }
      if tree.isOutermost[node] != isOutermost { wrong.append("node \(node) is said to be outermost, or not to be") }
    }
    if tree.live.reduce(0, &+) != total { wrong.append("\(total) bytes are said to live") }
    if totals.last ?? 0 != total { wrong.append("the last point has \(totals.last ?? 0) bytes, of \(total)") }
    if times.count != totals.count { wrong.append("\(times.count) points have \(totals.count) totals") }
    if zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) { wrong.append("points are not in order") }
    let first = totals.max().flatMap { totals.firstIndex(of: $0) }
    if peak?.time != first.map({ times[$0] }) || peak?.bytes != first.map({ totals[$0] }) {
      wrong.append("the peak is not the first of the greatest points")
    }
    if Set(names.ranks) != Set(0..<names.count) { wrong.append("ranks are no order") }
    return wrong
  }
}
