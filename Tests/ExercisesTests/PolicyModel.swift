import Exercises

/// Page replacement policies of many kinds, written to be short: each access looks at all pages in memory.
struct PolicyModel {
  enum Kind: CaseIterable { case lru, clock, twoQueues, adaptive, recencyOfTwo, frequency, likeliest, random }

  private struct Page {
    /// When it came in, when it was accessed last, and the time before that; 0 where never.
    var entered = 0
    var last = 0
    var before = 0
    var count = 0
    var isReferenced = true
  }

  private let kind: Kind
  private let frames: Int
  private var pages: [UInt64: Page] = [:]
  /// What is remembered of pages that are gone.
  private var gone: [UInt64: Page] = [:]
  private var now = 0
  /// How many pages that were accessed once are kept, of those that adapt it.
  private var share = 1
  private var state: UInt64 = 88_172_645_463_325_252

  init(_ kind: Kind, frames: Int) {
    self.kind = kind
    self.frames = frames
  }

  mutating func access(_ number: UInt64, knowing future: ArraySlice<UInt64> = []) -> PageReplacementAnswer.Access {
    now += 1
    if var page = pages[number] {
      (page.before, page.last) = (page.last, now)
      page.count += 1
      page.isReferenced = true
      pages[number] = page
      return .hit
    }
    var page = gone.removeValue(forKey: number) ?? Page()
    if page.count > 0 { share = page.count == 1 ? min(share + 1, frames - 1) : max(share - 1, 1) }
    (page.before, page.last, page.entered) = (page.last, now, now)
    page.count += 1
    page.isReferenced = true
    defer { pages[number] = page }
    guard pages.count >= frames else { return .fault }
    let victim = victim(knowing: future)
    gone[victim] = pages.removeValue(forKey: victim)
    return .faultEvicting(victim)
  }

  private mutating func victim(knowing future: ArraySlice<UInt64>) -> UInt64 {
    if !future.isEmpty {
      var next: [UInt64: Int] = [:]
      for (place, page) in future.enumerated() where next[page] == nil { next[page] = place }
      return least { (-(next[$0] ?? .max), $1.last) }
    }
    switch kind {
    case .lru: return least { ($1.last, 0) }
    case .clock:
      while true {
        let oldest = least { ($1.entered, 0) }
        guard pages[oldest]?.isReferenced == true else { return oldest }
        pages[oldest]?.isReferenced = false
        now += 1
        pages[oldest]?.entered = now
      }
    case .twoQueues:
      // Those accessed once go first in, first out, while they are more than a quarter.
      let once = pages.values.count { $0.count == 1 }
      return once > frames / 4
        ? least { ($1.count == 1 ? 0 : 1, $1.entered) } : least { ($1.count > 1 ? 0 : 1, $1.last) }
    case .adaptive:
      let once = pages.values.count { $0.count == 1 }
      return once > share ? least { ($1.count == 1 ? 0 : 1, $1.last) } : least { ($1.count > 1 ? 0 : 1, $1.last) }
    // As LIRS: by the time between the last two accesses.
    case .recencyOfTwo: return least { ($1.before, $1.last) }
    case .frequency: return least { ($1.count, $1.last) }
    // Knows the draw itself: of pages drawn by Zipf's law, the lower the likelier. No policy is better without the future.
    case .likeliest: return least { number, _ in (-Int(number), 0) }
    case .random:
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return pages.keys.sorted()[Int(state % UInt64(pages.count))]
    }
  }

  private func least(_ rank: (UInt64, Page) -> (Int, Int)) -> UInt64 {
    pages.min { rank($0.key, $0.value) < rank($1.key, $1.value) }?.key ?? 0
  }
}
