import Vocabularies

/// Who has which frame of a machine, from what a subject was asked and where it has put pages.
struct NUMATruth {
  struct Page {
    var frame: UInt64?
    /// What this page costs at least so far, by the node on which it lies then; empty before it is touched, and of other policies.
    var least: [Int] = []
  }

  struct Block {
    let policy: NUMAPolicy
    /// The node on which its frames are reserved.
    let reservedNode: Int?
    var pages: [Page]
    /// What each node still has of the round.
    var shares: [Int]
    /// Frames that are reserved for it and no page's yet.
    var reserved: Int

    var isLocal: Bool { reservedNode == nil && policy.kind == .local }
  }

  let machine: NUMATopology
  let policies: [NUMAPolicy]
  /// For each node those with memory, the nearest first.
  private let nearest: [[Int]]
  /// Frames of each node that are neither a page's nor reserved.
  private(set) var free: [Int]
  private(set) var blocks: [Int: Block] = [:]
  private var taken: Set<UInt64> = []
  private(set) var nodeOfThread: [Int: Int] = [:]
  private(set) var cost = LocalCost()

  init(machine: NUMATopology, policies: [NUMAPolicy]) {
    (self.machine, self.policies) = (machine, policies)
    nearest = machine.frames.indices.map(machine.nearest)
    free = machine.frames.map(\.count)
  }

  // MARK: What is asked

  /// Whether an operation is about anything: whatever is not has no outcome that matters.
  func means(_ operation: NUMAVocabulary.Operation) -> Bool {
    switch operation {
    case .allocate(let block, _, let policy): blocks[block] == nil && policies.indices.contains(policy)
    case .allocateOn(let block, _, let node): blocks[block] == nil && free.indices.contains(node)
    case .deallocate(let block): blocks[block] != nil
    case .run(let thread, let cpu): thread < NUMAVocabulary.threadLimit && machine.nodeOfCPU.indices.contains(cpu)
    case .touch(let block, let page, let thread, let accesses):
      (blocks[block]?.pages.indices.contains(page) ?? false) && nodeOfThread[thread] != nil && accesses > 0
    }
  }

  mutating func begin(_ block: Int, bytes: Int, policy: Int) {
    let policy = policies[policy]
    blocks[block] = Block(
      policy: policy, reservedNode: nil, pages: Array(repeating: Page(), count: NUMAVocabulary.pages(bytes)),
      shares: Self.round(policy), reserved: 0)
  }

  /// What each node has of a round.
  private static func round(_ policy: NUMAPolicy) -> [Int] {
    policy.kind == .interleave ? policy.weights.map { min($0, 1) } : policy.weights
  }

  mutating func reserve(_ block: Int, bytes: Int, on node: Int) {
    let count = NUMAVocabulary.pages(bytes)
    free[node] -= count
    blocks[block] = Block(
      policy: NUMAPolicy(.local, weights: []), reservedNode: node, pages: Array(repeating: Page(), count: count),
      shares: [], reserved: count)
  }

  mutating func end(_ block: Int) {
    guard let ended = blocks.removeValue(forKey: block) else { return }
    if let node = ended.reservedNode { free[node] += ended.reserved }
    for page in ended.pages {
      if let frame = page.frame, let node = node(of: frame) {
        taken.remove(frame)
        free[node] += 1
      }
      cost.end(page.least)
    }
  }

  mutating func run(_ thread: Int, on cpu: Int) { nodeOfThread[thread] = machine.nodeOfCPU[cpu] }

  // MARK: Where pages may lie

  /// The node whose frame it is.
  func node(of frame: UInt64) -> Int? {
    guard let frame = Int(exactly: frame) else { return nil }
    return machine.frames.firstIndex { $0.contains(frame) }
  }

  func isTaken(_ frame: UInt64) -> Bool { taken.contains(frame) }

  /// Where a page may go that is touched for the first time, and where it would if all frames were free.
  func places(of block: Block, from node: Int) -> (now: [Int], emptied: [Int]) {
    func nearest(to node: Int, among nodes: [Int]? = nil, _ has: (Int) -> Bool) -> [Int] {
      self.nearest[node].first { has($0) && nodes?.contains($0) ?? true }.map { [$0] } ?? []
    }
    func both(_ find: ((Int) -> Bool) -> [Int]) -> (now: [Int], emptied: [Int]) {
      (find { free[$0] > 0 }, find { _ in true })
    }
    if let reserved = block.reservedNode { return ([reserved], [reserved]) }
    let policy = block.policy
    switch policy.kind {
    case .local: return both { nearest(to: node, $0) }
    case .preferred: return both { nearest(to: policy.node, $0) }
    case .bind: return both { nearest(to: node, among: policy.nodes, $0) }
    case .interleave, .weighted:
      return both { has in
        let open = policy.nodes.filter { !machine.frames[$0].isEmpty && has($0) }
        if open.isEmpty { return nearest(to: node, has) }
        let withShare = open.filter { block.shares[$0] > 0 }
        return withShare.isEmpty ? open : withShare
      }
    }
  }

  // MARK: What is answered

  /// A page that has no frame gets one.
  mutating func place(_ page: Int, of name: Int, in frame: UInt64, on node: Int) {
    guard var block = blocks[name] else { return }
    blocks[name] = nil  // So that it is not copied.
    if block.reservedNode != nil {
      block.reserved -= 1
    } else {
      let open = block.policy.nodes.filter { free[$0] > 0 }
      if block.policy.takesTurns, !open.isEmpty {
        if open.allSatisfy({ block.shares[$0] == 0 }) { block.shares = Self.round(block.policy) }
        block.shares[node] = max(0, block.shares[node] - 1)
      }
      free[node] -= 1
    }
    taken.insert(frame)
    block.pages[page].frame = frame
    blocks[name] = block
  }

  /// A page of policy `local` moves.
  mutating func move(_ page: Int, of name: Int, to frame: UInt64, on node: Int) {
    guard let old = blocks[name]?.pages[page].frame, let oldNode = self.node(of: old) else { return }
    taken.remove(old)
    free[oldNode] += 1
    taken.insert(frame)
    free[node] -= 1
    blocks[name]?.pages[page].frame = frame
    cost.move(machine.distances[node][oldNode])
  }

  /// A page is accessed where it lies now; only those of policy `local` are counted.
  mutating func access(_ page: Int, of name: Int, from node: Int, times: Int) {
    guard let block = blocks[name], block.isLocal, let frame = block.pages[page].frame,
      let memory = self.node(of: frame)
    else { return }
    cost.access(machine.distances[node][memory], times)
    blocks[name]?.pages[page].least = LocalCost.least(
      after: block.pages[page].least, from: node, times: times, on: machine)
  }

  /// What all pages cost, and at least would have to: of each by itself, as if there were frames for it everywhere.
  var localCost: (paid: Int, least: Int) {
    var cost = cost
    for block in blocks.values { for page in block.pages { cost.end(page.least) } }
    return (cost.paid, cost.least)
  }
}

extension NUMAPolicy {
  /// Whether its nodes take turns.
  var takesTurns: Bool { kind == .interleave || kind == .weighted }
}
