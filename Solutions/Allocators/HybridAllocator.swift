// A hybrid allocator: magazines of small blocks, runs of medium ones, and spans of pages below both.
//
// THE IDEA. What is small is asked for often and should cost a few instructions; what is large is asked for seldom and should waste
// nothing. So three allocators stand one on the other, and each block is served by the highest that can:
//
//     magazines   a stack of free blocks for each class of sizes (Bonwick and Adams, "Magazines and Vmem", USENIX 2001)
//         ↕ half a magazine at a time
//     runs        a few pages cut into blocks of one class, with a bit for each that is free (Bonwick, "The Slab Allocator", 1994)
//         ↕ a run when one is needed, or when it is empty
//     spans       whole pages with boundary tags in a table (Knuth, TAOCP vol. 1, §2.5), which are blocks themselves if they are large
//
// Whose a block is follows from its page: the *map* has a class for each page, so `deallocate` needs one look at it. No block has
// a header. Memory moves from class to class as spans: a run that is empty goes back at once, and before anything is refused all
// magazines are emptied.
//
// THE STRUCTURE. Page numbers are 0 for none: the records are there. All is in the heap but for a table of the classes.
//
//     0      512          12 KiB                         firstPage                   top                end
//     +------+------------+--------+--------+------------+- - - - - - - - - - - - - -+-------------------+
//     | bins | magazines  | map    | tags   | records    | span | run | run | span … | free, in no bin   |
//     |      |            | 2 B    | 4 B    | 64 B a page|                           |                   |
//     +------+------------+--------+--------+------------+- - - - - - - - - - - - - -+-------------------+
//
//     map        | class | the page's place in its run |
//     a tag      | pages · isFree |                                                   at a span's first and last page
//     a record   | next | previous | free blocks | all blocks |  –  | a bit for each free block, 4 words |
//                  0      4          8             12                32
//
// A span's first and last page have its length and whether it is free, so neighbours join in constant time. The links are those of free spans
// in their bin, and of runs with free blocks in their class's list; both in the first page's record. Magazines hold addresses, 8 bytes each.
//
// CLASSES. 0 … 55 are of 16, 32 … 128 bytes, then eight to each power of two up to 8 KiB: rounding wastes an eighth at most. Blocks of a run lie
// at multiples of their size from a page's start on, so a size that is a multiple of an alignment up to a page is aligned by itself. 56 … 69
// are spans of 3 … 16 pages, which magazines keep as well, a few of each; 255 is what is longer.
//
// The spans and their records are in `HybridAllocator+Spans.swift`.
//
// INVARIANTS, which `invariantViolations()` looks at one by one.
//     1  from firstPage on, span follows span up to top, and both ends of each say the same;  top ≤ heap.end ÷ 4096
//     2  no free span follows a free one, or lies below the top
//     3  bin b's list has the free spans of its lengths, each once, and bit b is set iff it has any
//     4  each page of a run has the run's class and its place in the map, and each other live span's first page the class of its length
//     5  a run has as many free blocks as bits set, and fewer than all; it is in its class's list iff it has any
//     6  what is in a magazine is a block or span of its class, in no other place there, and no bit says that it is free
//
// COSTS. `allocate` and `deallocate`: a few loads and stores, and no look at the block itself; once in half a magazine a run's bits are
// searched. Large blocks: a look into the bins, and at both neighbours. Space: 70 bytes a page, an eighth by rounding, a sixteenth by what
// runs leave over, and at most 64 KiB in each magazine until the heap has grown by an eighth.

import AllocLab

/// Small blocks from magazines, medium ones from runs, large ones as spans of pages.
@frozen public struct HybridAllocator: SegregatedAllocator, ~Copyable {
  @usableFromInline var spans: Spans
  @usableFromInline var classes = InlineArray<70, SizeClass>(repeating: SizeClass())
  /// Where the next magazine begins.
  var magazinesEnd = 512
  /// Up to which page the top may go before the magazines are emptied.
  var nextSpill = 0

  @usableFromInline static var largestClass: Int { 8192 }
  /// The class of spans that no magazine keeps, and the first of those that are kept.
  static var large: Int { 255 }
  static var firstSpanClass: Int { 56 }
  static var spanPages: ClosedRange<Int> { 3...16 }
  /// The most pages of a run, and blocks.
  static var runPages: Int { 8 }
  static var runBlocks: Int { 256 }
  /// The magazines are emptied each time that the heap has so many pages more, or an eighth.
  static var spillPages: Int { 64 }

  public init(heap: Heap) { spans = Spans(heap: heap) }

  @inlinable public var heap: Heap { spans.heap }

  // MARK: Blocks

  @inlinable public mutating func allocate(_ layout: Layout) -> Address? {
    let last = layout.size &- 1
    guard UInt(bitPattern: last) < UInt(Self.largestClass), layout.alignment <= 16 else {
      return allocateSeldom(layout)
    }
    return allocate(class: Self.sizeClass(last))
  }

  @inlinable mutating func allocate(class number: Int) -> Address? {
    var top = classes[number].top
    if top == classes[number].bottom {
      guard refill(number) else { return nil }
      top = classes[number].top
    }
    classes[number].top = top &- 8
    return spans.heap.load(at: Address(top &- 8))
  }

  @inlinable public mutating func deallocate(_ address: Address) {
    let number = spans.sizeClass(of: address)
    guard number < 70 else { return deallocateLarge(address) }
    if classes[number].top == classes[number].end { spill(number, classes[number].capacity &>> 1) }
    let top = classes[number].top
    spans.heap.store(address, at: Address(top))
    classes[number].top = top &+ 8
  }

  /// In place where the block still fits and needs a quarter of its place or more, or where there are free pages behind it.
  public mutating func reallocate(_ address: Address, to layout: Layout) -> Address? {
    let number = spans.sizeClass(of: address)
    let isSpan = number >= Self.firstSpanClass
    let room = isSpan ? spans.count(address.page) << Address.pageShift : classes[number].size
    let fits = layout.size <= room && address.isAligned(to: layout.alignment)
    if address.isAligned(to: layout.alignment), layout.size &+ 4 >= room >> 2 || layout.size > Self.largestClass {
      if isSpan ? resize(address.page, layout.size) : fits { return address }
    }
    guard let new = allocate(layout) else { return fits ? address : nil }
    heap.copy(from: address, to: new, byteCount: min(room, layout.size))
    deallocate(address)
    return new
  }

  /// Sizes of 0, alignments above 16, and large blocks.
  @usableFromInline mutating func allocateSeldom(_ layout: Layout) -> Address? {
    let (size, alignment) = (max(layout.size, 1), layout.alignment)
    guard size <= heap.limit, alignment <= heap.limit else { return nil }
    // A multiple of the alignment, so that all blocks of its class are.
    let rounded = (size + alignment - 1) & ~(alignment - 1)
    if alignment <= Heap.pageSize, rounded <= Self.largestClass { return allocate(class: Self.sizeClass(rounded - 1)) }
    let count = Address(size).pageAbove
    let number = Self.spanClass(count)
    if alignment <= Heap.pageSize, number != Self.large { return allocate(class: number) }
    guard let page = take(count, alignment: max(alignment >> Address.pageShift, 1)) else { return nil }
    own(page, count)
    return page.address
  }

  @usableFromInline mutating func deallocateLarge(_ address: Address) {
    spans.release(address.page, spans.count(address.page))
  }

  /// Whether the large block at `page` could have that size where it is; then it has.
  mutating func resize(_ page: Int, _ size: Int) -> Bool {
    guard size <= heap.limit else { return false }
    let (old, count) = (spans.count(page), max(Address(size).pageAbove, 1))
    // Behind it may be runs whose last blocks are in magazines.
    guard count <= old || spans.grow(page, old, to: count) || spillAll() && spans.grow(page, old, to: count) else {
      return false
    }
    own(page, count)
    if count < old { spans.release(page + count, old - count) }
    return true
  }

  // MARK: Classes

  /// The class for sizes of `last` + 1 bytes: 0 … 7 for 16, 32 … 128, then eight to each power of two.
  @inlinable static func sizeClass(_ last: Int) -> Int {
    let shift = 60 &- (last | 128).leadingZeroBitCount
    return last &>> shift &+ (shift &- 4) &* 8
  }

  /// The class for spans of so many pages.
  static func spanClass(_ count: Int) -> Int {
    spanPages.contains(count) ? count - spanPages.lowerBound + firstSpanClass : large
  }

  /// Makes a span a block, or one of a magazine's.
  mutating func own(_ page: Int, _ count: Int) {
    let number = Self.spanClass(count)
    if number != Self.large, classes[number].size == 0 { prepare(number) }
    spans.tag(page, count, isFree: false)
    spans.setMap(page, number)
  }

  /// Sets up a class when its first block is wanted: the shape of its runs, and its magazine.
  mutating func prepare(_ number: Int) {
    let (capacity, size): (Int, Int)
    if number >= Self.firstSpanClass {
      size = (number - Self.firstSpanClass + Self.spanPages.lowerBound) << Address.pageShift
      capacity = max(2, (64 << 10) / size)
    } else {
      size = number < 8 ? (number + 1) << 4 : (number & 7 + 9) << (number >> 3 + 3)
      capacity = min(64, max(8, Self.largestClass / size))
      // The fewest pages that waste no more than a sixteenth and have eight blocks; or as many as there can be.
      var bytes = Heap.pageSize
      func blocks() -> Int { min(bytes / size, Self.runBlocks) }
      while bytes < Self.runPages * Heap.pageSize, blocks() < 8 || (bytes - blocks() * size) << 4 > bytes {
        bytes += Heap.pageSize
      }
      classes[number].runPages = bytes >> Address.pageShift
    }
    classes[number].size = size
    classes[number].bottom = magazinesEnd
    classes[number].top = magazinesEnd
    magazinesEnd += capacity * 8
    classes[number].end = magazinesEnd
  }

  // MARK: Magazines

  /// Puts up to half a magazine of free blocks into an empty one; whether there was any.
  @usableFromInline @inline(never) mutating func refill(_ number: Int) -> Bool {
    if classes[number].size == 0 {
      guard spans.top != 0 || spans.begin() else { return false }
      prepare(number)
    }
    if number >= Self.firstSpanClass {
      let count = classes[number].size >> Address.pageShift
      guard let page = take(count) else { return false }
      own(page, count)
      heap.store(page.address, at: Address(classes[number].top))
      classes[number].top += 8
      return true
    }
    var wanted = classes[number].capacity >> 1
    while wanted > 0 {
      if classes[number].runs == 0, classes[number].top != classes[number].bottom || !beginRun(number) { break }
      let run = classes[number].runs
      let (count, isEmpty) = spans.takeBlocks(
        of: run, classes[number].size, atMost: wanted, to: Address(classes[number].top))
      classes[number].top += count * 8
      if isEmpty { classes[number].runs = spans.unlink(run, from: run) }
      wanted -= count
    }
    return classes[number].top != classes[number].bottom
  }

  /// Gives the oldest `count` blocks of a magazine back to their runs, of which those that are empty then go back; or the spans themselves.
  @usableFromInline @inline(never) mutating func spill(_ number: Int, _ count: Int) {
    let (bottom, size) = (classes[number].bottom, classes[number].size)
    // Exact: distances are below 2¹⁵ and sizes at most 2¹³.
    let reciprocal = (1 << 32 + size - 1) / size
    for place in stride(from: bottom, to: bottom + count * 8, by: 8) {
      let block: Address = heap.load(at: Address(place))
      if number >= Self.firstSpanClass {
        spans.release(block.page, size >> Address.pageShift)
        continue
      }
      let run = block.page - spans.placeInRun(block.page)
      let (free, all) = spans.putBack(((block - run.address) &* reciprocal) >> 32, of: run)
      if free == all {
        if free > 1 { classes[number].runs = spans.unlink(run, from: classes[number].runs) }
        spans.release(run, spans.count(run))
      } else if free == 1 {
        classes[number].runs = spans.link(run, before: classes[number].runs)
      }
    }
    let rest = classes[number].top - bottom - count * 8
    heap.copy(from: Address(bottom + count * 8), to: Address(bottom), byteCount: rest)
    classes[number].top = bottom + rest
  }

  /// Empties all magazines; whether there was anything in them.
  mutating func spillAll() -> Bool {
    var had = false
    for number in 0..<70 where classes[number].top != classes[number].bottom {
      spill(number, (classes[number].top - classes[number].bottom) >> 3)
      had = true
    }
    return had
  }

  // MARK: Pages

  /// Makes a run of a class; of fewer pages where there are no more.
  mutating func beginRun(_ number: Int) -> Bool {
    let (size, wanted) = (classes[number].size, classes[number].runPages)
    let least = Address(size).pageAbove
    guard let run = take(wanted) ?? (least < wanted ? take(least) : nil) else { return false }
    let count = spans.count(run)
    for place in 0..<count { spans.setMap(run + place, number | place << 8) }
    spans.setBlocks(of: run, min(count << Address.pageShift / size, Self.runBlocks))
    classes[number].runs = spans.link(run, before: classes[number].runs)
    return true
  }

  /// A live span of so many pages, its first at a multiple of `alignment` pages.
  mutating func take(_ count: Int, alignment: Int = 1) -> Int? {
    guard spans.top != 0 || spans.begin() else { return nil }
    let wanted = count + alignment - 1
    guard let page = takeAny(wanted) ?? (spillAll() ? takeAny(wanted) : nil) else { return nil }
    guard alignment > 1 else { return page }
    let first = (page + alignment - 1) & ~(alignment - 1)
    spans.tag(first, count, isFree: false)
    if first > page { spans.release(page, first - page) }
    if first + count < page + wanted { spans.release(first + count, page + wanted - first - count) }
    return first
  }

  mutating func takeAny(_ count: Int) -> Int? {
    if let page = spans.find(count) { return page }
    // Before pages are touched that never were, now and then, what magazines keep is looked through.
    if spans.top + count > nextSpill {
      nextSpill = spans.top + count + max(Self.spillPages, (spans.top - spans.firstPage) >> 3)
      if spillAll(), let page = spans.find(count) { return page }
    }
    return spans.takeLast(count)
  }

  /// Empties the magazines, and decommits all free pages.
  public mutating func trim() {
    _ = spillAll()
    spans.trim()
  }
}

/// A class of sizes: its magazine, and its runs.
@frozen @usableFromInline struct SizeClass {
  /// The magazine's places are `bottom` ..< `end`, and those below `top` hold free blocks, the last one freed at the top.
  @usableFromInline var bottom = 0
  @usableFromInline var top = 0
  @usableFromInline var end = 0
  /// The first run with free blocks.
  @usableFromInline var runs = 0
  /// Bytes of a block; 0 before the first one.
  @usableFromInline var size = 0
  @usableFromInline var runPages = 0

  @inlinable init() {}
  /// How many blocks the magazine can hold.
  @inlinable var capacity: Int { (end &- bottom) &>> 3 }
}
