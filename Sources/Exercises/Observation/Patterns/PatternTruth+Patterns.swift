import Vocabularies
package import Workloads

/// The definitions, applied to what has been noted.
extension PatternTruth {
  /// A pattern's numbers for a site, whether it shows it or not.
  package struct Finding: Equatable, Sendable {
    package var isShown: Bool
    package var strength: Int
    /// Why.
    package var reason: String
  }

  /// Sites that show a pattern, and how strongly; two words each, the smallest site first.
  package func list(_ pattern: Int) -> [UInt64] {
    sites.keys.sorted().flatMap { name -> [UInt64] in
      guard let finding = finding(pattern, of: name), finding.isShown else { return [] }
      return [name, UInt64(finding.strength)]
    }
  }

  package func finding(_ pattern: Int, of name: UInt64) -> Finding? {
    guard let site = sites[name] else { return nil }
    switch PatternVocabulary.patterns[pattern] {
    case "leak":
      let climb = climb(of: site)
      let (began, ended) = (climb.reduce(0) { $0 + $1.began }, climb.reduce(0) { $0 + $1.ended })
      return Finding(
        isShown: climb.count >= 8 && began >= 8 && 4 * ended <= began, strength: climb.count,
        reason: "grew over the last \(text(climb.count, "interval")), in which \(began) began and \(ended) ended")
    case "ramp":
      let climb = climb(of: site).map(\.growth)
      let (least, most) = (climb.min() ?? 0, climb.max() ?? 0)
      return Finding(
        isShown: climb.count >= 8 && most - least <= least, strength: climb.count,
        reason: "grew over the last \(text(climb.count, "interval")), by \(least) to \(most) bytes")
    case "plateau":
      let count = levelCount(of: site)
      return Finding(
        isShown: count >= 8, strength: count,
        reason: "the last \(text(count, "interval")) were level, with a peak of \(site.peak) bytes")
    case "temporary":
      let short = site.lifetimes.count { $0 <= 32 }
      return Finding(
        isShown: site.began >= 50 && 10 * short >= 9 * site.began, strength: short,
        reason: "of \(text(site.began, "block")) \(short) ended with a lifetime of at most 32")
    case "geometricGrowth": return growth(of: site, isGeometric: true)
    case "arithmeticGrowth": return growth(of: site, isGeometric: false)
    default:
      let ended = site.lifetimes.count
      return Finding(
        isShown: ended >= 64 && 4 * site.handedOver >= 3 * ended, strength: site.handedOver,
        reason: "of \(text(ended, "block")) that ended, \(site.handedOver) were ended by another thread")
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

  private func growth(of site: Site, isGeometric: Bool) -> Finding {
    let tried = site.sizes.filter { sizes in zip(sizes, sizes.dropFirst()).count { $0 < $1 } >= 4 }
    let grown = tried.count { Self.longestSeries($0, isGeometric: isGeometric) >= 4 }
    return Finding(
      isShown: tried.count >= 4 && 4 * grown >= 3 * tried.count, strength: grown,
      reason: "of \(text(tried.count, "block")) with 4 steps \(grown) grew "
        + (isGeometric ? "geometrically" : "arithmetically"))
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

  /// The lifetimes between which an answer has to lie; nil where there are none.
  package func lifetimeBounds(_ permille: Int, of name: UInt64) -> ClosedRange<Int>? {
    guard let lifetimes = sites[name]?.lifetimes.sorted(), let last = lifetimes.last else { return nil }
    let count = lifetimes.count
    let rank = max(1, (permille * count + 999) / 1000)
    let (low, high) = (rank - count / 50, rank + count / 50)
    return lifetimes[max(low, 1) - 1]...(high > count ? last : lifetimes[high - 1])
  }
}

extension PatternTruth {
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
