/// Two processors with caches of their own: how often a stream of accesses misses, exactly and the same each time.
///
///     core 0                        core 1
///     L1  32 KiB, 8 ways            L1  32 KiB, 8 ways         64-byte lines, LRU
///     L2  1 MiB, 16 ways            L2  1 MiB, 16 ways         64-byte lines, LRU, asked where L1 has not the line
///     TLB 64 pages, 4 ways          TLB 64 pages, 4 ways       pages of 4 KiB, LRU
///               \                    /
///                a line that one core writes leaves the caches of the other
///
/// L2 is neither inclusive nor exclusive: a line that misses comes into both, and leaves each by itself. Stores allocate as loads do, and
/// nothing is fetched ahead. An access of bytes in several lines is one of each, in order. A line that was written by one core while the other
/// had it is an *invalidation*; what it costs are the misses of whoever had it, so *false sharing* shows as misses. Addresses are taken as
/// they are: the caches are indexed by them, as if pages lay in memory as they lie in the heap.
///
/// Each cache replaces by LRU as valgrind's cachegrind does, against which a test holds it (Nethercote and Seward 2007).
package struct CacheModel: Sendable {
  /// What was counted.
  package struct Counts: Sendable, Equatable {
    /// Lines that were accessed, each time counted.
    package var accesses = 0
    /// Of these, how often L1 did not have the line; and then L2 neither.
    package var l1Misses = 0
    package var l2Misses = 0
    /// How often the TLB did not have the page.
    package var tlbMisses = 0
    /// How often a store threw a line out of the other core's caches.
    package var invalidations = 0

    package init() {}

    /// Misses of all three caches together.
    package var misses: Int { l1Misses + l2Misses + tlbMisses }

    package static func - (more: Counts, less: Counts) -> Counts {
      var counts = more
      counts.accesses -= less.accesses
      counts.l1Misses -= less.l1Misses
      counts.l2Misses -= less.l2Misses
      counts.tlbMisses -= less.tlbMisses
      counts.invalidations -= less.invalidations
      return counts
    }

    package static func += (sum: inout Counts, more: Counts) {
      sum.accesses += more.accesses
      sum.l1Misses += more.l1Misses
      sum.l2Misses += more.l2Misses
      sum.tlbMisses += more.tlbMisses
      sum.invalidations += more.invalidations
    }
  }

  private struct Core: Sendable {
    var l1 = SetAssociativeCache(sets: 64, ways: 8)
    var l2 = SetAssociativeCache(sets: 1024, ways: 16)
    var tlb = SetAssociativeCache(sets: 16, ways: 4)
    /// Whether it has accessed anything.
    var isUsed = false
  }

  /// Bytes of a line.
  package static let lineBytes = 64
  /// Bytes of a page.
  package static let pageBytes = 4096
  /// How many cores there are.
  package static let coreCount = 2

  package private(set) var counts = Counts()
  private var first = Core()
  private var second = Core()

  package init() {}

  /// An access by a core, 0 or any other number for the second one.
  ///
  /// - Parameters:
  ///   - address: of the first byte; not negative.
  ///   - byteCount: what is accessed; nothing where it is not positive.
  /// - Complexity: O(lines).
  package mutating func access(_ address: Int, _ byteCount: Int, isStore: Bool, core: Int) {
    guard byteCount > 0 else { return }
    let start = UInt64(truncatingIfNeeded: address) >> 6
    let end = UInt64(truncatingIfNeeded: address &+ byteCount &- 1) >> 6
    var line = start
    while line <= end {
      if core == 0 {
        Self.use(line, of: &first, besides: &second, isStore, &counts)
      } else {
        Self.use(line, of: &second, besides: &first, isStore, &counts)
      }
      line += 1
    }
  }

  /// Counts accesses to lines that nobody knows: each missed in L1, and is in L2.
  ///
  /// - Parameter lines: not negative.
  package mutating func charge(_ lines: Int) {
    counts.accesses &+= lines
    counts.l1Misses &+= lines
  }

  @inline(__always) private static func use(
    _ line: UInt64, of core: inout Core, besides other: inout Core, _ isStore: Bool, _ counts: inout Counts
  ) {
    counts.accesses &+= 1
    core.isUsed = true
    if !core.tlb.use(line >> 6) { counts.tlbMisses &+= 1 }
    if !core.l1.use(line) {
      counts.l1Misses &+= 1
      if !core.l2.use(line) { counts.l2Misses &+= 1 }
    }
    guard isStore, other.isUsed else { return }
    let wasInL1 = other.l1.remove(line)
    if other.l2.remove(line) || wasInL1 { counts.invalidations &+= 1 }
  }
}
