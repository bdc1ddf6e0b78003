// Dictionaries and times instead of linked lists. LRU notes the time of each access in a queue, and passes over what is out of date
// when it looks for the oldest. The clock's bits are a set. The own policy is SIEVE (Zhang, Yang et al., NSDI 2024): first in, first
// out, but a page that was accessed again stays where it is when the hand comes by.

import AllocLab

public struct LRUPolicy: PageReplacementPolicy {
  private let frames: Int
  private var now = 0
  private var lastAccess: [Int: Int] = [:]
  /// Accesses in order; those before `oldest` are done with.
  private var queue: [(page: Int, time: Int)] = []
  private var oldest = 0

  public init(frames: Int) { self.frames = frames }

  public mutating func access(_ page: Int) -> PageAccess {
    now += 1
    let isHit = lastAccess[page] != nil
    var victim: Int?
    if !isHit, lastAccess.count == frames { victim = evict() }
    lastAccess[page] = now
    queue.append((page, now))
    if queue.count > 4 * frames + 64 { tidy() }
    if isHit { return .hit }
    return victim.map { .faultEvicting($0) } ?? .fault
  }

  private mutating func evict() -> Int {
    while lastAccess[queue[oldest].page] != queue[oldest].time { oldest += 1 }
    let victim = queue[oldest].page
    lastAccess[victim] = nil
    oldest += 1
    return victim
  }

  /// Forgets accesses that were not their page's last.
  private mutating func tidy() {
    queue = queue[oldest...].filter { lastAccess[$0.page] == $0.time }
    oldest = 0
  }
}

public struct ClockPolicy: PageReplacementPolicy {
  private let frames: Int
  private var pages: [Int] = []
  private var held: Set<Int> = []
  private var used: Set<Int> = []
  private var hand = 0

  public init(frames: Int) { self.frames = frames }

  public mutating func access(_ page: Int) -> PageAccess {
    used.insert(page)
    guard held.insert(page).inserted else { return .hit }
    if pages.count < frames {
      pages.append(page)
      return .fault
    }
    while used.remove(pages[hand]) != nil { hand = (hand + 1) % frames }
    let victim = pages[hand]
    held.remove(victim)
    pages[hand] = page
    hand = (hand + 1) % frames
    return .faultEvicting(victim)
  }
}

public struct OwnPolicy: PageReplacementPolicy {
  private let frames: Int
  /// The pages in memory, the one that came last at the end.
  private var queue: [Int] = []
  private var wasAccessedAgain: [Int: Bool] = [:]
  private var hand = 0

  public init(frames: Int) { self.frames = frames }

  public mutating func access(_ page: Int) -> PageAccess {
    if wasAccessedAgain[page] != nil {
      wasAccessedAgain[page] = true
      return .hit
    }
    var victim: Int?
    if queue.count == frames {
      if hand >= queue.count { hand = 0 }
      while wasAccessedAgain[queue[hand]] == true {
        wasAccessedAgain[queue[hand]] = false
        hand = (hand + 1) % queue.count
      }
      let page = queue.remove(at: hand)
      wasAccessedAgain[page] = nil
      victim = page
    }
    queue.append(page)
    wasAccessedAgain[page] = false
    return victim.map { .faultEvicting($0) } ?? .fault
  }
}
