import AllocLab

/// Powers of two: each page has slots of one size, and is one owner's, for blocks with hints or for those without. A block with a hint goes into
/// the hint's line, or into a line of which nothing is used.
public struct ColocatingAllocator: CacheFriendlyAllocator, ~Copyable {
  private let heap: Heap
  private let pageLimit: Int
  private let start: Int
  private var pageEnd = 0
  private var largeBlocks = 0
  /// The page that served last, by class, owner and whether there was a hint.
  private var recent: [32 of Int] = .init(repeating: -1)

  // A row of 64 bytes for each page: kind, order, owner, count (16 bits each), then 256 bits of slots in use.
  private static let slots: UInt64 = 1, large: UInt64 = 2, rest: UInt64 = 3

  public init(heap: Heap) {
    self.heap = heap
    pageLimit = heap.limit / (4096 + 64)
    start = (pageLimit * 64 + 4095) / 4096 * 4096
    _ = heap.grow(by: min(start, heap.limit))
  }

  private func row(_ page: Int) -> UInt64 { heap.load(at: Address(64 * page)) }
  private func setRow(_ page: Int, _ kind: UInt64, _ order: Int, _ owner: Int, _ count: Int) {
    heap.store(kind | UInt64(order) << 16 | UInt64(owner) << 32 | UInt64(count) << 48, at: Address(64 * page))
  }
  private func bits(_ page: Int, _ word: Int) -> UInt64 { heap.load(at: Address(64 * page + 8 + 8 * word)) }

  public mutating func allocate(_ layout: Layout, near hint: Address?, owner: Int) -> Address? {
    let bytes = max(layout.size, layout.alignment, 16)
    guard bytes < heap.limit else { return nil }
    let order = Int.bitWidth - (bytes - 1).leadingZeroBitCount
    guard order <= 11 else { return allocatePages(layout) }
    if let hint, hint.offset >= start {
      let page = (hint.offset - start) / 4096
      let slot = ((hint.offset - start) % 4096) >> order
      if page < pageEnd, let found = take(page, order, owner, line: slot) {
        return found
      }
      for word in [owner, owner + 2] where page < pageEnd && row(page) & 0xffff_ffff_ffff == key(order, word) {
        if let found = take(page, order, word, from: slot, emptyLine: true) { return found }
      }
    }
    let stream = hint == nil ? owner : owner + 2
    let place = (order - 4) * 4 + stream
    let wanted = key(order, stream)
    if recent[place] >= 0, row(recent[place]) & 0xffff_ffff_ffff == wanted,
      let found = take(recent[place], order, stream, from: 0, emptyLine: hint != nil)
    {
      return found
    }
    for page in 0..<pageEnd where row(page) & 0xffff_ffff_ffff == wanted {
      guard let found = take(page, order, stream, from: 0, emptyLine: hint != nil) else { continue }
      recent[place] = page
      return found
    }
    guard let page = freePages(1, alignment: 1) else { return nil }
    setRow(page, Self.slots, order, stream, 0)
    for word in 0..<4 { heap.store(UInt64(0), at: Address(64 * page + 8 + 8 * word)) }
    recent[place] = page
    return take(page, order, stream, from: 0, emptyLine: false)
  }

  private func key(_ order: Int, _ stream: Int) -> UInt64 {
    Self.slots | UInt64(order) << 16 | UInt64(stream) << 32
  }

  /// In the line of a slot, if its page is of this size and owner.
  private func take(_ page: Int, _ order: Int, _ owner: Int, line slot: Int) -> Address? {
    let row = row(page)
    let stream = Int(row >> 32 & 0xffff)
    guard row & 0xffff_ffff == key(order, 0), stream % 2 == owner else { return nil }
    let each = max(1, 64 >> order)
    let first = slot / each * each
    for slot in first..<min(first + each, 4096 >> order) {
      if let found = mark(page, order, stream, slot) { return found }
    }
    return nil
  }

  private func take(_ page: Int, _ order: Int, _ stream: Int, from first: Int, emptyLine: Bool) -> Address? {
    let all = 4096 >> order
    guard Int(row(page) >> 48) < all else { return nil }
    let each = emptyLine ? max(1, 64 >> order) : 1
    for step in 0..<all / each {
      let slot = (first / each + step) % (all / each) * each
      let mask = UInt64(1 << each - 1) << UInt64(slot % 64)
      if bits(page, slot / 64) & mask == 0, let found = mark(page, order, stream, slot) { return found }
    }
    return nil
  }

  /// A slot, if it is free.
  private func mark(_ page: Int, _ order: Int, _ stream: Int, _ slot: Int) -> Address? {
    let word = bits(page, slot / 64)
    guard word >> UInt64(slot % 64) & 1 == 0 else { return nil }
    heap.store(word | 1 << UInt64(slot % 64), at: Address(64 * page + 8 + 8 * (slot / 64)))
    setRow(page, Self.slots, order, stream, Int(row(page) >> 48) + 1)
    return Address(start + 4096 * page + (slot << order))
  }

  private mutating func allocatePages(_ layout: Layout) -> Address? {
    let shift = layout.alignment <= 64 ? largeBlocks % 8 * 128 : 0
    let count = (layout.size + shift + 4095) / 4096
    guard let page = freePages(count, alignment: layout.alignment) else { return nil }
    largeBlocks += 1
    setRow(page, Self.large, 0, 0, 0)
    heap.store(UInt64(count), at: Address(64 * page + 8))
    for page in page + 1..<max(page + 1, page + count) { setRow(page, Self.rest, 0, 0, 0) }
    return Address(start + 4096 * page + shift)
  }

  /// So many free pages in a row; the heap grows for them where it must.
  private mutating func freePages(_ count: Int, alignment: Int) -> Int? {
    var page = 0
    var length = 0
    while page < pageLimit {
      if length == 0, (start + 4096 * page) % max(alignment, 1) != 0 {
        page += 1
        continue
      }
      length = page >= pageEnd || row(page) == 0 ? length + 1 : 0
      page += 1
      guard length == max(count, 1) else { continue }
      if page > pageEnd {
        guard heap.grow(by: 4096 * (page - pageEnd)) != nil else { return nil }
        pageEnd = page
      }
      return page - length
    }
    return nil
  }

  public mutating func deallocate(_ address: Address, by thread: Int) {
    let page = (address.offset - start) / 4096
    let row = row(page)
    if row & 0xffff == Self.large {
      let count: UInt64 = heap.load(at: Address(64 * page + 8))
      for page in page..<page + max(1, Int(count)) { setRow(page, 0, 0, 0, 0) }
      return
    }
    let order = Int(row >> 16 & 0xffff)
    let slot = ((address.offset - start) % 4096) >> order
    let left = Int(row >> 48) - 1
    let word = bits(page, slot / 64) & ~(1 << UInt64(slot % 64))
    heap.store(word, at: Address(64 * page + 8 + 8 * (slot / 64)))
    if left == 0 { setRow(page, 0, 0, 0, 0) } else { setRow(page, Self.slots, order, Int(row >> 32 & 0xffff), left) }
  }
}
