/// Blocks by the time at which they end: a ring of lists, one a tick, so that everything is O(1).
///
///     today ─► [ a ]─►[ b ]      nodes, linked by their index; freed nodes form a list of their own
///              [   ]
///              [ c ]             `span` ticks from today, then round
struct BlockCalendar {
  private struct Node {
    var block: AllocationTraceBuilder.Block
    var next: Int32
  }

  private var days: [Int32]
  private var nodes: [Node] = []
  private var unused: Int32 = -1
  private var today = 0

  /// Lifetimes are at most `span` ticks.
  init(span: Int) {
    days = Array(repeating: -1, count: 1 << (Int.bitWidth - max(span, 1).leadingZeroBitCount))
  }

  /// Blocks that have not ended.
  private(set) var count = 0

  /// Lets a block end in `ticks` ticks, at least 1 and at most the span.
  mutating func schedule(_ block: AllocationTraceBuilder.Block, in ticks: Int) {
    let day = (today + min(max(ticks, 1), days.count - 1)) & (days.count - 1)
    let node = Node(block: block, next: days[day])
    if unused >= 0 {
      days[day] = unused
      unused = nodes[Int(unused)].next
      nodes[Int(days[day])] = node
    } else {
      days[day] = Int32(truncatingIfNeeded: nodes.count)
      nodes.append(node)
    }
    count += 1
  }

  /// The next block that is due today, or nil where there is none any more.
  mutating func popDue() -> AllocationTraceBuilder.Block? {
    let place = days[today]
    guard place >= 0 else { return nil }
    let node = nodes[Int(place)]
    days[today] = node.next
    nodes[Int(place)].next = unused
    unused = place
    count -= 1
    return node.block
  }

  /// Goes on to the next tick; all that was due must have ended.
  mutating func advance() { today = (today + 1) & (days.count - 1) }
}
