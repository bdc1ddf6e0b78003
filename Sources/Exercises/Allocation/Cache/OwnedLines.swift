import Examining

/// Which lines of a heap have bytes of live blocks, and whose.
struct OwnedLines {
  /// A word a line: how many blocks, twice; and the owner in the lowest bit.
  private var words: [UInt16]

  init(byteCount: Int) { words = Array(repeating: 0, count: byteCount / CacheModel.lineBytes + 1) }

  /// A block of an owner, 0 or 1, takes its lines.
  ///
  /// - Returns: false, with nothing changed, where one is of the other.
  mutating func insert(_ start: Int, _ count: Int, owner: Int) -> Bool {
    let lines = start / CacheModel.lineBytes...(start + count - 1) / CacheModel.lineBytes
    guard lines.allSatisfy({ words[$0] < 2 || Int(words[$0] & 1) == owner }) else { return false }
    for line in lines { words[line] = (words[line] & ~1 | UInt16(owner)) + 2 }
    return true
  }

  /// A block has ended.
  mutating func remove(_ start: Int, _ count: Int) {
    for line in start / CacheModel.lineBytes...(start + count - 1) / CacheModel.lineBytes where words[line] >= 2 {
      words[line] -= 2
    }
  }
}
