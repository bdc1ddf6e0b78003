import Traces
import Vocabularies
import Workloads

/// Blocks at times that are planned one by one.
struct PatternPlan {
  private var acts: [PatternScript.Act?] = []
  private var top: UInt64

  init(with generator: inout SeededGenerator) { top = UInt64(generator.pick(0x5000...0x7fff)) << 32 }

  /// A block with a lifetime, at the first time from one on at which it has room.
  ///
  /// - Parameter life: nil for a block that is lost, by another one at its place that stays.
  mutating func add(_ site: UInt64, life: Int, from first: Int = 0, by threads: (Int, Int) = (1, 1), _ size: Int = 8) {
    var time = first
    while isTaken(time) || isTaken(time + life) { time += 1 }
    while acts.count <= time + life { acts.append(nil) }
    top += 64
    acts[time] = .allocate(top, size, site: site, thread: threads.0)
    acts[time + life] = .deallocate(top, thread: threads.1)
  }

  /// An event at the first time from one on that has none.
  mutating func add(_ act: PatternScript.Act, from first: Int) {
    var time = first
    while isTaken(time) { time += 1 }
    while acts.count <= time { acts.append(nil) }
    acts[time] = act
  }

  mutating func fresh() -> UInt64 {
    top += 64
    return top
  }

  private func isTaken(_ time: Int) -> Bool { time < acts.count && acts[time] != nil }

  /// The events, with others where nothing is planned.
  func events(with generator: inout SeededGenerator) -> EventStreamBuilder {
    var script = PatternScript(interval: 1, with: &generator)
    for act in acts { if let act { script.perform(act) } else { script.rest() } }
    return script.builder
  }
}

/// Streams about single blocks: how long they live, how they grow, who ends them.
extension Patterns {
  static func temporaries(with generator: inout SeededGenerator) -> Trace {
    var plan = PatternPlan(with: &generator)
    // Blocks that live for 32 events, for 33, and that stay.
    let cases = [
      (50, 0, 0), (49, 0, 0), (45, 5, 0), (44, 6, 0), (45, 0, 5), (45, 0, 6), (54, 6, 0), (53, 7, 0), (90, 3, 7),
      (90, 4, 7), (46, 3, 0), (1, 60, 0),
    ]
    let sites = drawnSites(cases.count + 2, with: &generator)
    for (site, (short, long, staying)) in zip(sites, cases) {
      let lives =
        Array(repeating: 32, count: short / 2) + (0..<short - short / 2).map { _ in generator.pick(1...32) }
        + Array(repeating: 33, count: long)
      for life in lives.shuffled(using: &generator) { plan.add(site, life: life, from: generator.below(400)) }
      for _ in 0..<staying {
        plan.add(.allocate(plan.fresh(), 8, site: site, thread: 1), from: generator.below(400))
      }
    }
    // Reallocated in its last events, by other sites: it is as old as it was. Lost: it has begun.
    for number in 0..<60 {
      let (address, first) = (plan.fresh(), 3000 + 20 * number)
      plan.add(.allocate(address, 8, site: sites[cases.count], thread: 1), from: first)
      plan.add(.reallocate(address, to: address + 16, 9, site: 1), from: first + (number % 10 < 2 ? 40 : 2))
      plan.add(.deallocate(address + 16, thread: 1), from: first + (number % 10 < 2 ? 43 : 4))
      let other = plan.fresh()
      plan.add(.allocate(other, 8, site: sites[cases.count + 1], thread: 1), from: first)
      if number % 9 == 5 { plan.add(.allocate(other, 8, site: sites[cases.count + 1], thread: 1), from: first + 1) }
      plan.add(.deallocate(other, thread: 1), from: first + 3)
    }
    let stream = asked(
      plan.events(with: &generator), interval: 50, period: 25, with: &generator
    ) { _ in [showing("temporary")] }
    return stream.closed(asking: sites, with: &generator)
  }

  static func handOver(with generator: inout SeededGenerator) -> Trace {
    var plan = PatternPlan(with: &generator)
    // Blocks that another thread ends, that the same ends, and that stay.
    let cases = [(48, 16, 0), (47, 17, 0), (63, 0, 40), (64, 0, 40), (75, 25, 9), (74, 26, 0), (0, 70, 0), (63, 1, 0)]
    let sites = drawnSites(cases.count + 1, with: &generator)
    for (site, (handed, kept, staying)) in zip(sites, cases) {
      let isHanded = Array(repeating: true, count: handed) + Array(repeating: false, count: kept)
      for isHanded in isHanded.shuffled(using: &generator) {
        let threads = generator.pick([(0, 65_535), (1, 2), (65_535, 1), (7, 263)])
        plan.add(
          site, life: generator.pick(1...90), from: generator.below(900),
          by: (threads.0, isHanded ? threads.1 : threads.0))
      }
      for _ in 0..<staying {
        plan.add(.allocate(plan.fresh(), 8, site: site, thread: 1), from: generator.below(400))
      }
    }
    // A reallocation by another thread hands nothing over.
    for number in 0..<70 {
      let address = plan.fresh()
      plan.add(.allocate(address, 8, site: sites[cases.count], thread: 1), from: 30 * number)
      plan.add(.reallocate(address, to: address + 16, 9, site: 1), from: 30 * number + 1)
      plan.add(.deallocate(address + 16, thread: number % 8 == 0 ? 1 : 9), from: 30 * number + 3)
    }
    let stream = asked(
      plan.events(with: &generator), interval: 60, period: 30, with: &generator
    ) { _ in [showing("handOver")] }
    return stream.closed(asking: sites, with: &generator)
  }

  /// Sizes that some blocks have, one after the other.
  private static let seriesOfSizes: [[Int]] = [
    // Factors of 2, 3/2, just less, and golden; and with all that is allowed beside 2, and one byte more.
    [1, 2, 4, 8, 16], [16, 24, 36, 54, 81], [160, 239, 358, 537, 805], [100, 162, 262, 424, 686],
    [16, 32, 72, 126, 252], [16, 32, 56, 126, 221], [16, 32, 73, 146, 292], [16, 32, 55, 110, 220],
    // From nothing; three steps; four, and a break among them; a step too long before, and in the midst.
    [0, 10, 20, 40, 80, 160], [0, 10, 20, 40, 80], [5, 10, 20, 40], [5, 10, 20, 40, 40, 80],
    [5, 10, 20, 40, 39, 80, 160],
    [10, 100, 200, 400, 800, 1600], [10, 20, 40, 80, 800, 1600, 3200, 6400],
    [10, 20, 40, 80, 800, 1600, 3200, 6400, 12_800],
    // Differences: alike, with all that is allowed, and one byte more.
    [8, 16, 24, 32, 40], [0, 1, 2, 3, 4], [0, 8, 15, 24, 31], [0, 8, 14, 22, 30], [0, 8, 18, 26, 34],
    [100, 107, 114, 121, 128],
    [100, 107, 114, 120, 127], [100, 107, 114, 122, 129], [64, 80, 98, 112, 130], [64, 80, 98, 111, 129],
    [9, 17, 25, 33], [9, 17, 25, 33, 33, 41], [9, 17, 25, 33, 32, 40, 48, 56, 64], [9, 10, 18, 26, 34, 42],
    // What drifts, each step from the one before by less than an eighth.
    [100, 200, 420, 920, 2080], [1000, 1100, 1210, 1330, 1460], [1000, 1080, 1166, 1259, 1359],
    // Neither; and both, one after the other.
    [3, 4, 9, 11, 40, 41], [10, 15, 20, 25, 30], [8, 16, 24, 32, 40, 80, 160, 320, 640],
    [1, 2, 4, 8, 16, 15, 30, 60, 120, 240],
    [1 << 30, 1 << 32, 1 << 34, 1 << 36, 1 << 38, 1 << 40], [1 << 39, 5 << 37, 3 << 38, 7 << 37, 1 << 40],
    // Of the two products that are compared, one has 65 bits and the other 64.
    [1 << 40, 1 << 31, 1 << 32, 15 << 29, 15 << 30, 15 << 31],
  ]

  static func growth(with generator: inout SeededGenerator) -> Trace {
    let sites = drawnSites(seriesOfSizes.count, with: &generator)
    var arrays: [(site: UInt64, sizes: [Int])] = []
    for (site, sizes) in zip(sites, seriesOfSizes) {
      let most = sizes.max() ?? 1
      for _ in 0..<4 {
        let unit = generator.pick([1, 2, 3, 10, 1000, 99_991]).clamped(to: 1...max(1, (1 << 40) / max(1, most)))
        arrays.append((site, sizes.map { $0 * unit }))
      }
    }
    let stream = asked(
      grown(arrays, with: &generator), interval: 50, period: 40, with: &generator
    ) { _ in [showing("geometricGrowth"), showing("arithmeticGrowth")] }
    return stream.closed(asking: [], with: &generator)
  }

  static func shares(with generator: inout SeededGenerator) -> Trace {
    let (doubled, added, other, short) = (
      [8, 16, 32, 64, 128, 256], [8, 24, 40, 56, 72], [1, 2, 99, 100, 101, 999], [8, 16, 32, 64]
    )
    // How many of each.
    let cases = [
      (3, 0, 0, 5), (4, 0, 0, 5), (3, 0, 1, 0), (3, 0, 2, 0), (6, 0, 2, 9), (5, 2, 0, 0), (6, 2, 0, 0), (0, 3, 0, 5),
      (0, 4, 0, 5), (0, 3, 1, 0), (0, 3, 2, 0), (1, 6, 1, 0), (2, 6, 1, 0), (0, 0, 4, 4), (2, 2, 0, 0),
    ]
    let sites = drawnSites(cases.count, with: &generator)
    var arrays: [(site: UInt64, sizes: [Int])] = []
    for (site, counts) in zip(sites, cases) {
      for (count, sizes) in [(counts.0, doubled), (counts.1, added), (counts.2, other), (counts.3, short)] {
        for _ in 0..<count { arrays.append((site, sizes)) }
      }
    }
    let stream = asked(
      grown(arrays, with: &generator), interval: 50, period: 30, with: &generator
    ) { _ in [showing("geometricGrowth"), showing("arithmeticGrowth")] }
    return stream.closed(asking: [], with: &generator)
  }

  /// Arrays that grow, in turns that are drawn; of all places some move, and some end.
  private static func grown(_ arrays: [(site: UInt64, sizes: [Int])], with generator: inout SeededGenerator)
    -> EventStreamBuilder
  {
    var script = PatternScript(interval: 1, with: &generator)
    var growing = arrays.shuffled(using: &generator).map { ($0.site, $0.sizes[...], UInt64?.none) }
    while !growing.isEmpty {
      let place = generator.below(min(growing.count, 12))
      let (site, sizes, address) = growing[place]
      guard let size = sizes.first else {
        growing.remove(at: place)
        if let address, generator.oneIn(2) { script.perform(.deallocate(address, thread: generator.pick(1...2))) }
        continue
      }
      let next = address == nil || generator.oneIn(2) ? script.fresh() : address ?? 0
      if let address {
        script.perform(.reallocate(address, to: next, size, site: generator.pick(arrays).site))
      } else {
        script.perform(.allocate(next, size, site: site, thread: 1))
      }
      growing[place] = (site, sizes.dropFirst(), next)
      if generator.oneIn(5) { script.rest() }
    }
    return script.builder
  }
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
