// The pages of a hybrid allocator, in spans: what blocks that are large, runs, and free pages have in common. `HybridAllocator.swift` has the
// design, with a drawing of the records and the invariants.

import AllocLab

/// The pages, in spans, and the records of those that are runs. It is small, so that who only looks at it gets no copy of the classes.
@frozen @usableFromInline struct Spans: ~Copyable {
  @usableFromInline let heap: Heap
  /// The first page that was never handed out or came back, with all behind; 0 before the first request.
  var top = 0
  /// Where the top began at most since the last trim: pages behind were not touched.
  var touched = 0
  var firstPage = 0
  /// Where the tags begin, and the records.
  var tags = 0
  var records = 0
  /// Which bins have spans: of one length, and of several.
  var exact: UInt64 = 0
  var wide: UInt64 = 0

  @usableFromInline static var map: Int { 12 << 10 }
  /// The heap grows by this much, or by more for larger requests.
  static var chunk: Int { 256 << 10 }

  init(heap: Heap) { self.heap = heap }

  /// Sets the records up; whether there was room for them.
  mutating func begin() -> Bool {
    let count = heap.limit >> Address.pageShift
    tags = (Self.map + count * 2 + 63) & ~63
    records = (tags + count * 4 + 63) & ~63
    firstPage = Address(records + count * 64).pageAbove
    let missing = firstPage.address - heap.end
    guard missing <= 0 || heap.grow(by: missing) != nil else { return false }
    (top, touched) = (firstPage, firstPage)
    return true
  }

  // MARK: Records

  func half(_ place: Int) -> Int { Int(heap.load(Int32.self, at: Address(place))) }
  func setHalf(_ place: Int, _ value: Int) { heap.store(Int32(truncatingIfNeeded: value), at: Address(place)) }
  func record(_ page: Int) -> Int { records &+ page &* 64 }
  func count(_ page: Int) -> Int { half(tags &+ page &* 4) >> 1 }
  func isFree(_ page: Int) -> Bool { half(tags &+ page &* 4) & 1 != 0 }

  /// Writes a span's tags.
  func tag(_ page: Int, _ count: Int, isFree: Bool) {
    let tag = count << 1 | (isFree ? 1 : 0)
    setHalf(tags + page * 4, tag)
    setHalf(tags + (page + count - 1) * 4, tag)
  }

  /// The class of the block at `address`.
  @inlinable func sizeClass(of address: Address) -> Int {
    Int(heap.load(UInt8.self, at: Address(Self.map &+ (address.offset &>> 12) &* 2)))
  }
  func placeInRun(_ page: Int) -> Int { Int(heap.load(UInt8.self, at: Address(Self.map + page * 2 + 1))) }
  func setMap(_ page: Int, _ entry: Int) {
    heap.store(UInt16(truncatingIfNeeded: entry), at: Address(Self.map + page * 2))
  }

  /// Puts a span or run in front of a list, whose first one it is then.
  func link(_ page: Int, before first: Int) -> Int {
    setHalf(record(page), first)
    setHalf(record(page) + 4, 0)
    if first != 0 { setHalf(record(first) + 4, page) }
    return page
  }

  /// Takes a span or run out of its list; the first one of that then.
  func unlink(_ page: Int, from first: Int) -> Int {
    let (next, previous) = (half(record(page)), half(record(page) + 4))
    if next != 0 { setHalf(record(next) + 4, previous) }
    if previous != 0 { setHalf(record(previous), next) }
    return first == page ? next : first
  }

  // MARK: Runs

  func free(_ run: Int) -> Int { half(record(run) + 8) }
  func all(_ run: Int) -> Int { half(record(run) + 12) }
  func bitsPlace(_ run: Int, _ block: Int) -> Address { Address(record(run) + 32 + block >> 6 * 8) }

  /// Makes all blocks of a new run free.
  func setBlocks(of run: Int, _ count: Int) {
    setHalf(record(run) + 8, count)
    setHalf(record(run) + 12, count)
    for block in stride(from: 0, to: 256, by: 64) {
      let bits = min(max(count - block, 0), 64)
      heap.store(bits == 64 ? UInt64.max : 1 << UInt64(bits) - 1, at: bitsPlace(run, block))
    }
  }

  /// Moves free blocks of a run to a place in a magazine, the lowest to the top; how many, and whether there are no more.
  func takeBlocks(of run: Int, _ size: Int, atMost wanted: Int, to place: Address) -> (count: Int, isEmpty: Bool) {
    let count = min(free(run), wanted)
    var (rest, block) = (count, 0)
    while rest > 0 {
      var bits = heap.load(UInt64.self, at: bitsPlace(run, block))
      while bits != 0, rest > 0 {
        rest -= 1
        heap.store(run.address + (block + bits.trailingZeroBitCount) * size, at: place + rest * 8)
        bits &= bits - 1
      }
      heap.store(bits, at: bitsPlace(run, block))
      block += 64
    }
    setHalf(record(run) + 8, free(run) - count)
    return (count, free(run) == 0)
  }

  /// Makes a block of a run free; how many are then, of how many.
  func putBack(_ block: Int, of run: Int) -> (free: Int, all: Int) {
    let place = bitsPlace(run, block)
    heap.store(heap.load(UInt64.self, at: place) | 1 << UInt64(block & 63), at: place)
    setHalf(record(run) + 8, free(run) + 1)
    return (free(run), all(run))
  }

  // MARK: Free spans

  /// The bin for spans of so many pages: one length each below 64, four to each power of two from there on.
  static func bin(_ count: Int) -> Int {
    if count < 64 { return count }
    let log = 63 - count.leadingZeroBitCount
    return min(64 + (log - 6) * 4 + (count >> (log - 2)) & 3, 127)
  }

  mutating func setBin(_ bin: Int, _ first: Int) {
    setHalf(bin * 4, first)
    let bit = UInt64(1) << UInt64(bin & 63)
    if bin < 64 {
      exact = first != 0 ? exact | bit : exact & ~bit
    } else {
      wide = first != 0 ? wide | bit : wide & ~bit
    }
  }

  /// Puts a free span that no other is beside into its bin.
  mutating func add(_ page: Int, _ count: Int) {
    tag(page, count, isFree: true)
    let bin = Self.bin(count)
    setBin(bin, link(page, before: half(bin * 4)))
  }

  mutating func remove(_ page: Int, _ count: Int) {
    let bin = Self.bin(count)
    setBin(bin, unlink(page, from: half(bin * 4)))
  }

  /// A span from the bins, cut to length; nil where none is long enough.
  mutating func find(_ count: Int) -> Int? {
    let bin = Self.bin(count)
    var page = bin < 64 ? 0 : bestOf(bin, count)
    if page == 0 {
      // The first bin with any in which all are long enough.
      let larger = bin < 64 ? exact & (UInt64.max << UInt64(bin)) : 0
      let largest = bin < 64 ? wide : bin < 127 ? wide & (UInt64.max << UInt64(bin - 63)) : 0
      if larger != 0 {
        page = half(larger.trailingZeroBitCount * 4)
      } else if largest != 0 {
        page = half((64 + largest.trailingZeroBitCount) * 4)
      }
    }
    guard page != 0 else { return nil }
    let whole = self.count(page)
    remove(page, whole)
    tag(page, count, isFree: false)
    if whole > count { add(page + count, whole - count) }
    return page
  }

  /// Of the spans in a bin of several lengths the shortest that is long enough, or 0.
  func bestOf(_ bin: Int, _ wanted: Int) -> Int {
    var (best, bestCount, page) = (0, Int.max, half(bin * 4))
    while page != 0 {
      let count = count(page)
      if count >= wanted, count < bestCount { (best, bestCount) = (page, count) }
      page = half(record(page))
    }
    return best
  }

  /// A span from the top.
  mutating func takeLast(_ count: Int) -> Int? {
    guard reach(top + count) else { return nil }
    let page = top
    top += count
    tag(page, count, isFree: false)
    return page
  }

  /// Lets the heap grow, if need be, up to that page.
  mutating func reach(_ end: Int) -> Bool {
    let needed = end.address - heap.end
    let room = heap.limit - heap.end.offset
    guard
      needed <= 0
        || needed <= room
          && (heap.grow(by: min(max(needed, Self.chunk), room)) != nil || heap.grow(by: needed) != nil)
    else { return false }
    touched = max(touched, end)
    return true
  }

  /// Frees a span and joins it with its neighbours, or the top.
  mutating func release(_ page: Int, _ count: Int) {
    var (start, end) = (page, page + count)
    if start > firstPage, isFree(start - 1) {
      start -= self.count(start - 1)
      remove(start, page - start)
    }
    if end < top, isFree(end) {
      let behind = self.count(end)
      remove(end, behind)
      end += behind
    }
    if end == top { top = start } else { add(start, end - start) }
  }

  /// Whether a span could grow into what is free behind it; then it has.
  mutating func grow(_ page: Int, _ old: Int, to count: Int) -> Bool {
    let next = page + old
    if next == top {
      guard reach(page + count) else { return false }
      top = page + count
    } else {
      guard isFree(next), old + self.count(next) >= count else { return false }
      let whole = old + self.count(next)
      remove(next, whole - old)
      if whole > count { add(page + count, whole - count) }
    }
    return true
  }

  /// Decommits all free spans, and the top.
  mutating func trim() {
    guard top != 0 else { return }
    for bin in 1..<128 {
      var page = half(bin * 4)
      while page != 0 {
        heap.decommit(at: page.address, byteCount: count(page) << Address.pageShift)
        page = half(record(page))
      }
    }
    guard top < touched else { return }
    heap.decommit(at: top.address, byteCount: (touched - top) << Address.pageShift)
    touched = top
  }
}

extension Address {
  static var pageShift: Int { 12 }
  var page: Int { offset >> Self.pageShift }
  /// The first page that begins here or behind.
  var pageAbove: Int { alignedUp(to: Heap.pageSize).page }
}

extension Int {
  /// Where the page of that number begins.
  var address: Address { Address(self << Address.pageShift) }
}
