import AllocLab

/// A leak detector in the way of memcheck: a mark stack, three passes, and everything about a block in one record.
///
/// **Idea.** Whatever is found to be better off than before is put on a stack, and looked through when it comes off again.
///
///     pass 1    the roots' start pointers, then what comes off the stack:  reachable
///     pass 2    the roots' inner pointers, and all that reachable blocks hold: possible
///     pass 3    the rest, by ascending addresses: each a head, all that it leads to indirect
///
/// In the first two passes together a block is put on the stack at most twice: when it becomes possible, and when it becomes reachable. In
/// the third it is once as a head and once when another head takes it over.
///
/// **Which block is this?** Almost no word is a pointer. What is below the first block or above the last is none; what is left is looked for
/// among the blocks by halving, but only inside a page of addresses, for which a table says where its blocks begin:
///
///     firstInPage   [ 0 | 3 | 3 | 7 | …]     the first block that ends behind the page's start
///                     |   |
///     blocks        [ 0 1 2 | 3 4 5 6 | 7 …]  by address
///
/// **Invariants.** A block on the stack has been looked through for nothing less than what it is now. `lost` is 0 but for heads. What is
/// summed up of categories is the number of blocks.
///
/// **Costs.** O(words of memory that is looked through) with a look into the page table each, O(log blocks in a page) for words that may
/// be pointers. 32 bytes a block, and 4 bytes a page.
///
/// Source: valgrind's manual, 4.2.8; Boehm and Weiser, "Garbage Collection in an Uncooperative Environment", 1988.
public struct LeakFinder: LeakDetector, ~Copyable {
  /// What is known of a block.
  struct State {
    let start: UInt64
    /// Behind its last byte; of a block of 0 bytes, behind its first.
    let end: UInt64
    /// Nil while nothing has led to it.
    var category: LeakCategory?
    /// Of a head: bytes that are indirect by it.
    var lost = 0
  }

  let image: HeapImage
  private(set) var blocks: [State] = []
  private var pages = PageTable()
  private var pending: [Int] = []

  public init(image: HeapImage) {
    self.image = image
    blocks.reserveCapacity(image.blocks.count)
    for block in image.blocks {
      blocks.append(State(start: block.address, end: block.address &+ UInt64(max(block.size, 1))))
    }
    pages = PageTable(of: blocks)
    markFromRoots()
    findHeads()
  }

  // MARK: - The passes

  private mutating func markFromRoots() {
    for word in image.registers { mark(word, as: .reachable) }
    for region in image.regions where region.kind != .heap {
      scan(region.start, byteCount: region.byteCount) { finder, word in finder.mark(word, as: .reachable) }
    }
    lookThroughPending { finder, holder, word in finder.mark(word, as: finder.blocks[holder].category ?? .possible) }
  }

  /// Where a word points to a block, the block is as well off as who holds the word, if it points to its start; else it is possible.
  private mutating func mark(_ word: UInt64, as holder: LeakCategory) {
    guard let block = block(at: word) else { return }
    let isStart = blocks[block].start == word
    if holder == .reachable, isStart {
      guard blocks[block].category != .reachable else { return }
      blocks[block].category = .reachable
    } else {
      guard blocks[block].category == nil else { return }
      blocks[block].category = .possible
    }
    pending.append(block)
  }

  private mutating func findHeads() {
    for head in blocks.indices where blocks[head].category == nil {
      blocks[head].category = .definite
      pending.append(head)
      lookThroughPending { finder, _, word in finder.take(word, by: head) }
    }
  }

  /// Makes a lost block indirect, with all that it was the head of.
  private mutating func take(_ word: UInt64, by head: Int) {
    guard let block = block(at: word), block != head else { return }
    guard blocks[block].category == nil || blocks[block].category == .definite else { return }
    blocks[block].category = .indirect
    blocks[head].lost += image.blocks[block].size + blocks[block].lost
    blocks[block].lost = 0
    pending.append(block)
  }

  private mutating func lookThroughPending(_ body: (inout LeakFinder, Int, UInt64) -> Void) {
    while let block = pending.popLast() {
      scan(blocks[block].start, byteCount: image.blocks[block].size) { finder, word in body(&finder, block, word) }
    }
  }

  /// The words at multiples of eight all of whose bytes are among so many from `start` on.
  private mutating func scan(_ start: UInt64, byteCount: Int, _ body: (inout LeakFinder, UInt64) -> Void) {
    let end = start &+ UInt64(byteCount)
    var address = (start &+ 7) & ~7
    while address &+ 8 <= end {
      if let word = image.load(address), pages.mayHold(word) { body(&self, word) }
      address &+= 8
    }
  }

  /// The block that a byte of the program's memory belongs to.
  private func block(at address: UInt64) -> Int? {
    guard let range = pages.blocks(around: address) else { return nil }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && address < blocks[low - 1].end ? low - 1 : nil
  }

  // MARK: - Answers

  public mutating func classify(_ categories: inout CategoryList) {
    for block in blocks { categories.append(block.category ?? .definite) }
  }

  public mutating func total(_ category: LeakCategory) -> LeakTotal {
    var total = LeakTotal()
    for block in blocks.indices where blocks[block].category == category {
      total.blocks += 1
      total.bytes += image.blocks[block].size
    }
    return total
  }

  public mutating func report(_ records: inout RecordList) {
    for category in LeakCategory.allCases {
      var bySite: [UInt64: LeakRecord] = [:]
      for (place, block) in blocks.enumerated() where block.category == category {
        let item = image.blocks[place]
        let none = LeakRecord(category: category, site: item.site, total: LeakTotal())
        bySite[item.site, default: none].total.blocks += 1
        bySite[item.site, default: none].total.bytes += item.size
        bySite[item.site, default: none].indirectBytes += block.lost
      }
      for site in bySite.keys.sorted() {
        if let record = bySite[site] { records.append(record) }
      }
    }
  }
}
