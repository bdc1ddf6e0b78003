/// Where in a sorted list of blocks those of a page of addresses are.
///
/// A page is as large as makes as many pages as blocks, about: so one holds a few.
struct PageTable {
  private var lowest: UInt64 = 0
  /// Behind the last byte of all blocks.
  private var end: UInt64 = 0
  private var shift: UInt64 = 0
  /// For each page the first block that begins in it or behind it; and the number of blocks.
  private var firstInPage: [Int32] = []

  init() {}

  /// Of blocks in the order of their addresses.
  ///
  /// - Complexity: O(blocks).
  init(of blocks: [LeakFinder.State]) {
    guard let first = blocks.first, let last = blocks.last else { return }
    lowest = first.start
    end = last.end
    let span = end - lowest
    while span >> shift > UInt64(2 * blocks.count) { shift += 1 }
    firstInPage.reserveCapacity(Int(span >> shift) + 2)
    for (number, block) in blocks.enumerated() {
      let page = Int((block.start - lowest) >> shift)
      while firstInPage.count <= page { firstInPage.append(Int32(number)) }
    }
    while firstInPage.count <= Int(span >> shift) + 1 { firstInPage.append(Int32(blocks.count)) }
  }

  /// Whether a word may be the address of a block's byte.
  func mayHold(_ word: UInt64) -> Bool { word >= lowest && word < end }

  /// Among which blocks the last is that begins at or before an address: the one before the range may be it as well. Nil where no block is.
  func blocks(around address: UInt64) -> Range<Int>? {
    guard mayHold(address) else { return nil }
    let page = Int((address - lowest) >> shift)
    return Int(firstInPage[page])..<Int(firstInPage[page + 1])
  }
}
