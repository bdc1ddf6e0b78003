import AllocLab

/// Pages are rows of flat arrays that are used again. Of each page it is known on which node it was used most lately: accesses are counted
/// by the node they come from, and all counts are halved every 256 of them. A page moves to where it is used most, once that has
/// cost more than the way.
public struct NodeAllocator: NUMAAllocator, ~Copyable {
  private struct Row {
    var frame = -1
    var debt = 0
    var uses: [Int] = []
    var total = 0
  }

  private final class Mapping {
    let kind: Int
    let home: Int
    let weights: [Int]
    var left: [Int]
    var rows: [Row]

    init(kind: Int, home: Int, weights: [Int], pages: Int) {
      (self.kind, self.home, self.weights, left) = (kind, home, weights, weights)
      rows = Array(repeating: Row(), count: pages)
    }
  }

  private let machine: Topology
  /// Free frames: those from `fresh` on were never used.
  private var fresh: [Int]
  private var returned: [[Int]]
  private var promised: [Int]
  private var threads = Array(repeating: 0, count: 4096)
  private var mappings: [Mapping?] = []

  public init(topology: Topology) {
    machine = topology
    fresh = (0..<topology.nodeCount).map { topology.frames(of: $0).lowerBound }
    returned = fresh.map { _ in [] }
    promised = fresh.map { _ in 0 }
  }

  private func room(_ node: Int) -> Int {
    machine.frames(of: node).upperBound - fresh[node] + returned[node].count - promised[node]
  }

  private mutating func take(_ node: Int) -> Int {
    if fresh[node] < machine.frames(of: node).upperBound {
      fresh[node] += 1
      return fresh[node] - 1
    }
    return returned[node].removeFirst()
  }

  private func node(_ frame: Int) -> Int {
    (0..<machine.nodeCount).first { machine.frames(of: $0).contains(frame) } ?? 0
  }

  private mutating func add(_ mapping: Mapping) -> Int {
    if let hole = mappings.firstIndex(where: { $0 == nil }) {
      mappings[hole] = mapping
      return hole
    }
    mappings.append(mapping)
    return mappings.count - 1
  }

  public mutating func allocate(_ layout: Layout, _ policy: MemoryPolicy) -> Int {
    let pages = (layout.size + 4095) >> 12
    func flags(_ nodes: [Int]) -> [Int] {
      var flags = Array(repeating: 0, count: machine.nodeCount)
      for node in nodes { flags[node] = 1 }
      return flags
    }
    switch policy {
    case .local: return add(Mapping(kind: 0, home: 0, weights: [], pages: pages))
    case .preferred(let node): return add(Mapping(kind: 1, home: node, weights: [], pages: pages))
    case .bind(let nodes): return add(Mapping(kind: 2, home: 0, weights: flags(nodes), pages: pages))
    case .interleave(let nodes): return add(Mapping(kind: 3, home: 0, weights: flags(nodes), pages: pages))
    case .weighted(let weights): return add(Mapping(kind: 3, home: 0, weights: weights, pages: pages))
    }
  }

  public mutating func allocate(_ layout: Layout, on node: Int) -> Int? {
    let pages = (layout.size + 4095) >> 12
    guard room(node) >= pages else { return nil }
    promised[node] += pages
    return add(Mapping(kind: 4, home: node, weights: [], pages: pages))
  }

  public mutating func deallocate(_ block: Int) {
    guard let mapping = mappings[block] else { return }
    mappings[block] = nil
    for row in mapping.rows {
      if row.frame >= 0 {
        returned[node(row.frame)].append(row.frame)
      } else if mapping.kind == 4 {
        promised[mapping.home] -= 1
      }
    }
  }

  public mutating func run(_ thread: Int, on cpu: Int) { threads[thread] = machine.node(ofCPU: cpu) }

  private func near(_ from: Int, _ weights: [Int] = []) -> Int? {
    (0..<machine.nodeCount).filter { room($0) > 0 && (weights.isEmpty || weights[$0] > 0) }
      .min { machine.distance(from: from, to: $0) < machine.distance(from: from, to: $1) }
  }

  private func round(_ mapping: Mapping, _ from: Int) -> Int? {
    let usable = (0..<machine.nodeCount).filter { mapping.weights[$0] > 0 && room($0) > 0 }
    guard let first = usable.first else { return near(from) }
    if let node = usable.first(where: { mapping.left[$0] > 0 }) {
      mapping.left[node] -= 1
      return node
    }
    mapping.left = mapping.weights
    mapping.left[first] -= 1
    return first
  }

  public mutating func touch(_ page: Int, of block: Int, by thread: Int, accesses: Int) -> Int? {
    guard let mapping = mappings[block] else { return nil }
    let from = threads[thread]
    let frame = mapping.rows[page].frame
    if frame >= 0 {
      if mapping.kind == 0 { visit(mapping, page, from, accesses) }
      return mapping.rows[page].frame
    }
    let home: Int?
    switch mapping.kind {
    case 0: home = near(from)
    case 1: home = near(mapping.home)
    case 2: home = near(from, mapping.weights)
    case 3: home = round(mapping, from)
    default:
      home = mapping.home
      promised[mapping.home] -= 1
    }
    guard let home else { return nil }
    let new = take(home)
    mapping.rows[page].frame = new
    return new
  }

  private mutating func visit(_ mapping: Mapping, _ page: Int, _ from: Int, _ accesses: Int) {
    var row = mapping.rows[page]
    if row.uses.isEmpty { row.uses = Array(repeating: 0, count: machine.nodeCount) }
    row.uses[from] += accesses
    row.total += accesses
    while row.total >= 256 {
      row.uses = row.uses.map { $0 / 2 }
      row.total /= 2
    }
    let here = node(row.frame)
    func cost(_ memory: Int) -> Int {
      row.uses.indices.reduce(0) { $0 + row.uses[$1] * machine.distance(from: $1, to: memory) }
    }
    let best = (0..<machine.nodeCount).filter { $0 == here || room($0) > 0 }.min { cost($0) < cost($1) } ?? here
    if best == here || cost(best) >= cost(here) {
      row.debt = 0
    } else {
      row.debt += (machine.distance(from: from, to: here) - machine.distance(from: from, to: best)) * accesses
      if row.debt > 64 * machine.distance(from: best, to: here) {
        returned[here].append(row.frame)
        row = Row(frame: take(best))
      }
    }
    mapping.rows[page] = row
  }
}
