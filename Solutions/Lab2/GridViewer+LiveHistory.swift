import AllocLab

/// The history of live bytes in at most 64 points, which become coarser as time goes on.
struct LiveHistory {
  static let limit = 64

  /// All are full but the last.
  private(set) var points = [HistoryPoint(least: 0, greatest: 0, last: 0)]
  /// Intervals of a full point: a power of two.
  private(set) var width = 1
  /// Intervals of the last point, the one at hand included.
  private(set) var filled = 1

  /// So many bytes are live now.
  mutating func note(_ live: UInt64) {
    let last = points.count - 1
    points[last].least = min(points[last].least, live)
    points[last].greatest = max(points[last].greatest, live)
    points[last].last = live
  }

  /// An interval ends. The next begins with what this one ended with.
  mutating func tick() {
    if filled < width {
      filled += 1
      return
    }
    let live = points[points.count - 1].last
    if points.count == Self.limit { halve() }
    points.append(HistoryPoint(least: live, greatest: live, last: live))
    filled = 1
  }

  /// Each two points become one.
  private mutating func halve() {
    points = stride(from: 0, to: Self.limit, by: 2).map { place in
      let (first, second) = (points[place], points[place + 1])
      return HistoryPoint(
        least: min(first.least, second.least), greatest: max(first.greatest, second.greatest), last: second.last)
    }
    width *= 2
  }
}
