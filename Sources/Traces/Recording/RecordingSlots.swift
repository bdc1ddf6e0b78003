/// The slots in use, of which the lowest free one is found in four steps.
///
/// Four levels of bitmaps, 64 to 1: a bit of the lowest level says that a slot is taken; a bit of a higher level, that
/// all 64 bits below it are set.
struct RecordingSlots {
  private var levels: [[UInt64]] = [[], Array(repeating: 0, count: 4096), Array(repeating: 0, count: 64), [0]]
  /// One more than the highest slot that was ever taken.
  private(set) var count = 0
  private(set) var takenCount = 0

  static let limit = 1 << 24

  /// Takes the lowest free slot; nil when all are taken.
  mutating func take() -> Int? {
    guard levels[3][0] != .max else { return nil }
    var index = 0
    for level in (0..<4).reversed() {
      // Lower slots are taken first, so the lowest level grows by one word at a time.
      if level == 0 && index == levels[0].count { levels[0].append(0) }
      index = index * 64 + (~levels[level][index]).trailingZeroBitCount
    }
    var bit = index
    for level in 0..<4 {
      levels[level][bit / 64] |= 1 << UInt64(bit % 64)
      guard levels[level][bit / 64] == .max else { break }
      bit /= 64
    }
    count = max(count, index + 1)
    takenCount += 1
    return index
  }

  /// Gives a slot back.
  mutating func release(_ slot: Int) {
    var bit = slot
    for level in 0..<4 {
      let wasFull = levels[level][bit / 64] == .max
      levels[level][bit / 64] &= ~(1 << UInt64(bit % 64))
      guard wasFull else { break }
      bit /= 64
    }
    takenCount -= 1
  }
}
