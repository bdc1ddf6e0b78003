import Vocabularies
package import Workloads

/// The definitions, applied to what has been noted.
extension PatternTruth {
  /// Sites that show a pattern, and how strongly; two words each, the smallest site first.
  package func list(_ pattern: Int) -> [UInt64] {
    var shown: [(site: UInt64, strength: Int)] = []
    for (name, site) in sites {
      if let strength = strength(pattern, of: site) { shown.append((name, strength)) }
    }
    return shown.sorted { $0.site < $1.site }.flatMap { [$0.site, UInt64($0.strength)] }
  }

  /// How strongly a site shows a pattern; nil where it does not.
  private func strength(_ pattern: Int, of site: Site) -> Int? {
    switch PatternVocabulary.patterns[pattern] {
    case "leak":
      let climb = climb(of: site)
      let (began, ended) = (climb.reduce(0) { $0 + $1.began }, climb.reduce(0) { $0 + $1.ended })
      return climb.count >= 8 && began >= 8 && 4 * ended <= began ? climb.count : nil
    case "ramp":
      let climb = climb(of: site).map(\.growth)
      guard climb.count >= 8, let least = climb.min(), let most = climb.max() else { return nil }
      return most - least <= least ? climb.count : nil
    case "plateau":
      let count = levelCount(of: site)
      return count >= 8 ? count : nil
    case "temporary":
      guard site.began >= 50 else { return nil }
      let short = site.lifetimes.count { $0 <= 32 }
      return 10 * short >= 9 * site.began ? short : nil
    case "geometricGrowth", "arithmeticGrowth":
      let (tried, grown) = growth(of: site, isGeometric: PatternVocabulary.patterns[pattern] == "geometricGrowth")
      return tried >= 4 && 4 * grown >= 3 * tried ? grown : nil
    default:
      let ended = site.lifetimes.count
      return ended >= 64 && 4 * site.handedOver >= 3 * ended ? site.handedOver : nil
    }
  }

  /// The numbers that decide whether a site shows a pattern, for people.
  package func reason(_ pattern: Int, of name: UInt64) -> String {
    guard let site = sites[name] else { return "never asked for a block" }
    switch PatternVocabulary.patterns[pattern] {
    case "leak":
      let climb = climb(of: site)
      let (began, ended) = (climb.reduce(0) { $0 + $1.began }, climb.reduce(0) { $0 + $1.ended })
      return "grew over the last \(text(climb.count, "interval")), in which \(began) began and \(ended) ended"
    case "ramp":
      let climb = climb(of: site).map(\.growth)
      return "grew over the last \(text(climb.count, "interval")), by \(climb.min() ?? 0) to \(climb.max() ?? 0) bytes"
    case "plateau":
      return "was level in the last \(text(levelCount(of: site), "interval")), with a peak of \(site.peak) bytes"
    case "temporary":
      let short = site.lifetimes.count { $0 <= 32 }
      return "began \(text(site.began, "block")), of which \(short) ended with a lifetime of at most 32"
    case "geometricGrowth", "arithmeticGrowth":
      let isGeometric = PatternVocabulary.patterns[pattern] == "geometricGrowth"
      let (tried, grown) = growth(of: site, isGeometric: isGeometric)
      return "had \(text(tried, "block")) with 4 steps, of which \(grown) grew "
        + (isGeometric ? "geometrically" : "arithmetically")
    default:
      let ended = site.lifetimes.count
      return "had \(text(ended, "block")) that ended, \(site.handedOver) of them by another thread"
    }
  }

  private func text(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }

  // MARK: - Intervals

  /// The notes of full intervals over which a site grew, up to the last.
  private func climb(of site: Site) -> [Interval] {
    var climb: [Interval] = []
    var number = fullCount
    for (its, notes) in site.intervals.reversed() where its <= fullCount {
      guard its == number, notes.growth > 0 else { break }
      climb.append(notes)
      number -= 1
    }
    return climb
  }

  /// How many full intervals, up to the last, are level in series.
  private func levelCount(of site: Site) -> Int {
    var (count, number) = (0, fullCount)
    for (its, notes) in site.intervals.reversed() where its <= fullCount {
      // In between nothing changed.
      if its < number {
        guard notes.peak > 0, notes.last >= notes.peak - notes.peak / 8 else { return count }
        count += number - its
      }
      guard notes.isLevel else { return count }
      count += 1
      number = its - 1
    }
    return count
  }

  // MARK: - Steps

  /// How many blocks have been tried, and how many of those have grown so.
  private func growth(of site: Site, isGeometric: Bool) -> (tried: Int, grown: Int) {
    let tried = site.sizes.filter { sizes in
      sizes.count > 4 && zip(sizes, sizes.dropFirst()).count { $0 < $1 } >= 4
    }
    guard tried.count >= 4 else { return (tried.count, 0) }
    return (tried.count, tried.count { Self.longestSeries($0, isGeometric: isGeometric) >= 4 })
  }

  /// Steps of the longest series among a block's sizes.
  package static func longestSeries(_ sizes: [Int], isGeometric: Bool) -> Int {
    var (longest, count, first) = (0, 0, (from: 0, to: 0))
    for (size, next) in zip(sizes, sizes.dropFirst()) {
      if next <= size {
        count = 0
      } else if count > 0, carriesOn(first, (size, next), isGeometric) {
        count += 1
      } else {
        first = (size, next)
        count = !isGeometric || size > 0 && 2 * next >= 3 * size ? 1 : 0
      }
      longest = max(longest, count)
    }
    return longest
  }

  private static func carriesOn(_ first: (from: Int, to: Int), _ step: (from: Int, to: Int), _ isGeometric: Bool)
    -> Bool
  {
    let (one, other) =
      isGeometric
      ? (UInt128(first.to) * UInt128(step.from), UInt128(first.from) * UInt128(step.to))
      : (UInt128(first.to - first.from), UInt128(step.to - step.from))
    return 7 * one <= 8 * other && 8 * other <= 9 * one
  }

  // MARK: - Lifetimes

  /// Whether an answer lies where it has to; nil where there are no lifetimes.
  ///
  /// As many lifetimes are counted as are less, and no greater, than the answer: nothing is sorted.
  package func isRight(_ answer: UInt64, _ permille: Int, of name: UInt64) -> Bool? {
    guard let lifetimes = sites[name]?.lifetimes, !lifetimes.isEmpty else { return nil }
    let (low, high) = Self.ranks(permille, of: lifetimes.count)
    var (less, noGreater) = (0, 0)
    for lifetime in lifetimes {
      if lifetime < answer { less += 1 }
      if lifetime <= answer { noGreater += 1 }
    }
    return less < high && noGreater >= low
  }

  /// The lifetimes between which an answer has to lie; nil where there are none.
  package func lifetimeBounds(_ permille: Int, of name: UInt64) -> ClosedRange<Int>? {
    guard let lifetimes = sites[name]?.lifetimes.sorted(), !lifetimes.isEmpty else { return nil }
    let (low, high) = Self.ranks(permille, of: lifetimes.count)
    return lifetimes[low - 1]...lifetimes[high - 1]
  }

  /// The least and the greatest rank that may be told, of so many.
  private static func ranks(_ permille: Int, of count: Int) -> (low: Int, high: Int) {
    let rank = max(1, (permille * count + 999) / 1000)
    return (max(1, rank - count / 50), min(count, rank + count / 50))
  }
}

extension PatternTruth {
  /// What is true at the end of a stream.
  package init(of stream: EventStream) {
    self.init(interval: stream.interval ?? 1)
    for case .event(let event) in stream.steps { record(event) }
  }

  /// What is true at the end of a stream, and how many words its answers had.
  package init(of stream: EventStream, countingAnswers words: inout Int) {
    self.init(interval: stream.interval ?? 1)
    for step in stream.steps {
      switch step {
      case .event(let event): record(event)
      case .other(let word):
        if case .showing(let pattern) = PatternVocabulary.question(word) { words += list(pattern).count }
      }
    }
  }
}
