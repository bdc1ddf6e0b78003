// Which page leaves memory: three policies.
//
// LRU evicts the page whose last access is longest ago. A dictionary finds a page's frame, and a doubly linked list through the
// frames keeps them in the order of their last access, so each access moves one frame to the list's front. Everything is O(1).
//
// CLOCK (Corbató, "A Paging Experiment with the Multics System", 1968) approximates that with one bit a page, as hardware sets
// it. The frames stand in a circle. A hand goes round: a page with its bit set gets a second chance and loses the bit, the first
// one without it goes.
//
//           0   1   2   3        hand at 1: page b has been used, clear its bit and go on;
//         [ a | b | c | d ]      c has not: it leaves, the new page takes frame 2 with
//     used  1   1   0   1        its bit set, and the hand goes on to 3
//               ^
//
// OWN is LIRS (Jiang & Zhang, "LIRS: An Efficient Low Inter-reference Recency Set Replacement Policy", SIGMETRICS 2002). LRU
// forgets everything in one scan of many pages, and in a loop over one page more than memory holds it misses every time. LIRS
// asks not when a page was last accessed but how many other pages were accessed between its last two accesses. Pages where
// these are few (LIR) keep nearly all frames; the others (HIR) share the few that are left, in a queue.
//
//     stack S, latest access first:   LIR pages, and HIR pages accessed since the oldest LIR page was;
//                                     some of these HIR pages are not in memory any more, only remembered
//     queue Q, first in first out:    HIR pages in memory; the oldest leaves
//
//     access to …            where                   what happens
//     a LIR page             S                       to the top of S; prune
//     a HIR page in memory   S                       becomes LIR, and the oldest LIR page becomes HIR; prune
//                            Q only                  to the top of S, and to the end of Q
//     a page not in memory   remembered in S         evict Q's oldest; becomes LIR, and the oldest LIR page becomes HIR; prune
//                            nowhere                 evict Q's oldest; becomes HIR
//
// "Prune" takes HIR pages from the bottom of S until a LIR page is there: the bottom is what an access must be younger than to
// count as frequent. What is remembered is bounded, by a multiple of the number of frames.
//
// INVARIANTS
//     pages in memory = LIR + |Q| ≤ frames      LIR ≤ frames − share of Q      the bottom of S is LIR

import AllocLab

/// Evicts the page whose last access is longest ago.
public struct LRUPolicy: PageReplacementPolicy {
  private let frames: Int
  /// The frame of each page in memory.
  private var frameOfPage: [Int: Int] = [:]
  private var pageOfFrame: [Int] = []
  /// Frames by last access, latest first.
  private var order: LinkedOrder

  public init(frames: Int) {
    self.frames = max(1, frames)
    order = LinkedOrder()
  }

  public mutating func access(_ page: Int) -> PageAccess {
    if let frame = frameOfPage[page] {
      order.remove(frame)
      order.insertFirst(frame)
      return .hit
    }
    if pageOfFrame.count < frames {
      frameOfPage[page] = pageOfFrame.count
      order.insertFirst(pageOfFrame.count)
      pageOfFrame.append(page)
      return .fault
    }
    let frame = order.last
    let victim = pageOfFrame[frame]
    frameOfPage[victim] = nil
    frameOfPage[page] = frame
    pageOfFrame[frame] = page
    order.remove(frame)
    order.insertFirst(frame)
    return .faultEvicting(victim)
  }
}

/// Gives each page that was used since the hand last came by a second chance.
public struct ClockPolicy: PageReplacementPolicy {
  private let frames: Int
  private var frameOfPage: [Int: Int] = [:]
  private var pageOfFrame: [Int] = []
  private var isReferenced: [Bool] = []
  private var hand = 0

  public init(frames: Int) { self.frames = max(1, frames) }

  public mutating func access(_ page: Int) -> PageAccess {
    if let frame = frameOfPage[page] {
      isReferenced[frame] = true
      return .hit
    }
    if pageOfFrame.count < frames {
      frameOfPage[page] = pageOfFrame.count
      pageOfFrame.append(page)
      isReferenced.append(true)
      return .fault
    }
    while isReferenced[hand] {
      isReferenced[hand] = false
      advanceHand()
    }
    let victim = pageOfFrame[hand]
    frameOfPage[victim] = nil
    frameOfPage[page] = hand
    pageOfFrame[hand] = page
    isReferenced[hand] = true
    advanceHand()
    return .faultEvicting(victim)
  }

  private mutating func advanceHand() { hand = hand + 1 == frames ? 0 : hand + 1 }
}

/// Keeps the pages whose accesses come close together: LIRS.
public struct OwnPolicy: PageReplacementPolicy {
  private enum Status { case lir, residentHIR, rememberedHIR }

  private let frames: Int
  /// The most LIR pages.
  private let lirLimit: Int
  /// The most pages that are remembered without being in memory.
  private let rememberedLimit: Int
  /// The number under which a page is kept here.
  private var entryOfPage: [Int: Int] = [:]
  private var pageOfEntry: [Int] = []
  private var status: [Status] = []
  private var freeEntries: [Int] = []
  private var lirCount = 0
  private var queueCount = 0
  private var stack = LinkedOrder()
  private var queue = LinkedOrder()
  /// Remembered pages, latest first.
  private var remembered = LinkedOrder()
  private var rememberedCount = 0

  public init(frames: Int) {
    self.frames = max(1, frames)
    // One frame in a hundred for the queue, as the paper has it, but at least one.
    lirLimit = max(0, self.frames - max(1, self.frames / 100))
    rememberedLimit = 3 * self.frames
  }

  public mutating func access(_ page: Int) -> PageAccess {
    if let entry = entryOfPage[page], status[entry] != .rememberedHIR {
      touchResident(entry)
      return .hit
    }
    var outcome = PageAccess.fault
    if lirCount + queueCount == frames { outcome = .faultEvicting(evict()) }
    if let entry = entryOfPage[page] {
      forgetRemembered(entry)
      stack.remove(entry)
      promote(entry)
    } else {
      let entry = makeEntry(page)
      if lirCount < lirLimit {
        status[entry] = .lir
        lirCount += 1
      } else {
        enqueue(entry)
      }
      stack.insertFirst(entry)
    }
    return outcome
  }

  private mutating func touchResident(_ entry: Int) {
    let isInStack = stack.contains(entry)
    if isInStack { stack.remove(entry) }
    if status[entry] == .lir {
      stack.insertFirst(entry)
      prune()
    } else {
      queue.remove(entry)
      queueCount -= 1
      if isInStack {
        promote(entry)
      } else {
        enqueue(entry)
        stack.insertFirst(entry)
      }
    }
  }

  /// Makes a page, in neither stack nor queue, LIR, and the oldest LIR page HIR if there are too many.
  private mutating func promote(_ entry: Int) {
    guard lirLimit > 0 else {
      enqueue(entry)
      stack.insertFirst(entry)
      return
    }
    status[entry] = .lir
    lirCount += 1
    stack.insertFirst(entry)
    if lirCount > lirLimit {
      prune()
      let oldest = stack.last
      stack.remove(oldest)
      lirCount -= 1
      enqueue(oldest)
    }
    prune()
  }

  private mutating func enqueue(_ entry: Int) {
    status[entry] = .residentHIR
    queue.insertFirst(entry)
    queueCount += 1
  }

  /// Takes the oldest page of the queue out of memory.
  private mutating func evict() -> Int {
    let victim = queue.last
    queue.remove(victim)
    queueCount -= 1
    let page = pageOfEntry[victim]
    if stack.contains(victim) {
      status[victim] = .rememberedHIR
      remembered.insertFirst(victim)
      rememberedCount += 1
      if rememberedCount > rememberedLimit {
        let oldest = remembered.last
        stack.remove(oldest)
        forgetRemembered(oldest)
        dropEntry(oldest)
      }
    } else {
      dropEntry(victim)
    }
    return page
  }

  /// Takes HIR pages from the bottom of the stack.
  private mutating func prune() {
    while stack.last >= 0, status[stack.last] != .lir {
      let entry = stack.last
      stack.remove(entry)
      if status[entry] == .rememberedHIR {
        forgetRemembered(entry)
        dropEntry(entry)
      }
    }
  }

  private mutating func forgetRemembered(_ entry: Int) {
    remembered.remove(entry)
    rememberedCount -= 1
  }

  private mutating func makeEntry(_ page: Int) -> Int {
    let entry: Int
    if let free = freeEntries.popLast() {
      entry = free
      pageOfEntry[entry] = page
    } else {
      entry = pageOfEntry.count
      pageOfEntry.append(page)
      status.append(.residentHIR)
    }
    entryOfPage[page] = entry
    return entry
  }

  private mutating func dropEntry(_ entry: Int) {
    entryOfPage[pageOfEntry[entry]] = nil
    freeEntries.append(entry)
  }
}

/// Small numbers in an order that changes: a doubly linked list in two arrays, closed to a circle by a sentinel at place 0.
private struct LinkedOrder {
  /// The neighbours of number n at n + 1; −1 where it is not in the list.
  private var next = [0]
  private var previous = [0]

  /// The last number, or −1 where there is none.
  var last: Int { previous[0] - 1 }

  func contains(_ number: Int) -> Bool { number + 1 < next.count && next[number + 1] >= 0 }

  mutating func insertFirst(_ number: Int) {
    while next.count <= number + 1 {
      next.append(-1)
      previous.append(-1)
    }
    let first = next[0]
    next[number + 1] = first
    previous[number + 1] = 0
    previous[first] = number + 1
    next[0] = number + 1
  }

  mutating func remove(_ number: Int) {
    let (before, after) = (previous[number + 1], next[number + 1])
    next[before] = after
    previous[after] = before
    next[number + 1] = -1
  }
}
