import AllocLab

/// Dictionaries of blocks and sites. Of intervals each site keeps the last that it was touched in, and what led there; blocks keep the sizes that they
/// had since the last break. Lifetimes are in summaries of Greenwald and Khanna.
public struct PatternFinder: PatternDetector, ~Copyable {
  private struct Block {
    var site: UInt64
    var thread: Int
    var born: UInt64
    var sizes: [Int]
    var steps = 0
    var grewBy: (factor: Bool, difference: Bool) = (false, false)
  }

  private struct Stretch {
    var intervals = 0
    var begins = 0
    var ends = 0
    var growths: (smallest: Int, largest: Int) = (0, 0)
  }

  private final class Site {
    var bytes = 0
    var peak = 0
    var climb = Stretch()
    var level = 0
    var lastTouched: UInt64
    var bytesAtBegin = 0
    var lowest = 0
    var begins = 0
    var ends = 0
    var begun = 0
    var ended = 0
    var short = 0
    var byOthers = 0
    var tried = 0
    var factors = 0
    var differences = 0
    var summary = Summary()

    init(_ interval: UInt64) { lastTouched = interval }

    /// Brings the site to an interval that has not been touched yet.
    func advance(to interval: UInt64) {
      guard interval > lastTouched else { return }
      let growth = bytes - bytesAtBegin
      if growth > 0 {
        let growths = climb.growths
        climb.growths =
          climb.intervals == 0 ? (growth, growth) : (min(growths.smallest, growth), max(growths.largest, growth))
        climb.intervals += 1
        climb.begins += begins
        climb.ends += ends
      }
      if growth <= 0 || interval - lastTouched > 1 { climb = Stretch() }
      level = isHigh(lowest) ? level + 1 : 0
      if interval - lastTouched > 1 { level = isHigh(bytes) ? level + Int(interval - lastTouched - 1) : 0 }
      (bytesAtBegin, lowest, begins, ends, lastTouched) = (bytes, bytes, 0, 0, interval)
    }

    private func isHigh(_ bytes: Int) -> Bool {
      let (left, right) = (UInt128(max(bytes, 0)) * 8, UInt128(peak) * 7)
      return peak != 0 && left >= right
    }

    func look() {
      if bytes > peak { peak = bytes }
      if bytes < lowest { lowest = bytes }
    }
  }

  private let length: UInt64
  private var now: UInt64 = 0
  private var blocks: [UInt64: Block] = [:]
  private var known: [UInt64: Site] = [:]

  public init(interval: Int) { length = UInt64(interval) }

  private mutating func site(_ word: UInt64) -> Site {
    let interval = (now - 1) / length
    if let site = known[word] {
      site.advance(to: interval)
      return site
    }
    let site = Site(interval)
    known[word] = site
    return site
  }

  public mutating func record(_ event: AllocationEvent) {
    now += 1
    var looked: [Site] = []
    switch event.kind {
    case .deallocate:
      guard let block = blocks.removeValue(forKey: event.address) else { return }
      let owner = site(block.site)
      owner.bytes -= block.sizes.last ?? 0
      owner.ends += 1
      owner.ended += 1
      if now - block.born < 33 { owner.short += 1 }
      if block.thread != event.thread { owner.byOthers += 1 }
      owner.summary.add(now - block.born)
      looked = [owner]
    case .allocate, .reallocate:
      let old = event.kind == .reallocate ? blocks.removeValue(forKey: event.oldAddress) : nil
      let word = old?.site ?? event.site
      let owner = site(word)
      if let lost = blocks.removeValue(forKey: event.address) {
        let other = site(lost.site)
        other.bytes -= lost.sizes.last ?? 0
        looked = [other]
      }
      owner.bytes += event.size - (old?.sizes.last ?? 0)
      if var block = old {
        resize(&block, to: event.size, owner)
        blocks[event.address] = block
      } else {
        owner.begins += 1
        owner.begun += 1
        blocks[event.address] = Block(site: event.site, thread: event.thread, born: now, sizes: [event.size])
      }
      looked.append(owner)
    }
    for site in looked { site.look() }
  }

  private func resize(_ block: inout Block, to size: Int, _ owner: Site) {
    guard let before = block.sizes.last, size > before else {
      block.sizes = [size]
      return
    }
    block.sizes.append(size)
    block.steps += 1
    if block.steps == 4 { owner.tried += 1 }
    // What comes before both series is not needed any more.
    var needed = block.sizes.count - 1
    if !block.grewBy.factor {
      let (first, steps) = series(block.sizes, carries: Self.isSameFactor, begins: { $0 > 0 && 2 * $1 >= 3 * $0 })
      block.grewBy.factor = steps > 3
      owner.factors += steps > 3 ? 1 : 0
      needed = min(needed, first)
    }
    if !block.grewBy.difference {
      let (first, steps) = series(block.sizes, carries: Self.isSameDifference, begins: { _, _ in true })
      block.grewBy.difference = steps > 3
      owner.differences += steps > 3 ? 1 : 0
      needed = min(needed, first)
    }
    block.sizes.removeFirst(needed)
  }

  private static func isSameFactor(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Bool {
    let (first, second) = (b.multipliedFullWidth(by: c), a.multipliedFullWidth(by: d))
    func product(_ parts: (high: Int, low: UInt)) -> UInt128 { UInt128(parts.high) << 64 | UInt128(parts.low) }
    let (one, other) = (product(first), product(second))
    return 8 * other >= 7 * one && 8 * other <= 9 * one
  }

  private static func isSameDifference(_ a: Int, _ b: Int, _ c: Int, _ d: Int) -> Bool {
    8 * (d - c) >= 7 * (b - a) && 8 * (d - c) <= 9 * (b - a)
  }

  /// Where the series begins that ends with the last size, and its steps.
  private func series(
    _ sizes: [Int], carries: (Int, Int, Int, Int) -> Bool, begins: (Int, Int) -> Bool
  ) -> (first: Int, steps: Int) {
    var (first, steps) = (0, 0)
    for place in 1..<sizes.count {
      if steps > 0, carries(sizes[first], sizes[first + 1], sizes[place - 1], sizes[place]) {
        steps += 1
      } else {
        (first, steps) = (place - 1, begins(sizes[place - 1], sizes[place]) ? 1 : 0)
      }
    }
    return (first, steps)
  }

  public mutating func sites(showing pattern: AllocationPattern, _ list: inout ProfileList<PatternRecord>) {
    let open = now / length
    for (word, site) in known.sorted(by: { $0.key < $1.key }) {
      site.advance(to: open)
      let climb = site.climb
      let strength: Int
      switch pattern {
      case .leak where climb.intervals > 7 && climb.begins > 7 && climb.ends * 4 <= climb.begins:
        strength = climb.intervals
      case .ramp where climb.intervals > 7 && climb.growths.largest <= climb.growths.smallest * 2:
        strength = climb.intervals
      case .plateau where site.level > 7: strength = site.level
      case .temporary where site.begun > 49 && site.short * 10 >= site.begun * 9: strength = site.short
      case .geometricGrowth where site.tried > 3 && site.factors * 4 >= site.tried * 3: strength = site.factors
      case .arithmeticGrowth where site.tried > 3 && site.differences * 4 >= site.tried * 3: strength = site.differences
      case .handOver where site.ended > 63 && site.byOthers * 4 >= site.ended * 3: strength = site.byOthers
      default: continue
      }
      list.append(PatternRecord(site: word, strength: strength))
    }
  }

  public mutating func lifetime(_ permille: Int, ofBlocksFrom site: UInt64) -> UInt64? {
    known[site]?.summary.value(permille)
  }
}

/// A summary of Greenwald and Khanna, SIGMOD 2001, with an error of a hundredth; numbers are put in a hundred at a time.
private struct Summary {
  private struct Entry {
    var value: UInt64
    /// By how many its least rank is more than that of the entry before.
    var gap: Int
    /// How much more its rank may be than the least.
    var slack: Int
  }

  private var entries: [Entry] = []
  private var waiting: [UInt64] = []
  private var count = 0

  mutating func add(_ value: UInt64) {
    waiting.append(value)
    if waiting.count == 100 { merge() }
  }

  private mutating func merge() {
    guard !waiting.isEmpty else { return }
    waiting.sort()
    count += waiting.count
    let most = count / 100 * 2
    var merged: [Entry] = []
    merged.reserveCapacity(entries.count + waiting.count)
    var next = 0
    for value in waiting {
      while next < entries.count, entries[next].value <= value {
        merged.append(entries[next])
        next += 1
      }
      let isOutermost = merged.isEmpty || next == entries.count
      let slack = isOutermost ? 0 : entries[next].gap + entries[next].slack - 1
      merged.append(Entry(value: value, gap: 1, slack: slack))
    }
    merged += entries[next...]
    waiting.removeAll(keepingCapacity: true)
    // From the end: an entry joins the one behind it where both together are not wrong by too much.
    var kept: [Entry] = []
    for (place, entry) in merged.enumerated().reversed() {
      if place > 0, let behind = kept.last, kept.count > 1, entry.gap + behind.gap + behind.slack <= most {
        kept[kept.count - 1].gap += entry.gap
      } else {
        kept.append(entry)
      }
    }
    entries = kept.reversed()
  }

  mutating func value(_ permille: Int) -> UInt64? {
    merge()
    guard let last = entries.last else { return nil }
    let rank = max(1, (count * permille + 999) / 1000)
    var (least, best) = (0, (error: Int.max, value: last.value))
    for entry in entries {
      least += entry.gap
      let error = max(abs(least - rank), abs(least + entry.slack - rank))
      if error < best.error { best = (error, entry.value) }
    }
    return best.value
  }
}
