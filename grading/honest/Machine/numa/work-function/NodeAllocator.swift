import AllocLab

/// Frames are bits, block records lie one behind the other in one array of words, and pages move as the work function says: where the
/// least that everything so far could have cost, plus the way there, is smallest.
public struct NodeAllocator: NUMAAllocator, ~Copyable {
  private let map: Topology
  private let nodes: Int
  /// A word for each 64 frames of a node: a set bit is a free frame.
  private var bits: [[UInt64]]
  private var freeCount: [Int]
  private var threadNode: [Int: Int] = [:]
  private var records: [Int: Record] = [:]
  private var counter = 1_000_000

  private struct Record {
    var policy: MemoryPolicy
    var fixed: Int?
    var untouched: Int
    var frame: [Int?]
    var work: [[Int]]
    var given: [Int]
  }

  public init(topology: Topology) {
    map = topology
    nodes = topology.nodeCount
    freeCount = (0..<topology.nodeCount).map { topology.frames(of: $0).count }
    bits = freeCount.map { count in
      (0..<(count + 63) / 64).map { word in
        count - 64 * word >= 64 ? UInt64.max : (1 << UInt64(count - 64 * word)) - 1
      }
    }
  }

  private mutating func pop(_ node: Int) -> Int {
    for word in bits[node].indices where bits[node][word] != 0 {
      let bit = bits[node][word].trailingZeroBitCount
      bits[node][word] &= bits[node][word] - 1
      return map.frames(of: node).lowerBound + 64 * word + bit
    }
    return -1
  }

  private mutating func push(_ frame: Int, _ node: Int) {
    let place = frame - map.frames(of: node).lowerBound
    bits[node][place / 64] |= 1 << UInt64(place % 64)
  }

  private func owner(_ frame: Int) -> Int {
    for node in 0..<nodes where map.frames(of: node).contains(frame) { return node }
    return 0
  }

  public mutating func allocate(_ layout: Layout, _ policy: MemoryPolicy) -> Int {
    let count = layout.size / 4096 + (layout.size % 4096 == 0 ? 0 : 1)
    counter += 7
    records[counter] = Record(
      policy: policy, fixed: nil, untouched: 0, frame: Array(repeating: nil, count: count),
      work: Array(repeating: [], count: count), given: Array(repeating: 0, count: nodes))
    return counter
  }

  public mutating func allocate(_ layout: Layout, on node: Int) -> Int? {
    let count = layout.size / 4096 + (layout.size % 4096 == 0 ? 0 : 1)
    if freeCount[node] < count { return nil }
    freeCount[node] -= count
    let name = allocate(layout, .bind([node]))
    records[name]?.fixed = node
    records[name]?.untouched = count
    return name
  }

  public mutating func deallocate(_ block: Int) {
    guard let record = records.removeValue(forKey: block) else { return }
    if let fixed = record.fixed { freeCount[fixed] += record.untouched }
    for case .some(let frame) in record.frame {
      let node = owner(frame)
      push(frame, node)
      freeCount[node] += 1
    }
  }

  public mutating func run(_ thread: Int, on cpu: Int) { threadNode[thread] = map.node(ofCPU: cpu) }

  private func closest(_ from: Int, _ isAllowed: (Int) -> Bool) -> Int? {
    var found: Int?
    for node in 0..<nodes where freeCount[node] > 0 && isAllowed(node) {
      if let best = found, map.distance(from: from, to: best) <= map.distance(from: from, to: node) { continue }
      found = node
    }
    return found
  }

  /// In this design a round is what every node has been given of it.
  private func turn(_ record: inout Record, _ weights: [Int], _ from: Int) -> Int? {
    var candidates = (0..<nodes).filter { weights[$0] > 0 && freeCount[$0] > 0 }
    if candidates.isEmpty { return closest(from) { _ in true } }
    let open = candidates.filter { record.given[$0] < weights[$0] }
    if open.isEmpty { record.given = Array(repeating: 0, count: nodes) } else { candidates = open }
    let node = candidates[candidates.count - 1]
    record.given[node] += 1
    return node
  }

  public mutating func touch(_ page: Int, of block: Int, by thread: Int, accesses: Int) -> Int? {
    guard let from = threadNode[thread], var record = records.removeValue(forKey: block) else { return nil }
    defer { records[block] = record }
    if let frame = record.frame[page] {
      guard record.fixed == nil, record.policy == .local else { return frame }
      return move(&record, page, frame, from, accesses)
    }
    let home: Int?
    if let fixed = record.fixed {
      home = fixed
      record.untouched -= 1
    } else {
      switch record.policy {
      case .local: home = closest(from) { _ in true }
      case .preferred(let node): home = closest(node) { _ in true }
      case .bind(let set): home = closest(from) { set.contains($0) }
      case .interleave(let set): home = turn(&record, (0..<nodes).map { set.contains($0) ? 1 : 0 }, from)
      case .weighted(let weights): home = turn(&record, weights, from)
      }
      if let home { freeCount[home] -= 1 }
    }
    guard let home else { return nil }
    let frame = pop(home)
    record.frame[page] = frame
    record.work[page] = (0..<nodes).map { 64 * map.distance(from: $0, to: home) * ($0 == home ? 0 : 1) }
    return frame
  }

  private mutating func move(_ record: inout Record, _ page: Int, _ frame: Int, _ from: Int, _ accesses: Int) -> Int {
    let here = owner(frame)
    var work = record.work[page]
    for node in 0..<nodes { work[node] += accesses * map.distance(from: from, to: node) }
    for node in 0..<nodes {
      for other in 0..<nodes where other != node {
        work[node] = min(work[node], work[other] + 64 * map.distance(from: node, to: other))
      }
    }
    let least = work.min() ?? 0
    record.work[page] = work.map { $0 - least }
    var best = here
    func value(_ node: Int) -> Int { work[node] + (node == here ? 0 : 32 * map.distance(from: node, to: here)) }
    for node in 0..<nodes where freeCount[node] > 0 && value(node) < value(best) { best = node }
    if best == here { return frame }
    push(frame, here)
    freeCount[here] += 1
    freeCount[best] -= 1
    let new = pop(best)
    record.frame[page] = new
    return new
  }
}
