import AllocLab

/// At the end of an interval all sites are closed that were touched in it, and no others: these are known to have been idle by a count of intervals.
/// Blocks lie in an open table with marks for what is gone. A lifetime is kept, or goes up a level, by the toss of a coin.
public struct PatternFinder: PatternDetector, ~Copyable {
  private struct Slot {
    var address: UInt64 = 0
    /// 0 for a slot that was never used, 1 for one whose block is gone.
    var state: UInt8 = 0
    var thread: UInt16 = 0
    var site: Int32 = 0
    var birth: UInt32 = 0
    var array: Int32 = -1
    var size = 0
  }

  private struct Track {
    var steps = 0
    var factor: (from: Int, to: Int, steps: Int) = (0, 0, 0)
    var difference: (bytes: Int, steps: Int) = (0, 0)
    var hasFactor = false
    var hasDifference = false
  }

  private struct Numbers {
    var word: UInt64
    var bytes = 0
    var peak = 0
    var before = 0
    var floor = 0
    var isTouched = false
    /// The last interval that was closed for it.
    var closed: Int
    var climb = 0
    var rise: ClosedRange<Int> = 0...0
    var climbed: (begun: Int, ended: Int) = (0, 0)
    var recent: (begun: Int, ended: Int) = (0, 0)
    var levels = 0
    var begun = 0
    var ended = 0
    var brief = 0
    var passed = 0
    var tried = 0
    var byFactor = 0
    var byDifference = 0
    var coins = Coins()

    func isHigh(_ bytes: Int) -> Bool { peak > 0 && bytes >= peak - peak / 8 }
  }

  private let width: Int
  private var place = 0
  private var closedIntervals = 0
  private var now: UInt32 = 0
  private var touched: [Int] = []
  private var numbers: [Numbers] = []
  private var bySite: [UInt64: Int] = [:]
  private var tracks: [Track] = []
  private var idleTracks: [Int32] = []
  private var slots = Array(repeating: Slot(), count: 64)
  private var used = 0
  private var live = 0

  public init(interval: Int) { width = interval }

  // MARK: - Blocks

  private func home(_ address: UInt64) -> Int {
    Int(truncatingIfNeeded: (address ^ address >> 31) &* 0xd6e8_feb8_6659_fd93 >> 20) & (slots.count - 1)
  }

  private func find(_ address: UInt64) -> Int? {
    var slot = home(address)
    while slots[slot].state != 0 {
      if slots[slot].state == 2, slots[slot].address == address { return slot }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func take(_ address: UInt64) -> Slot? {
    guard let slot = find(address) else { return nil }
    slots[slot].state = 1
    live -= 1
    return slots[slot]
  }

  private mutating func place(_ block: Slot) {
    if 4 * (used + 1) > 3 * slots.count {
      let old = slots
      slots = Array(repeating: Slot(), count: max(64, live > old.count / 3 ? 2 * old.count : old.count))
      (used, live) = (0, 0)
      for slot in old where slot.state == 2 { place(slot) }
    }
    var slot = home(block.address)
    while slots[slot].state == 2 { slot = (slot + 1) & (slots.count - 1) }
    if slots[slot].state == 0 { used += 1 }
    slots[slot] = block
    slots[slot].state = 2
    live += 1
  }

  // MARK: - Events

  private mutating func site(_ word: UInt64) -> Int {
    if let number = bySite[word] { return number }
    bySite[word] = numbers.count
    numbers.append(Numbers(word: word, closed: closedIntervals))
    return numbers.count - 1
  }

  /// A site whose bytes are about to change.
  private mutating func touch(_ site: Int) {
    guard !numbers[site].isTouched else { return }
    catchUp(site, to: closedIntervals)
    numbers[site].isTouched = true
    numbers[site].before = numbers[site].bytes
    numbers[site].floor = numbers[site].bytes
    touched.append(site)
  }

  /// Idle intervals, up to one.
  private mutating func catchUp(_ site: Int, to interval: Int) {
    let idle = interval - numbers[site].closed
    guard idle > 0 else { return }
    endClimb(site)
    numbers[site].levels = numbers[site].isHigh(numbers[site].bytes) ? numbers[site].levels + idle : 0
    numbers[site].closed = interval
  }

  private mutating func endClimb(_ site: Int) {
    numbers[site].climb = 0
    numbers[site].climbed = (0, 0)
  }

  private mutating func closeInterval() {
    closedIntervals += 1
    place = 0
    for site in touched {
      let growth = numbers[site].bytes - numbers[site].before
      let rise = numbers[site].rise
      if growth > 0 {
        numbers[site].rise =
          numbers[site].climb == 0
          ? growth...growth : min(rise.lowerBound, growth)...max(rise.upperBound, growth)
        numbers[site].climb += 1
        numbers[site].climbed.begun += numbers[site].recent.begun
        numbers[site].climbed.ended += numbers[site].recent.ended
      } else {
        endClimb(site)
      }
      numbers[site].recent = (0, 0)
      numbers[site].levels = numbers[site].isHigh(numbers[site].floor) ? numbers[site].levels + 1 : 0
      numbers[site].isTouched = false
      numbers[site].closed = closedIntervals
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func look(at site: Int) {
    numbers[site].peak = max(numbers[site].peak, numbers[site].bytes)
    numbers[site].floor = min(numbers[site].floor, numbers[site].bytes)
  }

  public mutating func record(_ event: AllocationEvent) {
    now += 1
    place += 1
    if event.kind == .deallocate {
      if let block = take(event.address) { end(block, event.thread) }
    } else if event.kind == .reallocate, let block = take(event.oldAddress) {
      move(block, event)
    } else {
      let site = site(event.site)
      touch(site)
      numbers[site].begun += 1
      numbers[site].recent.begun += 1
      numbers[site].bytes += event.size
      let lost = drop(event.address)
      place(
        Slot(
          address: event.address, thread: UInt16(truncatingIfNeeded: event.thread), site: Int32(site), birth: now,
          size: event.size))
      look(at: site)
      if let lost { look(at: lost) }
    }
    if place == width { closeInterval() }
  }

  /// - Returns: the site of a block that is lost.
  private mutating func drop(_ address: UInt64) -> Int? {
    guard let block = take(address) else { return nil }
    let site = Int(block.site)
    touch(site)
    numbers[site].bytes -= block.size
    if block.array >= 0 { idleTracks.append(block.array) }
    return site
  }

  private mutating func end(_ block: Slot, _ thread: Int) {
    let site = Int(block.site)
    touch(site)
    numbers[site].bytes -= block.size
    numbers[site].ended += 1
    numbers[site].recent.ended += 1
    if now - block.birth <= 32 { numbers[site].brief += 1 }
    if Int(block.thread) != thread { numbers[site].passed += 1 }
    numbers[site].coins.add(now - block.birth)
    if block.array >= 0 { idleTracks.append(block.array) }
    look(at: site)
  }

  private mutating func move(_ old: Slot, _ event: AllocationEvent) {
    var block = old
    let site = Int(block.site)
    touch(site)
    numbers[site].bytes += event.size - block.size
    if event.size > block.size {
      if block.array < 0 {
        if let idle = idleTracks.popLast() {
          block.array = idle
          tracks[Int(idle)] = Track()
        } else {
          block.array = Int32(tracks.count)
          tracks.append(Track())
        }
      }
      step(Int(block.array), from: block.size, to: event.size, site)
    } else if block.array >= 0 {
      tracks[Int(block.array)].factor.steps = 0
      tracks[Int(block.array)].difference.steps = 0
    }
    (block.size, block.address) = (event.size, event.address)
    let lost = drop(event.address)
    place(block)
    look(at: site)
    if let lost { look(at: lost) }
  }

  private mutating func step(_ track: Int, from: Int, to: Int, _ site: Int) {
    var its = tracks[track]
    its.steps += 1
    if its.steps == 4 { numbers[site].tried += 1 }
    // The factor's bounds, as bounds of what the new size may be.
    let wanted = UInt128(its.factor.to) * UInt128(from)
    let given = UInt128(its.factor.from) * UInt128(to)
    let apart = given > wanted ? given - wanted : wanted - given
    if its.factor.steps > 0, 8 * apart <= wanted {
      its.factor.steps += 1
    } else {
      its.factor = (from, to, from > 0 && to - from >= from - from / 2 ? 1 : 0)
    }
    if its.difference.steps > 0, 8 * abs(to - from - its.difference.bytes) <= its.difference.bytes {
      its.difference.steps += 1
    } else {
      its.difference = (to - from, 1)
    }
    if its.factor.steps >= 4, !its.hasFactor {
      its.hasFactor = true
      numbers[site].byFactor += 1
    }
    if its.difference.steps >= 4, !its.hasDifference {
      its.hasDifference = true
      numbers[site].byDifference += 1
    }
    tracks[track] = its
  }

  // MARK: - Answers

  public mutating func sites(showing pattern: AllocationPattern, _ list: inout ProfileList<PatternRecord>) {
    var found: [PatternRecord] = []
    for site in numbers.indices {
      if !numbers[site].isTouched { catchUp(site, to: closedIntervals) }
      if let strength = strength(of: pattern, numbers[site]) {
        found.append(PatternRecord(site: numbers[site].word, strength: strength))
      }
    }
    for record in found.sorted(by: { $0.site < $1.site }) { list.append(record) }
  }

  private func strength(of pattern: AllocationPattern, _ its: borrowing Numbers) -> Int? {
    switch pattern {
    case .leak: its.climb >= 8 && its.climbed.begun >= 8 && its.climbed.ended <= its.climbed.begun / 4 ? its.climb : nil
    case .ramp: its.climb >= 8 && its.rise.upperBound <= 2 * its.rise.lowerBound ? its.climb : nil
    case .plateau: its.levels >= 8 ? its.levels : nil
    case .temporary: its.begun >= 50 && 10 * (its.begun - its.brief) <= its.begun ? its.brief : nil
    case .geometricGrowth: its.tried >= 4 && 4 * (its.tried - its.byFactor) <= its.tried ? its.byFactor : nil
    case .arithmeticGrowth: its.tried >= 4 && 4 * (its.tried - its.byDifference) <= its.tried ? its.byDifference : nil
    case .handOver: its.ended >= 64 && 4 * (its.ended - its.passed) <= its.ended ? its.passed : nil
    }
  }

  public mutating func lifetime(_ permille: Int, ofBlocksFrom site: UInt64) -> UInt64? {
    guard let number = bySite[site] else { return nil }
    return numbers[number].coins.quantile(permille)
  }
}

/// The sketch of Karnin, Lang and Liberty, FOCS 2016: levels of which a coin says whether the odd or the even ones go up; lower levels are shorter.
private struct Coins {
  private var levels: [[UInt32]] = [[]]
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var count = 0

  private func room(_ level: Int) -> Int { max(128, 1024 >> (levels.count - 1 - level)) }

  mutating func add(_ number: UInt32) {
    count += 1
    levels[0].append(number)
    guard levels[0].count >= room(0) else { return }
    var level = 0
    while level < levels.count {
      if levels[level].count >= room(level) {
        if level + 1 == levels.count { levels.append([]) }
        let sorted = levels[level].sorted()
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let first = Int(state >> 63)
        // One that has no partner stays.
        let pairs = sorted.count / 2 * 2
        levels[level] = pairs < sorted.count ? [sorted[pairs]] : []
        for place in stride(from: first, to: pairs, by: 2) { levels[level + 1].append(sorted[place]) }
      }
      level += 1
    }
  }

  func quantile(_ permille: Int) -> UInt64? {
    let rank = max(1, (permille * count + 999) / 1000)
    var pairs: [(UInt32, Int)] = []
    for level in levels.indices { pairs += levels[level].map { ($0, 1 << level) } }
    pairs.sort { $0.0 < $1.0 }
    var sum = 0
    for (number, weight) in pairs {
      sum += weight
      if sum >= rank { return UInt64(number) }
    }
    return nil
  }
}
