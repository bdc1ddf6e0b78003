import AllocLab

/// A detector of patterns that keeps sums: a few words a site, a few words a live block, and a sketch of lifetimes.
///
/// **Idea.** Everything that a definition looks back on is a series up to now, so its length and a few sums are all that is needed of it. Sites
/// are not visited at an interval's end: each closes the interval in which it was touched last when it is touched again, or asked. In
/// between nothing happened to it, so all those intervals are alike.
///
///     event ──► blocks  address ─► slot   [site | birth | size | thread | growth]      slots of ended blocks are used again
///                 │
///                 ▼
///               sites   word ─► slot      [bytes | peak] [interval: begin, fewest, began, ended] [climb] [level]
///                 │                       [began | ended | short | handed over | tried | geometric | arithmetic]
///                 ▼
///               sketch of lifetimes       levels of 512, each lifetime of level h stands for 2ʰ
///
///     time     0 ········ w ········ 2w ········ 3w ········ 4w ··· now
///     touched      x  x       x                                x
///                         └ closed here: x      └─ idle ────┘ └ the open interval
///
/// **Invariants.** A site's bytes are those of its live blocks. What has begun is what has ended, is lost, or lives. Its open interval is that of
/// its last event. A sketch weighs as much as there are lifetimes.
///
/// **Costs.** O(1) an event, amortised, and O(log 512) a lifetime. About 115 bytes a live block with both halves of its index, and 350 a site; a
/// sketch has 4 KiB for each doubling of its lifetimes beyond 512.
///
/// Source: Wilson, Johnstone, Neely and Boles, Dynamic Storage Allocation: A Survey and Critical Review, IWMM 1995, 2.2, for ramps and
/// plateaus; Manku, Rajagopalan and Lindsay, Approximate Medians and other Quantiles in One Pass, SIGMOD 1998, for the sketch.
public struct PatternFinder: PatternDetector, ~Copyable {
  let interval: Int
  private(set) var time = 0
  /// Of the event at hand: its number from 1 on.
  private(set) var currentInterval = 1
  private var timeLeft: Int

  private(set) var blockIndex = ChainedIndex()
  private(set) var blocks: [Block] = []
  private(set) var siteIndex = ChainedIndex()
  private(set) var sites: [SiteSums] = []

  /// What is known of a live block.
  struct Block {
    var site: Int
    var birth: Int
    var size: Int
    var thread: Int
    /// Its steps, once it has been reallocated to more bytes.
    var growth: BlockGrowth?
  }

  public init(interval: Int) {
    self.interval = interval
    timeLeft = interval
  }

  // MARK: - Events

  public mutating func record(_ event: AllocationEvent) {
    if timeLeft == 0 {
      currentInterval += 1
      timeLeft = interval
    }
    timeLeft -= 1
    time += 1
    switch event.kind {
    case .allocate: begin(event)
    case .deallocate:
      guard let slot = blockIndex.remove(event.address) else { return }
      end(blocks[slot], by: event.thread)
    case .reallocate: reallocate(event)
    }
  }

  private mutating func begin(_ event: AllocationEvent) {
    let site = touchedSite(of: event.site)
    sites[site].began(event.size)
    put(Block(site: site, birth: time, size: event.size, thread: event.thread), at: event.address)
    sites[site].settle()
  }

  private mutating func end(_ block: Block, by thread: Int) {
    touch(block.site)
    sites[block.site].ended(
      block.size, lifetime: UInt64(time - block.birth), isHandedOver: thread != block.thread)
    sites[block.site].settle()
  }

  private mutating func reallocate(_ event: AllocationEvent) {
    guard let slot = blockIndex.remove(event.oldAddress) else { return begin(event) }
    var block = blocks[slot]
    touch(block.site)
    sites[block.site].bytes += event.size - block.size
    if event.size > block.size {
      var growth = block.growth ?? BlockGrowth()
      sites[block.site].note(growth.step(from: block.size, to: event.size))
      block.growth = growth
    } else {
      block.growth?.breakOff()
    }
    block.size = event.size
    put(block, at: event.address)
    sites[block.site].settle()
  }

  /// Where one lives already, that one is lost; its site has its fewest bytes after the event, not in the midst of it.
  private mutating func put(_ block: Block, at address: UInt64) {
    if let slot = blockIndex.slot(of: address) {
      let lost = blocks[slot]
      touch(lost.site)
      sites[lost.site].bytes -= lost.size
      if lost.site != block.site { sites[lost.site].settle() }
      blocks[slot] = block
    } else {
      let slot = blockIndex.insert(address)
      if slot == blocks.count { blocks.append(block) } else { blocks[slot] = block }
    }
  }

  private mutating func touchedSite(of word: UInt64) -> Int {
    if let slot = siteIndex.slot(of: word) {
      touch(slot)
      return slot
    }
    sites.append(SiteSums(word: word, interval: currentInterval))
    return siteIndex.insert(word)
  }

  private mutating func touch(_ site: Int) {
    if sites[site].interval < currentInterval { sites[site].open(currentInterval) }
  }

  // MARK: - Answers

  /// How many intervals are full.
  private var fullCount: Int { timeLeft == 0 ? currentInterval : currentInterval - 1 }

  public mutating func sites(showing pattern: AllocationPattern, _ list: inout ProfileList<PatternRecord>) {
    // The first interval that is not full is the next to be opened.
    let next = fullCount + 1
    var shown: [PatternRecord] = []
    for site in sites.indices {
      if sites[site].interval < next, pattern.looksAtIntervals { sites[site].open(next) }
      if let strength = sites[site].strength(of: pattern) {
        shown.append(PatternRecord(site: sites[site].word, strength: strength))
      }
    }
    shown.sort { $0.site < $1.site }
    for record in shown { list.append(record) }
  }

  public mutating func lifetime(_ permille: Int, ofBlocksFrom site: UInt64) -> UInt64? {
    guard let slot = siteIndex.slot(of: site) else { return nil }
    return sites[slot].lifetimes.quantile(permille)
  }
}

extension AllocationPattern {
  fileprivate var looksAtIntervals: Bool { self == .leak || self == .ramp || self == .plateau }
}
