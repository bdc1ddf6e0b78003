// Pages in a table, and a free list through the blocks of each run, with a count of those that are live; no caches. A run goes back with its last
// block. Large blocks are pages, and free pages are found by looking at the table from the lowest on.
//
//     table      a word a page, in the heap's first pages:   0 free · 1 + first page of the block or run << 8 · class, or 255 for large
//     runs       16 KiB for sizes of up to 1 KiB in steps of 16, 32 KiB for four classes to each power of two above, up to 8 KiB
//     a record   | live | first free | next run | previous | never used yet |    40 bytes in front of the table, for each page
//
// INVARIANT: a run is in its class's list exactly while it has a free block.

import AllocLab

public struct HybridAllocator: SegregatedAllocator, ~Copyable {
  public let heap: Heap

  private static var page: Int { 4096 }
  private static var large: Int { 255 }
  private static var classCount: Int { 76 }
  /// The lists' heads come first, then records, then the table.
  private var table = 0
  private var firstPage = 0
  private var lastPage = 0
  /// No page below this is free.
  private var lowest = 0
  /// Pages from here on were never used since the last trim.
  private var touched = 0

  public init(heap: Heap) { self.heap = heap }

  private func word(_ place: Int) -> Int { heap.load(Int.self, at: Address(place)) }
  private func set(_ place: Int, _ value: Int) { heap.store(value, at: Address(place)) }
  private func entry(_ page: Int) -> Int { word(table + 8 * page) }
  private func record(_ page: Int) -> Int { 1024 + 40 * page }

  private mutating func begin() -> Bool {
    if firstPage > 0 { return true }
    lastPage = heap.limit / Self.page
    table = record(lastPage)
    let first = (table + 8 * lastPage + Self.page - 1) / Self.page
    guard first <= lastPage, heap.grow(by: first * Self.page) != nil else { return false }
    (firstPage, lowest, touched) = (first, first, first)
    return true
  }

  // MARK: Classes

  private static func number(_ size: Int) -> Int {
    if size <= 1024 { return (max(size, 1) + 15) / 16 - 1 }
    let power = 63 - (size - 1).leadingZeroBitCount
    return 64 + (power - 10) * 4 + ((size - 1) >> (power - 2)) & 3
  }

  private static func size(_ number: Int) -> Int {
    if number < 64 { return 16 * (number + 1) }
    return (((number - 64) & 3) + 5) << ((number - 64) / 4 + 8)
  }

  private static func runPages(_ number: Int) -> Int { number < 64 ? 4 : 8 }

  // MARK: Pages

  private mutating func take(_ count: Int, step: Int = 1) -> Int? {
    guard begin() else { return nil }
    while lowest < lastPage, entry(lowest) != 0 { lowest += 1 }
    var (start, page) = (lowest, lowest)
    start = (start + step - 1) & ~(step - 1)
    page = start
    while page - start < count {
      guard start + count <= lastPage else { return nil }
      if entry(page) != 0 {
        start = (page + step) & ~(step - 1)
        page = start
      } else {
        page += 1
      }
    }
    guard reach(start + count) else { return nil }
    return start
  }

  private mutating func reach(_ page: Int) -> Bool {
    let missing = page * Self.page - heap.end.offset
    guard missing <= 0 || heap.grow(by: missing) != nil else { return false }
    touched = max(touched, page)
    return true
  }

  private mutating func mark(_ first: Int, _ range: Range<Int>, _ number: Int) {
    for page in range { set(table + 8 * page, (first << 8 | number) + 1) }
  }

  private mutating func clear(_ range: Range<Int>) {
    for page in range { set(table + 8 * page, 0) }
    lowest = min(lowest, range.lowerBound)
  }

  private func endPage(_ first: Int) -> Int {
    let entry = entry(first)
    var page = first + 1
    while page < lastPage, self.entry(page) == entry { page += 1 }
    return page
  }

  // MARK: Runs

  private func capacity(_ run: Int, _ number: Int) -> Int {
    (endPage(run) - run) * Self.page / Self.size(number)
  }

  private mutating func insert(_ run: Int, _ number: Int) {
    let first = word(8 * number)
    set(record(run) + 16, first)
    set(record(run) + 24, 0)
    if first != 0 { set(record(first) + 24, run) }
    set(8 * number, run)
  }

  private mutating func remove(_ run: Int, _ number: Int) {
    let (next, previous) = (word(record(run) + 16), word(record(run) + 24))
    if next != 0 { set(record(next) + 24, previous) }
    if previous != 0 { set(record(previous) + 16, next) } else { set(8 * number, next) }
  }

  private mutating func allocateSmall(_ number: Int) -> Address? {
    let size = Self.size(number)
    if firstPage == 0 || word(8 * number) == 0 {
      var count = Self.runPages(number)
      var run = take(count)
      if run == nil {
        count = (size + Self.page - 1) / Self.page
        run = take(count)
      }
      guard let run else { return nil }
      mark(run, run..<run + count, number)
      for offset in stride(from: 0, to: 40, by: 8) { set(record(run) + offset, 0) }
      insert(run, number)
    }
    let run = word(8 * number)
    let record = record(run)
    var block = word(record + 8)
    if block != 0 {
      set(record + 8, word(block))
    } else {
      block = run * Self.page + word(record + 32) * size
      set(record + 32, word(record + 32) + 1)
    }
    set(record, word(record) + 1)
    if word(record) == capacity(run, number) { remove(run, number) }
    return Address(block)
  }

  // MARK: Blocks

  public mutating func allocate(_ layout: Layout) -> Address? {
    guard layout.size <= heap.limit, layout.alignment <= heap.limit else { return nil }
    let rounded = (max(layout.size, 1) + layout.alignment - 1) & ~(layout.alignment - 1)
    if rounded <= 8192, layout.alignment <= Self.page {
      // The first class whose blocks are all aligned.
      var number = Self.number(rounded)
      while number < Self.classCount, Self.size(number) & (layout.alignment - 1) != 0 { number += 1 }
      if number < Self.classCount { return allocateSmall(number) }
    }
    let count = (max(layout.size, 1) + Self.page - 1) / Self.page
    guard let first = take(count, step: max(layout.alignment / Self.page, 1)) else { return nil }
    mark(first, first..<first + count, Self.large)
    return Address(first * Self.page)
  }

  public mutating func deallocate(_ address: Address) {
    let entry = entry(address.offset / Self.page) - 1
    let (run, number) = (entry >> 8, entry & 255)
    guard number != Self.large else { return clear(run..<endPage(run)) }
    let record = record(run)
    let live = word(record)
    set(address.offset, word(record + 8))
    set(record + 8, address.offset)
    set(record, live - 1)
    let wasFull = live == capacity(run, number)
    if live == 1 {
      if !wasFull { remove(run, number) }
      clear(run..<endPage(run))
    } else if wasFull {
      insert(run, number)
    }
  }

  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    guard layout.size <= heap.limit else { return nil }
    let entry = entry(address.offset / Self.page) - 1
    let (first, number) = (entry >> 8, entry & 255)
    let room: Int
    if number == Self.large {
      let (end, wanted) = (endPage(first), first + max(1, (layout.size + Self.page - 1) / Self.page))
      room = (end - first) * Self.page
      if address.isAligned(to: layout.alignment) {
        if wanted <= end {
          clear(wanted..<end)
          return address
        }
        if wanted <= lastPage, (end..<wanted).allSatisfy({ self.entry($0) == 0 }), reach(wanted) {
          mark(first, end..<wanted, Self.large)
          return address
        }
      }
    } else {
      room = Self.size(number)
      if address.isAligned(to: layout.alignment), layout.size <= room, layout.size >= room / 4 - 4 { return address }
    }
    guard let new = allocate(layout) else {
      return layout.size <= room && address.isAligned(to: layout.alignment) ? address : nil
    }
    heap.copy(from: address, to: new, byteCount: min(room, layout.size))
    deallocate(address)
    return new
  }

  public mutating func trim() {
    var page = lowest
    while page < touched {
      var end = page
      while end < touched, entry(end) == 0 { end += 1 }
      if end > page { heap.decommit(at: Address(page * Self.page), byteCount: (end - page) * Self.page) }
      if end == touched { touched = page }
      page = end + 1
    }
  }
}
