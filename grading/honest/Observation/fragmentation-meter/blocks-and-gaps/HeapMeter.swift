import AllocLab

/// Live blocks in a skip list by address, with the gap behind each; a heap of lengths for the longest, cleaned up when it is asked.
///
/// Each region begins with a block of its own that takes nothing, so that every gap is behind a block.
public struct HeapMeter: FragmentationMeter, ~Copyable {
  private struct Node {
    var address: UInt64 = 0
    /// Where its bytes end.
    var end: UInt64 = 0
    /// Where the free run behind it ends.
    var limit: UInt64 = 0
    var requested: UInt64 = 0
    var isRegion = false
    /// The next node on each level.
    var next: [Int32] = []
  }

  private static let levels = 17

  private var nodes = [Node(next: Array(repeating: -1, count: HeapMeter.levels))]
  private var spare: [Int32] = []
  private var random: UInt32 = 1
  private var path = [Int32](repeating: 0, count: HeapMeter.levels)

  /// How many gaps have a length.
  private var lengths: [UInt64: Int] = [:]
  /// A binary heap of lengths, those too that are gone.
  private var queue: [UInt64] = []

  private var (live, taken, heap): (UInt64, UInt64, UInt64) = (0, 0, 0)
  private var orders = [(runs: UInt64, bytes: UInt64)](repeating: (0, 0), count: 64)
  private var last: UInt64?
  private var (area, liveArea): (UInt128, UInt128) = (0, 0)
  private var peakLive = (heap: UInt64(0), live: UInt64(0))
  private var peakHeap = (heap: UInt64(0), live: UInt64(0))

  public init() {}

  public mutating func feed(_ changes: HeapChanges) {
    for place in changes.indices {
      let change = changes[place]
      if let last {
        area += UInt128(heap) * UInt128(change.time &- last)
        liveArea += UInt128(live) * UInt128(change.time &- last)
      }
      switch change.kind {
      case .begin(let block): begin(block)
      case .end(let address): end(address)
      case .map(let region): map(region)
      case .resize(let region):
        let limit = region.start + region.byteCount
        // The last node of the region: the last one below where it ends now.
        let old = end(ofRegion: region.start)
        let node = Int(find(below: max(old, region.start &+ 1)))
        drop(nodes[node].limit - nodes[node].end)
        heap = heap + limit - old
        nodes[node].limit = limit
        note(nodes[node].limit - nodes[node].end)
      case .unmap(let start):
        let before = find(below: start)
        let node = successor(before, start)
        heap -= nodes[Int(node)].limit - start
        drop(nodes[Int(node)].limit - start)
        unlink(node)
      case .snapshot(let snapshot):
        self = HeapMeter()
        for region in snapshot.regions { map(region) }
        for block in snapshot.blocks { begin(block) }
      }
      if last == nil || live > peakLive.live { peakLive = (heap, live) }
      if last == nil || heap > peakHeap.heap { peakHeap = (heap, live) }
      last = change.time
    }
  }

  // MARK: - Blocks

  private mutating func map(_ region: HeapSnapshot.Region) {
    _ = find(below: region.start)
    let node = link(region.start)
    nodes[Int(node)].end = region.start
    nodes[Int(node)].limit = region.start + region.byteCount
    nodes[Int(node)].isRegion = true
    heap += region.byteCount
    note(region.byteCount)
  }

  private mutating func begin(_ block: HeapSnapshot.Block) {
    // What begins where a region does comes behind it.
    let before = Int(find(upTo: block.address))
    drop(nodes[before].limit - nodes[before].end)
    let node = Int(link(block.address))
    nodes[node].end = block.address + block.taken
    nodes[node].limit = nodes[before].limit
    nodes[node].requested = block.requested
    nodes[before].limit = block.address
    note(nodes[before].limit - nodes[before].end)
    note(nodes[node].limit - nodes[node].end)
    live += block.requested
    taken += block.taken
  }

  private mutating func end(_ address: UInt64) {
    var before = find(below: address)
    var node = nodes[Int(before)].next[0]
    if nodes[Int(node)].isRegion {
      // The region itself is the neighbour.
      before = find(upTo: address, stoppingAtBlocks: true)
      node = nodes[Int(before)].next[0]
    }
    live -= nodes[Int(node)].requested
    taken -= nodes[Int(node)].end - nodes[Int(node)].address
    drop(nodes[Int(before)].limit - nodes[Int(before)].end)
    drop(nodes[Int(node)].limit - nodes[Int(node)].end)
    nodes[Int(before)].limit = nodes[Int(node)].limit
    note(nodes[Int(before)].limit - nodes[Int(before)].end)
    unlink(node)
  }

  /// Where the free run behind the region's last block ends.
  private func end(ofRegion start: UInt64) -> UInt64 {
    var node: Int32 = 0
    for level in (0..<HeapMeter.levels).reversed() {
      while case let next = nodes[Int(node)].next[level], next >= 0, nodes[Int(next)].address < start { node = next }
    }
    node = nodes[Int(node)].next[0]
    var end = nodes[Int(node)].limit
    // From block to block, as long as they lie side by side or with a gap that ends at the next.
    while case let next = nodes[Int(node)].next[0], next >= 0, !nodes[Int(next)].isRegion {
      node = next
      end = nodes[Int(node)].limit
    }
    return end
  }

  // MARK: - The list

  private mutating func find(below address: UInt64) -> Int32 {
    var node: Int32 = 0
    for level in (0..<HeapMeter.levels).reversed() {
      while case let next = nodes[Int(node)].next[level], next >= 0, nodes[Int(next)].address < address { node = next }
      path[level] = node
    }
    return node
  }

  /// - Parameter stoppingAtBlocks: whether a block at the address itself is already too far.
  private mutating func find(upTo address: UInt64, stoppingAtBlocks: Bool = false) -> Int32 {
    var node: Int32 = 0
    for level in (0..<HeapMeter.levels).reversed() {
      while case let next = nodes[Int(node)].next[level], next >= 0,
        nodes[Int(next)].address < address
          || nodes[Int(next)].address == address && (nodes[Int(next)].isRegion || !stoppingAtBlocks)
      {
        node = next
      }
      path[level] = node
    }
    return node
  }

  private func successor(_ node: Int32, _ start: UInt64) -> Int32 { nodes[Int(node)].next[0] }

  /// A node behind the path.
  private mutating func link(_ address: UInt64) -> Int32 {
    random = random &* 1_664_525 &+ 1_013_904_223
    let height = min(HeapMeter.levels, 1 + (random >> 8 | 1 << 20).trailingZeroBitCount)
    var new = Node(address: address)
    for level in 0..<height { new.next.append(nodes[Int(path[level])].next[level]) }
    var number = Int32(nodes.count)
    if let old = spare.popLast() {
      number = old
      nodes[Int(old)] = new
    } else {
      nodes.append(new)
    }
    for level in 0..<height { nodes[Int(path[level])].next[level] = number }
    return number
  }

  private mutating func unlink(_ node: Int32) {
    for level in nodes[Int(node)].next.indices { nodes[Int(path[level])].next[level] = nodes[Int(node)].next[level] }
    nodes[Int(node)].next = []
    spare.append(node)
  }

  // MARK: - Lengths

  private mutating func note(_ length: UInt64) {
    guard length > 0 else { return }
    let order = length.bitWidth - 1 - length.leadingZeroBitCount
    orders[order].runs += 1
    orders[order].bytes += length
    guard let known = lengths[length] else {
      lengths[length] = 1
      push(length)
      return
    }
    lengths[length] = known + 1
  }

  private mutating func drop(_ length: UInt64) {
    guard length > 0 else { return }
    let order = length.bitWidth - 1 - length.leadingZeroBitCount
    orders[order].runs -= 1
    orders[order].bytes -= length
    lengths[length, default: 1] -= 1
    // More dead than alive: begin anew.
    if queue.count > 64, queue.count > 4 * nodes.count { rebuild() }
  }

  private mutating func rebuild() {
    lengths = lengths.filter { $0.value > 0 }
    queue = lengths.keys.sorted(by: >)
  }

  private mutating func push(_ length: UInt64) {
    var place = queue.count
    queue.append(length)
    while place > 0, queue[(place - 1) / 2] < length {
      queue[place] = queue[(place - 1) / 2]
      place = (place - 1) / 2
    }
    queue[place] = length
  }

  private mutating func longest() -> UInt64 {
    while let top = queue.first, lengths[top] == 0 {
      lengths[top] = nil
      let moved = queue.removeLast()
      guard !queue.isEmpty else { break }
      var place = 0
      while 2 * place + 1 < queue.count {
        var child = 2 * place + 1
        if child + 1 < queue.count, queue[child + 1] > queue[child] { child += 1 }
        if queue[child] <= moved { break }
        queue[place] = queue[child]
        place = child
      }
      queue[place] = moved
    }
    return queue.first ?? 0
  }

  // MARK: - Answers

  private static func share(_ part: UInt64, _ whole: UInt64) -> UInt64 {
    if whole == 0 { return 0 }
    let (high, low) = part.multipliedFullWidth(by: 1_000_000)
    return whole.dividingFullWidth((high, low)).quotient
  }

  public mutating func internalBytes() -> UInt64 { taken - live }
  public mutating func internalFragmentation() -> UInt64 { HeapMeter.share(taken - live, taken) }
  public mutating func freeBytes() -> UInt64 { heap - taken }
  public mutating func largestRun() -> UInt64 { longest() }

  public mutating func externalFragmentation() -> UInt64 { HeapMeter.share(heap - taken - longest(), heap - taken) }

  public mutating func unusableBytes(order: Int) -> UInt64 {
    orders.prefix(order).reduce(0) { $0 + $1.bytes }
  }

  public mutating func unusableIndex(order: Int) -> UInt64 {
    HeapMeter.share(unusableBytes(order: order), heap - taken)
  }

  public mutating func histogram(_ rows: inout RunHistogram) {
    for (order, item) in orders.enumerated() where item.runs > 0 {
      rows.append(order: order, runs: item.runs, bytes: item.bytes)
    }
  }

  public mutating func measures() -> FragmentationMeasures {
    FragmentationMeasures(
      average: FragmentationRatio(heap: area, live: liveArea),
      atPeakLive: FragmentationRatio(heap: UInt128(peakLive.heap), live: UInt128(peakLive.live)),
      atPeakHeap: FragmentationRatio(heap: UInt128(peakHeap.heap), live: UInt128(peakHeap.live)),
      ofPeaks: FragmentationRatio(heap: UInt128(peakHeap.heap), live: UInt128(peakLive.live)))
  }
}
