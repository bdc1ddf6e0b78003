/// Decides in which page frame of a machine with several nodes each page of a block lies.
///
/// It has no heap: like the part of a kernel that answers page faults, it hands out frames and keeps books of them. A block of n bytes has
/// n / 4096 pages, rounded up: none, where n is 0. They are numbered from 0 on. A page has no frame until it is touched for the first time, and
/// then one until its block ends. No two pages have the same frame at the same time.
///
/// **Nearest.** Of two nodes the nearer to a node n is the one with the smaller `distance(from: n, to:)`; where these are equal, the one with the
/// lower number. A node has a free frame where one of its frames is neither a page's nor reserved. So one without memory never has any.
///
/// **Moving.** A page of policy `local` may move, whenever it is touched, to any frame that is free: the accesses of this touch find it there
/// already. It moves or stays as you like; but both have their price. An access by a thread on node n to a page on node m costs
/// `distance(from: n, to: m)`; moving a page to node m from node k costs as much as 64 accesses from m to k, one a cache line. Pages of
/// all other policies keep the frame that they got first. What all accesses to pages of policy `local` and all their moves cost together is
/// compared with the least that it could have been.
///
/// What you are asked is always possible: blocks are live, pages are theirs, threads run, nodes and processors exist.
///
/// Sources: Black and Sleator, "Competitive Algorithms for Replication and Migration Problems", 1989; Lameter, "NUMA (Non-Uniform Memory
/// Access): An Overview", 2013.
public protocol NUMAAllocator: ~Copyable {
  /// An allocator for this machine, of which all frames are free. No thread runs yet.
  init(topology: Topology)

  /// Begins a block whose pages are placed by a policy, each when it is touched. It takes no frame yet, so there is always room for it.
  ///
  /// - Returns: a number of your choice that no other live block has.
  mutating func allocate(_ layout: Layout, _ policy: MemoryPolicy) -> Int

  /// Begins a block whose pages all lie on one node. Frames for all of them are reserved at once, since none may lack one later: a page of
  /// it gets one of these when it is touched for the first time, and no other page does.
  ///
  /// - Returns: a number that no other live block has; nil where the node has fewer free frames than the block has pages, and then
  ///   nothing has changed.
  mutating func allocate(_ layout: Layout, on node: Int) -> Int?

  /// Ends a block. The frames of its pages are free, and those reserved for it.
  mutating func deallocate(_ block: Int)

  /// A thread runs on that processor from now on, for the first time or after another. Threads are numbered from 0 on, 4095 at most; any
  /// may be the first.
  mutating func run(_ thread: Int, on cpu: Int)

  /// A thread accesses a page so many times in a row, at least once, from the processor that it runs on.
  ///
  /// - Returns: the number of the frame in which the page lies; nil where it has none, since its policy finds no free frame. Then it has
  ///   not been touched: the next time, it is looked for anew.
  /// - Complexity: O(nodes²) at most. Neither blocks nor frames are searched.
  mutating func touch(_ page: Int, of block: Int, by thread: Int, accesses: Int) -> Int?
}
