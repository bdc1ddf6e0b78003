/// Which bytes of a heap belong to a live block: one bit a byte.
///
/// An overlap of any kind, enclosure included, shows as a bit that is set already, at the cost of one word for 64 bytes.
package struct LiveBytes {
  private let words: ZeroedWords<UInt64>
  /// Where the bytes may lie anywhere in a process's memory; `words` is not used then.
  private let chunks: LiveChunks?

  /// No live bytes in a heap of `byteCount` bytes.
  package init(byteCount: Int) {
    words = ZeroedWords(count: byteCount / 64 + 2)
    chunks = nil
  }

  /// No live bytes in a whole address space.
  package static var inAddressSpace: LiveBytes { LiveBytes(chunks: LiveChunks()) }

  private init(chunks: LiveChunks) {
    words = ZeroedWords(count: 1)
    self.chunks = chunks
  }

  /// Whether the blocks of an address space lie so far from each other that no program does so.
  package var isScattered: Bool { chunks?.isFull ?? false }

  /// Marks the bytes of a new block.
  ///
  /// - Returns: false, with nothing marked, where one of them is live already.
  /// - Complexity: O(`count` / 64).
  package mutating func insert(_ start: Int, _ count: Int) -> Bool {
    if let chunks { return chunks.insert(start, count) }
    let first = start >> 6
    let last = (start + count - 1) >> 6
    let head = ~UInt64(0) << UInt64(start & 63)
    let tail = ~UInt64(0) >> UInt64(63 - (start + count - 1) & 63)
    if first == last {
      let mask = head & tail
      if words[first] & mask != 0 { return false }
      words[first] |= mask
      return true
    }
    if words[first] & head != 0 || words[last] & tail != 0 { return false }
    var index = first + 1
    while index < last {
      if words[index] != 0 { return false }
      index += 1
    }
    words[first] |= head
    words[last] |= tail
    index = first + 1
    while index < last {
      words[index] = ~0
      index += 1
    }
    return true
  }

  /// Unmarks the bytes of a block that has ended.
  package mutating func remove(_ start: Int, _ count: Int) {
    if let chunks { return chunks.remove(start, count) }
    let first = start >> 6
    let last = (start + count - 1) >> 6
    let head = ~UInt64(0) << UInt64(start & 63)
    let tail = ~UInt64(0) >> UInt64(63 - (start + count - 1) & 63)
    if first == last {
      words[first] &= ~(head & tail)
      return
    }
    words[first] &= ~head
    words[last] &= ~tail
    var index = first + 1
    while index < last {
      words[index] = 0
      index += 1
    }
  }

  /// Whether none of `count` bytes from `start` is live.
  package func isFree(_ start: Int, _ count: Int) -> Bool {
    if let chunks { return chunks.isFree(start, count) }
    guard count > 0 else { return true }
    let (first, last) = (start >> 6, (start + count - 1) >> 6)
    let head = ~UInt64(0) << UInt64(start & 63)
    let tail = ~UInt64(0) >> UInt64(63 - (start + count - 1) & 63)
    if first == last { return words[first] & head & tail == 0 }
    guard words[first] & head == 0, words[last] & tail == 0 else { return false }
    for index in first + 1..<last where words[index] != 0 { return false }
    return true
  }

  /// How many bytes are live.
  ///
  /// - Complexity: O(bytes of the heap / 64).
  package var count: Int {
    if let chunks { return chunks.count }
    return (0..<words.count).reduce(0) { $0 + words[$1].nonzeroBitCount }
  }
}
