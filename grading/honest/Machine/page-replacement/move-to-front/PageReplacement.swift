// The plainest way: pages in an array. LRU's is in the order of the last access, latest first; the clock's is its circle; and the own
// policy has two, one of pages that were accessed once and one of those that were accessed again (segmented LRU, Karedla, Love
// and Wherry 1994). To find a page is to look at them all.

import AllocLab

public struct LRUPolicy: PageReplacementPolicy {
  private let frames: Int
  private var pages: [Int] = []

  public init(frames: Int) { self.frames = frames }

  public mutating func access(_ page: Int) -> PageAccess {
    if let place = pages.firstIndex(of: page) {
      pages.remove(at: place)
      pages.insert(page, at: 0)
      return .hit
    }
    pages.insert(page, at: 0)
    guard pages.count > frames else { return .fault }
    return .faultEvicting(pages.removeLast())
  }
}

public struct ClockPolicy: PageReplacementPolicy {
  private let frames: Int
  private var circle: [(page: Int, used: Bool)] = []
  private var hand = 0

  public init(frames: Int) { self.frames = frames }

  public mutating func access(_ page: Int) -> PageAccess {
    if let place = circle.firstIndex(where: { $0.page == page }) {
      circle[place].used = true
      return .hit
    }
    guard circle.count == frames else {
      circle.append((page, true))
      return .fault
    }
    while circle[hand].used {
      circle[hand].used = false
      hand = (hand + 1) % frames
    }
    let victim = circle[hand].page
    circle[hand] = (page, true)
    hand = (hand + 1) % frames
    return .faultEvicting(victim)
  }
}

public struct OwnPolicy: PageReplacementPolicy {
  private let frames: Int
  /// The most pages that are kept for having been accessed again.
  private let protectedFrames: Int
  private var once: [Int] = []
  private var again: [Int] = []

  public init(frames: Int) {
    self.frames = frames
    protectedFrames = frames * 3 / 4
  }

  public mutating func access(_ page: Int) -> PageAccess {
    if let place = again.firstIndex(of: page) {
      again.remove(at: place)
      again.insert(page, at: 0)
      return .hit
    }
    if let place = once.firstIndex(of: page) {
      once.remove(at: place)
      again.insert(page, at: 0)
      if again.count > protectedFrames { once.insert(again.removeLast(), at: 0) }
      return .hit
    }
    var victim: Int?
    if once.count + again.count == frames { victim = once.popLast() ?? again.popLast() }
    once.insert(page, at: 0)
    return victim.map { .faultEvicting($0) } ?? .fault
  }
}
