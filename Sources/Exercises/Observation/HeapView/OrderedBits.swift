/// A set of small numbers, of which the next and the one before any number are found at once.
///
/// Each word of a level says which words of the level below are not 0.
struct OrderedBits {
  private var levels: [[UInt64]] = []

  /// - Parameter count: numbers are below it.
  init(count: Int) {
    var words = max(1, (count + 63) / 64)
    levels.append(Array(repeating: 0, count: words))
    while words > 1 {
      words = (words + 63) / 64
      levels.append(Array(repeating: 0, count: words))
    }
  }

  func contains(_ number: Int) -> Bool { levels[0][number / 64] >> UInt64(number % 64) & 1 == 1 }

  mutating func insert(_ number: Int) {
    var number = number
    for level in levels.indices {
      levels[level][number / 64] |= 1 << UInt64(number % 64)
      number /= 64
    }
  }

  mutating func remove(_ number: Int) {
    var number = number
    for level in levels.indices {
      levels[level][number / 64] &= ~(1 << UInt64(number % 64))
      if levels[level][number / 64] != 0 { return }
      number /= 64
    }
  }

  /// The smallest number of the set from one on.
  func next(from number: Int) -> Int? {
    var (number, level) = (number, 0)
    while level < levels.count, number / 64 < levels[level].count {
      let rest = levels[level][number / 64] >> UInt64(number % 64)
      if rest != 0 {
        number += rest.trailingZeroBitCount
        while level > 0 {
          level -= 1
          number = 64 * number + levels[level][number].trailingZeroBitCount
        }
        return number
      }
      (number, level) = (number / 64 + 1, level + 1)
    }
    return nil
  }

  /// The greatest number of the set below one.
  func last(below number: Int) -> Int? {
    var (number, level) = (number - 1, 0)
    while level < levels.count, number >= 0 {
      let rest = levels[level][number / 64] << UInt64(63 - number % 64)
      if rest != 0 {
        number -= rest.leadingZeroBitCount
        while level > 0 {
          level -= 1
          number = 64 * number + 63 - levels[level][number].leadingZeroBitCount
        }
        return number
      }
      (number, level) = (number / 64 - 1, level + 1)
    }
    return nil
  }
}
