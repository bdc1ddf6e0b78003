/// Quantiles of many numbers from few: levels of at most 512, in each of which a number stands for twice as many as in the one below.
///
///     level 0   ················  full: sorted, and every other one goes up      each for 1
///     level 1   ········          in turns those of odd and of even places       each for 2
///     level 2   ····                                                             each for 4
///
/// **Error.** Where a level of weight w is halved, the rank of any number changes by w at most, up the one time and down the other: by no more than w for
/// two times together. A level is halved once for each 512 of its numbers, so that all of them change a rank by at most n ÷ 1024 for each
/// level: that is less than a fiftieth up to 20 levels, or half a thousand million numbers. Up to 511 numbers nothing is lost.
///
/// Source: Manku, Rajagopalan and Lindsay 1998, with the levels of Munro and Paterson, Selection and Sorting with Limited Storage, 1980.
struct LifetimeSketch {
  static let limit = 512

  private(set) var levels: [[UInt64]] = [[]]
  /// Of each level, whether the next time the ones at odd places go up.
  private var takesOdd: [Bool] = [false]
  private(set) var count = 0

  mutating func insert(_ number: UInt64) {
    count += 1
    levels[0].append(number)
    if levels[0].count == Self.limit { halve() }
  }

  /// Halves all levels that are full, from the lowest on.
  private mutating func halve() {
    var level = 0
    while levels[level].count >= Self.limit {
      if level + 1 == levels.count {
        levels.append([])
        takesOdd.append(false)
      }
      levels[level].sort()
      for place in stride(from: takesOdd[level] ? 1 : 0, to: levels[level].count, by: 2) {
        levels[level + 1].append(levels[level][place])
      }
      levels[level].removeAll(keepingCapacity: true)
      takesOdd[level].toggle()
      level += 1
    }
  }

  /// The number whose rank comes nearest; nil where there are none.
  func quantile(_ permille: Int) -> UInt64? {
    guard count > 0 else { return nil }
    let rank = max(1, (permille * count + 999) / 1000)
    var weighted: [(number: UInt64, weight: Int)] = []
    for (level, numbers) in levels.enumerated() {
      for number in numbers { weighted.append((number, 1 << level)) }
    }
    weighted.sort { $0.number < $1.number }
    var below = 0
    for (number, weight) in weighted {
      below += weight
      if below >= rank { return number }
    }
    return weighted.last?.number
  }
}
