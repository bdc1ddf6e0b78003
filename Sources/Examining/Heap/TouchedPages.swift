/// The pages of a heap in which blocks lay at some time.
struct TouchedPages {
  private static let shift = 12

  /// A bit for each page.
  private var words: [UInt64]
  private var count = 0

  /// - Parameter byteCount: of the heap; nothing beyond it is kept.
  init(byteCount: Int) {
    words = Array(repeating: 0, count: (byteCount >> Self.shift + 63) / 64)
  }

  /// Their size, in bytes.
  var byteCount: Int { count << Self.shift }

  /// - Complexity: O(pages of the block).
  mutating func insert(_ address: Int, _ size: Int) {
    guard size > 0 else { return }
    var page = address >> Self.shift
    let last = min((address + size - 1) >> Self.shift, 64 * words.count - 1)
    while page <= last {
      let bit: UInt64 = 1 << UInt64(page & 63)
      if words[page >> 6] & bit == 0 {
        words[page >> 6] |= bit
        count += 1
      }
      page += 1
    }
  }
}
