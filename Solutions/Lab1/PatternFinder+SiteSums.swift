import AllocLab

/// What is known of a site: how things stand, what its open interval has, and the series that reach up to it.
struct SiteSums {
  let word: UInt64
  private(set) var lifetimes = LifetimeSketch()

  var bytes = 0
  private(set) var peak = 0

  /// The open interval's number, and of it: bytes at its begin, the fewest, blocks that began and ended.
  private(set) var interval: Int
  private var (firstBytes, fewestBytes, beganNow, endedNow) = (0, 0, 0, 0)

  /// Of the intervals before the open one over each of which it grew.
  private var climb = Climb()
  /// How many before the open one are level.
  private var levelCount = 0

  private(set) var (begunCount, endedCount, shortCount, handedCount) = (0, 0, 0, 0)
  private(set) var (triedCount, geometricCount, arithmeticCount) = (0, 0, 0)

  struct Climb {
    var (length, began, ended) = (0, 0, 0)
    /// Bytes by which it grew over an interval.
    var (least, most) = (Int.max, 0)
  }

  init(word: UInt64, interval: Int) { (self.word, self.interval) = (word, interval) }

  // MARK: - Events

  mutating func began(_ size: Int) {
    bytes += size
    begunCount += 1
    beganNow += 1
  }

  mutating func ended(_ size: Int, lifetime: UInt64, isHandedOver: Bool) {
    bytes -= size
    endedCount += 1
    endedNow += 1
    if lifetime <= 32 { shortCount += 1 }
    if isHandedOver { handedCount += 1 }
    lifetimes.insert(lifetime)
  }

  mutating func note(_ news: BlockGrowth.News) {
    if news.isTried { triedCount += 1 }
    if news.isGeometric { geometricCount += 1 }
    if news.isArithmetic { arithmeticCount += 1 }
  }

  /// Takes notice of the bytes as an event has left them.
  mutating func settle() {
    peak = max(peak, bytes)
    fewestBytes = min(fewestBytes, bytes)
  }

  // MARK: - Intervals

  private func isLevel(_ bytes: Int) -> Bool { peak > 0 && peak - bytes <= peak / 8 }

  /// Closes the open interval, and all up to another one, in which nothing happened; that one is open then.
  mutating func open(_ next: Int) {
    if bytes > firstBytes {
      climb.length += 1
      climb.began += beganNow
      climb.ended += endedNow
      climb.least = min(climb.least, bytes - firstBytes)
      climb.most = max(climb.most, bytes - firstBytes)
    } else {
      climb = Climb()
    }
    levelCount = isLevel(fewestBytes) ? levelCount + 1 : 0
    let idle = next - interval - 1
    if idle > 0 {
      climb = Climb()
      levelCount = isLevel(bytes) ? levelCount + idle : 0
    }
    interval = next
    (firstBytes, fewestBytes, beganNow, endedNow) = (bytes, bytes, 0, 0)
  }

  // MARK: - Patterns

  /// How strongly the site shows a pattern; nil where it does not.
  ///
  /// - Precondition: the open interval is not full, if the pattern looks at intervals.
  func strength(of pattern: AllocationPattern) -> Int? {
    switch pattern {
    case .leak: climb.length >= 8 && climb.began >= 8 && 4 * climb.ended <= climb.began ? climb.length : nil
    case .ramp: climb.length >= 8 && climb.most - climb.least <= climb.least ? climb.length : nil
    case .plateau: levelCount >= 8 ? levelCount : nil
    case .temporary: begunCount >= 50 && 10 * shortCount >= 9 * begunCount ? shortCount : nil
    case .geometricGrowth: triedCount >= 4 && 4 * geometricCount >= 3 * triedCount ? geometricCount : nil
    case .arithmeticGrowth: triedCount >= 4 && 4 * arithmeticCount >= 3 * triedCount ? arithmeticCount : nil
    case .handOver: endedCount >= 64 && 4 * handedCount >= 3 * endedCount ? handedCount : nil
    }
  }
}
