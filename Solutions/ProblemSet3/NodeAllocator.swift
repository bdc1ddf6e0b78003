import AllocLab

/// An allocator of page frames for a machine with several nodes.
///
/// **Idea.** Where a page begins is no choice: its policy says it, and a sorted row of nodes for each node answers "the nearest with a free
/// frame" by walking along it. Where it stays is one, and is decided as in the *ski rental* problem: keep paying for distance until that
/// has cost as much as a move would, then move. Whoever does so never pays more than about twice what someone pays who knows when the
/// thread goes back (Black and Sleator 1989 show 3 for pages on two nodes, and that nobody does better).
///
///     nearest[2]   2 │ 1 │ 0 │ 3            free[0]   │ 17 │ 12 │ 13 │      a stack; of these,
///                  row 2 of the distances                                reserved[0] = 1
///     blocks[5]    policy, shares ─┐
///                  pages  │ frame  │ node │ regret on each node │     frame is -1 until the page is touched
///                         │   14   │  0   │   0    310    0   0 │
///
/// **Regret.** For a page on node k, `regret[m]` is how much less its latest accesses would have cost on node m than they have on k. It
/// never falls below 0: what argues for k is forgotten once it has outweighed what argued for m, as if the count began anew. When
/// `regret[m]` exceeds what a move from k to m costs, the page moves, if m has a free frame, and all regrets are 0 again. So a page that is
/// used from two nodes in turn stays, and one whose thread is gone follows it.
///
/// **Turns.** A round of a block is the shares that are left of it. The node with the largest share is next, so that a weight of 3
/// and one of 1 are not served as 3 in a row.
///
/// **Invariants** (`Invariants/NodeAllocator+Invariants.swift`)
///
/// 1. Each frame of a node is in its stack, or of one page: never of both, of two, or of none.
/// 2. reserved[n] = the sum, over blocks on node n, of their pages without a frame; and reserved[n] ≤ frames in the stack of n.
/// 3. A page's frame is of its node; a page on a reserved node, or bound, is on one that its policy names.
/// 4. No share is larger than its weight, and no regret is less than 0.
///
/// **Costs.** allocate and deallocate O(pages), `on:` as well; touch O(nodes).
public struct NodeAllocator: NUMAAllocator, ~Copyable {
  static let pageBytes = 4096
  /// A move costs as much as so many accesses.
  static let accessesOfMove = 64

  struct Page {
    var frame = -1
    var node = 0
    /// By node; empty where the page has not been touched, or does not move.
    var regret: [Int] = []
  }

  enum Placement {
    case policy(MemoryPolicy)
    case reserved(Int)
  }

  struct Block {
    let placement: Placement
    var pages: [Page]
    /// What each node still has of the round, and has of each.
    var shares: [Int] = []
    var weights: [Int] = []
  }

  let topology: Topology
  /// For each node those with memory, the nearest first.
  let nearest: [[Int]]
  /// For each node its frames that are no page's, and how many of these are reserved.
  var free: [[Int]]
  var reserved: [Int]
  /// By number; nil where no block of that number lives.
  var blocks: [Block?] = []
  var unusedNumbers: [Int] = []
  var nodeOfThread: [Int] = []

  public init(topology: Topology) {
    self.topology = topology
    let nodes = 0..<topology.nodeCount
    let withMemory = nodes.filter { !topology.frames(of: $0).isEmpty }
    nearest = nodes.map { node in
      withMemory.sorted { (topology.distance(from: node, to: $0), $0) < (topology.distance(from: node, to: $1), $1) }
    }
    free = nodes.map { topology.frames(of: $0).reversed() }
    reserved = nodes.map { _ in 0 }
  }

  // MARK: Blocks and threads

  public mutating func allocate(_ layout: Layout, _ policy: MemoryPolicy) -> Int {
    var block = Block(placement: .policy(policy), pages: Self.pages(layout))
    switch policy {
    case .interleave(let nodes): block.weights = (0..<topology.nodeCount).map { nodes.contains($0) ? 1 : 0 }
    case .weighted(let weights): block.weights = weights
    case .local, .preferred, .bind: break
    }
    block.shares = block.weights
    return number(block)
  }

  public mutating func allocate(_ layout: Layout, on node: Int) -> Int? {
    let block = Block(placement: .reserved(node), pages: Self.pages(layout))
    guard block.pages.count <= available(node) else { return nil }
    reserved[node] += block.pages.count
    return number(block)
  }

  private static func pages(_ layout: Layout) -> [Page] {
    Array(repeating: Page(), count: (layout.size + pageBytes - 1) / pageBytes)
  }

  private mutating func number(_ block: Block) -> Int {
    if let number = unusedNumbers.popLast() {
      blocks[number] = block
      return number
    }
    blocks.append(block)
    return blocks.count - 1
  }

  public mutating func deallocate(_ number: Int) {
    guard let block = blocks[number] else { return }
    blocks[number] = nil
    unusedNumbers.append(number)
    for page in block.pages {
      if page.frame >= 0 {
        free[page.node].append(page.frame)
      } else if case .reserved(let node) = block.placement {
        reserved[node] -= 1
      }
    }
  }

  public mutating func run(_ thread: Int, on cpu: Int) {
    while nodeOfThread.count <= thread { nodeOfThread.append(0) }
    nodeOfThread[thread] = topology.node(ofCPU: cpu)
  }

  // MARK: Pages

  public mutating func touch(_ page: Int, of number: Int, by thread: Int, accesses: Int) -> Int? {
    guard var block = blocks[number] else { return nil }
    blocks[number] = nil  // Changed in place: nobody else has it now.
    defer { blocks[number] = block }
    let node = nodeOfThread[thread]
    if block.pages[page].frame < 0 {
      guard let home = home(of: &block, touchedFrom: node) else { return nil }
      if case .reserved = block.placement { reserved[home] -= 1 }
      block.pages[page].node = home
      block.pages[page].frame = free[home].removeLast()
    } else if case .policy(.local) = block.placement {
      follow(&block.pages[page], accessedFrom: node, accesses)
    }
    return block.pages[page].frame
  }

  /// Frames that anybody may have.
  private func available(_ node: Int) -> Int { free[node].count - reserved[node] }

  /// The node of a page that has none yet; nil where there is no frame for it.
  private mutating func home(of block: inout Block, touchedFrom node: Int) -> Int? {
    switch block.placement {
    case .reserved(let home): return home
    case .policy(.local): return firstAvailable(nearest[node])
    case .policy(.preferred(let preferred)): return firstAvailable(nearest[preferred])
    case .policy(.bind(let nodes)): return firstAvailable(nearest[node].filter { nodes.contains($0) })
    case .policy(.interleave), .policy(.weighted): return turn(of: &block) ?? firstAvailable(nearest[node])
    }
  }

  private func firstAvailable(_ nodes: [Int]) -> Int? { nodes.first { available($0) > 0 } }

  /// The node whose turn it is; nil where none of the block's has a free frame.
  private func turn(of block: inout Block) -> Int? {
    let open = block.weights.indices.filter { block.weights[$0] > 0 && available($0) > 0 }
    guard !open.isEmpty else { return nil }
    if open.allSatisfy({ block.shares[$0] == 0 }) { block.shares = block.weights }
    var next = open[0]
    for node in open where block.shares[node] > block.shares[next] { next = node }
    block.shares[next] -= 1
    return next
  }

  /// Moves a page, if where it lies has cost enough.
  private mutating func follow(_ page: inout Page, accessedFrom node: Int, _ accesses: Int) {
    if page.regret.isEmpty { page.regret = Array(repeating: 0, count: topology.nodeCount) }
    let here = topology.distance(from: node, to: page.node)
    var best: (node: Int, gain: Int)?
    for memory in nearest[node] where memory != page.node {
      let regret = max(0, page.regret[memory] + (here - topology.distance(from: node, to: memory)) * accesses)
      page.regret[memory] = regret
      let gain = regret - topology.distance(from: memory, to: page.node) * Self.accessesOfMove
      if gain > 0, available(memory) > 0, gain > best?.gain ?? 0 { best = (memory, gain) }
    }
    guard let best else { return }
    free[page.node].append(page.frame)
    page = Page(frame: free[best.node].removeLast(), node: best.node)
  }
}
