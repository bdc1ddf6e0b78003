/// Page replacement as it must be: what the policies of the textbooks do, and the least number of misses there can be.
///
/// Two thirds of what students are asked for stand here, since an oracle that checks each victim has to know it.
package enum PageReplacementAnswer {
  /// What happens on an access.
  package enum Access: Equatable, Sendable {
    case hit
    case fault
    case faultEvicting(UInt64)
  }

  /// Evicts the page that came in first.
  package struct FIFO: Sendable {
    private let frames: Int
    private var queue: [UInt64] = []
    private var oldest = 0
    private var resident: Set<UInt64> = []

    package init(frames: Int) { self.frames = frames }

    package mutating func access(_ page: UInt64) -> Access {
      if resident.contains(page) { return .hit }
      resident.insert(page)
      queue.append(page)
      guard resident.count > frames else { return .fault }
      let victim = queue[oldest]
      oldest += 1
      resident.remove(victim)
      return .faultEvicting(victim)
    }
  }

  /// Evicts the page whose last use is longest ago.
  package struct LRU: Sendable {
    private let frames: Int
    private var lastUse: [UInt64: Int] = [:]
    /// Every use, in order; one that is not the last of its page is passed over.
    private var uses: [UInt64] = []
    private var oldest = 0

    package init(frames: Int) { self.frames = frames }

    package mutating func access(_ page: UInt64) -> Access {
      let isResident = lastUse.updateValue(uses.count, forKey: page) != nil
      uses.append(page)
      if isResident { return .hit }
      guard lastUse.count > frames else { return .fault }
      while lastUse[uses[oldest]] != oldest { oldest += 1 }
      let victim = uses[oldest]
      lastUse[victim] = nil
      return .faultEvicting(victim)
    }
  }

  /// Gives each page a second chance (Corbató 1968): a hand goes round the frames, clears the bits of pages used since it came by, and
  /// evicts the first whose bit is clear. A page comes in with its bit set.
  package struct Clock: Sendable {
    private let frames: Int
    private var pages: [UInt64] = []
    private var wasUsed: [Bool] = []
    private var frameOfPage: [UInt64: Int] = [:]
    private var hand = 0

    package init(frames: Int) { self.frames = frames }

    package mutating func access(_ page: UInt64) -> Access {
      if let frame = frameOfPage[page] {
        wasUsed[frame] = true
        return .hit
      }
      if pages.count < frames {
        frameOfPage[page] = pages.count
        pages.append(page)
        wasUsed.append(true)
        return .fault
      }
      while wasUsed[hand] {
        wasUsed[hand] = false
        hand = (hand + 1) % frames
      }
      let victim = pages[hand]
      frameOfPage[victim] = nil
      frameOfPage[page] = hand
      pages[hand] = page
      wasUsed[hand] = true
      hand = (hand + 1) % frames
      return .faultEvicting(victim)
    }
  }

  /// The fewest misses that any policy can have, which knows the future (Belady 1966).
  ///
  /// - Complexity: O(n log n) for n accesses.
  package static func optimalMisses(_ accesses: [UInt64], frames: Int) -> Int {
    var nextUse = Array(repeating: Int.max, count: accesses.count)
    var upcoming: [UInt64: Int] = [:]
    for index in accesses.indices.reversed() {
      nextUse[index] = upcoming.updateValue(index, forKey: accesses[index]) ?? Int.max
    }
    var resident: [UInt64: Int] = [:]
    // The resident page used again last is at the top; an entry whose use has passed is stale.
    var farthest = MaximumHeap()
    var misses = 0
    for (index, page) in accesses.enumerated() {
      if resident[page] == nil {
        misses += 1
        while resident.count >= frames, let top = farthest.popMaximum() {
          if resident[top.page] == top.use { resident[top.page] = nil }
        }
      }
      resident[page] = nextUse[index]
      farthest.push(use: nextUse[index], page: page)
    }
    return misses
  }

  /// Fewer misses than that, no policy has in a billion traces that does not know the future, where every access is drawn for itself
  /// from the same pages.
  ///
  /// Whatever is in memory when an access is not known yet, it is a hit with no greater probability than the likeliest pages that
  /// fit, taken together. What is in memory then was there before the window that the access is in, or came in with that window,
  /// which is as if there were `seenAhead − 1` more frames. The pages that turned out to be accessed most often stand for the
  /// likeliest, and are no less. Hits beyond that are luck, whose deviation from what is expected is at most that of independent
  /// draws; more than six and a half of it does not happen.
  package static func fewestMisses(_ accesses: [UInt64], frames: Int, seenAhead: Int) -> Int {
    var counts: [UInt64: Int] = [:]
    for page in accesses { counts[page, default: 0] += 1 }
    let hits = counts.values.sorted(by: >).prefix(frames + max(seenAhead - 1, 0)).reduce(0, +)
    let share = Double(hits) / Double(max(accesses.count, 1))
    let luck = 6.5 * (Double(accesses.count) * share * (1 - share)).squareRoot()
    return max(0, accesses.count - hits - Int(luck.rounded(.up)))
  }

  /// The number of misses of a policy on a reference string.
  package static func misses(_ accesses: [UInt64], _ access: (UInt64) -> Access) -> Int {
    accesses.reduce(0) { $0 + (access($1) == .hit ? 0 : 1) }
  }
}

/// A binary heap of pages by the time of their next use.
private struct MaximumHeap {
  private var entries: [(use: Int, page: UInt64)] = []

  mutating func push(use: Int, page: UInt64) {
    entries.append((use, page))
    var child = entries.count - 1
    while child > 0, entries[(child - 1) / 2].use < entries[child].use {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popMaximum() -> (use: Int, page: UInt64)? {
    guard let top = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return top }
    entries[0] = last
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child].use > entries[largest].use {
        largest = child
      }
      if largest == parent { return top }
      entries.swapAt(parent, largest)
      parent = largest
    }
  }
}
