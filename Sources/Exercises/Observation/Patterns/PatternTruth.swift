package import Workloads

/// What the sites of a stream show, as far as it has come: all that happened is noted, and definitions are applied to the notes when somebody
/// asks. Nothing here traps, whatever the stream is.
package struct PatternTruth: Sendable {
  package typealias Event = EventStream.Event

  struct Block: Sendable {
    let site: UInt64
    let thread: Int
    let birth: Int
    var size: Int
    /// Where its sizes are noted, once it has been reallocated.
    var sizes: Int?
  }

  /// What happened to a site in an interval.
  struct Interval: Sendable {
    /// Bytes at its begin, its end, and the fewest at any time of it.
    var (first, last, fewest): (Int, Int, Int)
    /// The peak by its end.
    var peak: Int
    var began = 0
    var ended = 0

    var growth: Int { last - first }
    var isLevel: Bool { peak > 0 && fewest >= peak - peak / 8 }
  }

  struct Site: Sendable {
    var (bytes, peak, began) = (0, 0, 0)
    /// By its number from 1 on, of those in which something happened; in their order.
    var intervals: [(number: Int, notes: Interval)] = []
    /// In the order in which blocks ended.
    var lifetimes: [Int] = []
    var handedOver = 0
    /// The sizes that each block had which was reallocated, one after the other.
    var sizes: [[Int]] = []
  }

  package let interval: Int
  package private(set) var time = 0
  /// By address.
  private var blocks: [UInt64: Block] = [:]
  private(set) var sites: [UInt64: Site] = [:]
  /// The most blocks that lived at once.
  package private(set) var mostBlocks = 0

  package init(interval: Int) { self.interval = max(1, interval) }

  package var liveCount: Int { blocks.count }
  /// Intervals that are full.
  var fullCount: Int { time / interval }
  /// How many lifetimes each site has.
  package var lifetimeCounts: [Int] { sites.values.map(\.lifetimes.count) }

  // MARK: - Events

  package mutating func record(_ event: Event) {
    time += 1
    // Whose bytes change.
    var touched: [UInt64] = []
    if event.kind == 2 {
      if let block = blocks.removeValue(forKey: event.address) {
        end(block, by: event.thread)
        touched.append(block.site)
      }
    } else {
      let old = event.kind == 3 ? blocks.removeValue(forKey: event.oldAddress) : nil
      if let lost = blocks.removeValue(forKey: event.address) {
        change(lost.site) { site, _ in site.bytes -= lost.size }
        touched.append(lost.site)
      }
      let block = old.map { resized($0, to: event.size) } ?? begun(event)
      blocks[event.address] = block
      touched.append(block.site)
    }
    mostBlocks = max(mostBlocks, blocks.count)
    for name in touched {
      change(name) { site, notes in
        site.peak = max(site.peak, site.bytes)
        (notes.last, notes.peak) = (site.bytes, site.peak)
        notes.fewest = min(notes.fewest, site.bytes)
      }
    }
  }

  private mutating func begun(_ event: Event) -> Block {
    change(event.site) { site, notes in
      site.bytes += event.size
      site.began += 1
      notes.began += 1
    }
    return Block(site: event.site, thread: event.thread, birth: time, size: event.size)
  }

  private mutating func end(_ block: Block, by thread: Int) {
    let now = time
    change(block.site) { site, notes in
      site.bytes -= block.size
      site.lifetimes.append(now - block.birth)
      if thread != block.thread { site.handedOver += 1 }
      notes.ended += 1
    }
  }

  private mutating func resized(_ old: Block, to size: Int) -> Block {
    var block = old
    change(old.site) { site, _ in
      site.bytes += size - old.size
      if block.sizes == nil {
        block.sizes = site.sizes.count
        site.sizes.append([old.size])
      }
      site.sizes[block.sizes ?? 0].append(size)
    }
    block.size = size
    return block
  }

  /// Changes a site and the notes of its interval.
  private mutating func change(_ name: UInt64, _ body: (inout Site, inout Interval) -> Void) {
    let number = (time - 1) / interval + 1
    func change(_ site: inout Site) {
      if site.intervals.last?.number != number {
        site.intervals.append(
          (number, Interval(first: site.bytes, last: site.bytes, fewest: site.bytes, peak: site.peak)))
      }
      // The notes are taken out, so that nothing is changed twice at once.
      var notes = site.intervals[site.intervals.count - 1].notes
      body(&site, &notes)
      site.intervals[site.intervals.count - 1].notes = notes
    }
    change(&sites[name, default: Site()])
  }
}
