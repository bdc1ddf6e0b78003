/// Ranges of addresses in their order, which neither overlap nor touch.
struct RangeList {
  private(set) var ranges: [(low: UInt64, high: UInt64)] = []

  /// The first range that ends behind an address.
  private func first(endingBehind address: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low &+ high) / 2
      if ranges[middle].high <= address { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  func overlaps(_ low: UInt64, _ high: UInt64) -> Bool {
    let place = first(endingBehind: low)
    return low < high && place < ranges.count && ranges[place].low < high
  }

  /// Whether all bytes of a range are in one of them; of none, they always are.
  func covers(_ low: UInt64, _ high: UInt64) -> Bool {
    guard low < high else { return true }
    let place = first(endingBehind: low)
    return place < ranges.count && ranges[place].low <= low && high <= ranges[place].high
  }

  /// Adds a range that overlaps none; it grows together with those that it touches.
  mutating func insert(_ low: UInt64, _ high: UInt64) {
    guard low < high else { return }
    var place = first(endingBehind: low)
    var new = (low: low, high: high)
    if place < ranges.count, ranges[place].low == high { new.high = ranges.remove(at: place).high }
    if place > 0, ranges[place &- 1].high == low {
      place &-= 1
      new.low = ranges.remove(at: place).low
    }
    ranges.insert(new, at: place)
  }

  /// Removes a range that one of them covers.
  mutating func remove(_ low: UInt64, _ high: UInt64) {
    guard low < high else { return }
    let place = first(endingBehind: low)
    let old = ranges.remove(at: place)
    if high < old.high { ranges.insert((high, old.high), at: place) }
    if old.low < low { ranges.insert((old.low, low), at: place) }
  }

  /// Those that have a byte in common with a range.
  func forEach(in low: UInt64, _ high: UInt64, _ body: (UInt64, UInt64) -> Void) {
    for range in ranges[first(endingBehind: low)...] {
      guard range.low < high else { return }
      body(range.low, range.high)
    }
  }
}
