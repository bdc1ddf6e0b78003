import AllocLab

/// An allocator of page frames for a machine with several nodes.
///
/// Describe your design here: the idea, what you keep of nodes, blocks and pages (a drawing helps), what is always true between two
/// calls, and what each function costs.
public struct NodeAllocator: NUMAAllocator, ~Copyable {
  // TODO: which frames of each node are free, and for each node, which memory is nearest?
  // TODO: what is known of each live block, and of each of its pages?

  public init(topology: Topology) {
    // TODO: all frames are free.
  }

  /// Begins a block; its pages get their frames when they are touched.
  public mutating func allocate(_ layout: Layout, _ policy: MemoryPolicy) -> Int {
    // TODO: a number that no other live block has.
    0
  }

  /// Begins a block with frames reserved on one node; nil where these are too few.
  public mutating func allocate(_ layout: Layout, on node: Int) -> Int? {
    // TODO: reserve them all, or none.
    nil
  }

  /// Ends a block: its frames are free, and those that were reserved.
  public mutating func deallocate(_ block: Int) {
    // TODO
  }

  /// From now on the thread runs on another processor.
  public mutating func run(_ thread: Int, on cpu: Int) {
    // TODO: on which node is that?
  }

  /// The frame in which the page lies; at its first touch, it has to get one.
  public mutating func touch(_ page: Int, of block: Int, by thread: Int, accesses: Int) -> Int? {
    // TODO: first where the policy says. Then, for local pages: is it worth a move?
    nil
  }
}
