import AllocLab

/// What is used together lies together: blocks near their hints, owners apart, records out of the way.
///
/// **The idea** is that of Chilimbi, Hill and Larus ("Cache-Conscious Structure Layout", PLDI 1999): a block that is asked for near another
/// one goes into the same line, and where that is full into a line of the same page that is empty *and stays so* but for what is near it
/// (their `ccmalloc`, strategy *new-block*). A list that grows beside forty others then still has its nodes side by side. Blocks without a
/// hint are packed densely in pages of their own, since who asks for no neighbour should not spoil one.
///
///     0             maps                     pages                                              heap's end
///     +---------------+------------------------+--------+--------+--------+ - - - - - - - - - - - +
///     | a word a page | 64 bytes a page: a line|  page  |  page  |  page  |
///     +---------------+------------------------+--------+--------+--------+ - - - - - - - - - - - +
///
///     word of a page    | pages of a large block, 28 bits | tag, 4 |
///     tag               0 free · 1 … 3 owner 0: packed, chained, middling · 4 … 6 owner 1 · 7 large · 8 goes on
///     map of a page     used: a bit for each of 256 granules of 16 bytes | begins: a bit where a block does
///
/// No block has a header: how long it is says the map, up to the next granule that is free or begins another. A request reads one line of
/// words and one of maps, both dense, and writes the latter alone, so that two threads seldom throw out each other's. Pages belong to one
/// owner each, so no line of blocks is shared.
///
/// Blocks of more than 2 KiB have pages of their own, and begin at another line in each: arrays of a power of two of bytes that are walked
/// side by side would all fall into the same set otherwise (Bonwick's colouring, 1994).
///
/// **Invariants**, executed in `Invariants/`: begins ⊆ used; what is used goes on from a beginning; a page without used granules is free; no
/// page below `firstFree` is.
///
/// **Costs**: O(1) near a hint or in the page at hand. Where that is full, pages of its kind are looked at if a block of one has ended since
/// that was last in vain: O(pages).
public struct ColocatingAllocator: CacheFriendlyAllocator, ~Copyable {
  let heap: Heap
  /// Pages that there may be.
  let pageLimit: Int
  /// The first map's offset, and the first page's.
  let maps, pages: Int
  /// Pages that the heap has grown to.
  private(set) var pageEnd = 0
  /// No page below is free.
  private(set) var firstFree = 0
  /// How many large blocks there were: the next one's colour.
  private var colour = 0
  /// The page at hand of each stream, or −1: packed, chained, middling, of owner 0 and of owner 1.
  private var current: [6 of Int] = [-1, -1, -1, -1, -1, -1]
  /// Whether a page of the stream that is not at hand may have room.
  private var hasGaps: [6 of Bool] = [false, false, false, false, false, false]

  /// What a page is for, of an owner.
  enum Stream: Int { case packed, chained, middling }

  static let pageBytes = 4096, granule = 16
  static let largeTag: UInt32 = 7, restTag: UInt32 = 8

  public init(heap: Heap) {
    self.heap = heap
    pageLimit = heap.limit / (Self.pageBytes + 68)
    maps = (4 * pageLimit + 63) & ~63
    pages = (maps + 64 * pageLimit + Self.pageBytes - 1) & ~(Self.pageBytes - 1)
    _ = heap.grow(by: min(pages, heap.limit))
  }

  public mutating func allocate(_ layout: Layout, near hint: Address?, owner: Int) -> Address? {
    let (size, alignment) = (max(layout.size, 1), layout.alignment)
    guard size <= heap.limit, alignment <= heap.limit else { return nil }
    let place = Place(
      granules: (size + Self.granule - 1) / Self.granule, alignment: max(1, alignment / Self.granule), owner: owner & 1)
    if size <= 64, alignment <= 64 { return small(place, near: hint) }
    if size <= 2048, alignment <= 2048 { return middling(place, near: hint) }
    return large(size, alignment)
  }

  public mutating func deallocate(_ address: Address, by thread: Int) {
    let page = (address.offset - pages) / Self.pageBytes
    let word = self.word(page)
    if word & 15 == Self.largeTag {
      for page in page..<page + Int(word >> 4) { store(0, page) }
      firstFree = min(firstFree, page)
      return
    }
    var map = Map(of: page, at: maps, heap)
    map.end(at: (address.offset - pages) % Self.pageBytes / Self.granule)
    map.store(page, at: maps, heap)
    hasGaps[Int(word & 15) - 1] = true
    guard map.isEmpty else { return }
    firstFree = min(firstFree, page)
    store(0, page)
  }

  // MARK: - Small blocks

  /// What is asked for, in granules.
  private struct Place {
    let granules, alignment, owner: Int
  }

  private mutating func small(_ place: Place, near hint: Address?) -> Address? {
    guard let hint, let page = page(of: hint, owner: place.owner) else { return packed(place) }
    let word = word(page)
    var map = Map(of: page, at: maps, heap)
    let line = (hint.offset - pages) % Self.pageBytes / 64
    if let granule = map.fit(place.granules, place.alignment, inLine: line) {
      return take(granule, place, &map, page)
    }
    // A packed page is for what has no neighbours.
    if word == tag(.chained, place.owner), let empty = map.emptyLine(from: line + 1) {
      return take(4 * empty, place, &map, page)
    }
    return anywhere(.chained, place) { $0.emptyLine(from: 0).map { 4 * $0 } } ?? packed(place)
  }

  /// The first gap that is large enough.
  private mutating func packed(_ place: Place) -> Address? {
    anywhere(.packed, place) { map in
      for line in 0..<64 {
        if let granule = map.fit(place.granules, place.alignment, inLine: line) { return granule }
      }
      return nil
    }
  }

  // MARK: - Middling ones

  private mutating func middling(_ place: Place, near hint: Address?) -> Address? {
    if let hint, let page = page(of: hint, owner: place.owner) {
      let word = word(page)
      if word != tag(.packed, place.owner) {
        var map = Map(of: page, at: maps, heap)
        if let granule = map.run(place.granules, place.alignment) {
          return take(granule, place, &map, page)
        }
      }
    }
    return anywhere(.middling, place) { $0.run(place.granules, place.alignment) }
  }

  // MARK: - Large ones

  private mutating func large(_ size: Int, _ alignment: Int) -> Address? {
    // Fifteen colours, each a line behind the one before; an alignment beyond a line leaves none.
    let skew = alignment <= 64 ? colour % 15 * 64 : 0
    let count = (skew + size + Self.pageBytes - 1) / Self.pageBytes
    guard count <= pageLimit, let first = run(of: count, alignment: alignment) else { return nil }
    colour += 1
    store(Self.largeTag | UInt32(count) << 4, first)
    for page in first + 1..<first + count { store(Self.restTag, page) }
    return Address(pages + first * Self.pageBytes + skew)
  }

  // MARK: - Pages

  /// The first of so many free pages in a row, at a multiple of the alignment.
  private mutating func run(of count: Int, alignment: Int) -> Int? {
    func isAligned(_ page: Int) -> Bool { (pages + page * Self.pageBytes) & (alignment - 1) == 0 }
    var first = firstFree
    while first + count <= pageLimit {
      guard isAligned(first) else {
        first += 1
        continue
      }
      // From behind: whatever is in the way, nothing before it need be looked at again.
      let blocking = (first..<first + count).last { $0 < pageEnd && word($0) != 0 }
      guard let blocking else { break }
      first = blocking + 1
    }
    let end = first + count
    guard end <= pageLimit else { return nil }
    if end > pageEnd {
      guard heap.grow(by: (end - pageEnd) * Self.pageBytes) != nil else { return nil }
      pageEnd = end
    }
    if first == firstFree { firstFree = end }
    return first
  }

  /// In the page at hand of a stream, or another one of it, or a new one.
  private mutating func anywhere(
    _ stream: Stream, _ place: Place, _ find: (Map) -> Int?
  ) -> Address? {
    let number = place.owner * 3 + stream.rawValue
    let tag = tag(stream, place.owner)
    if current[number] >= 0, let address = inside(current[number], place, tag, find) { return address }
    if hasGaps[number] {
      for page in 0..<pageEnd where page != current[number] {
        guard let address = inside(page, place, tag, find) else { continue }
        current[number] = page
        return address
      }
      hasGaps[number] = false
    }
    guard let page = run(of: 1, alignment: 1) else { return nil }
    current[number] = page
    store(tag, page)
    var map = Map()
    return take(0, place, &map, page)
  }

  private func inside(_ page: Int, _ place: Place, _ tag: UInt32, _ find: (Map) -> Int?) -> Address? {
    guard word(page) == tag else { return nil }
    var map = Map(of: page, at: maps, heap)
    guard let granule = find(map) else { return nil }
    return take(granule, place, &map, page)
  }

  private func take(_ granule: Int, _ place: Place, _ map: inout Map, _ page: Int) -> Address {
    map.begin(at: granule, place.granules)
    map.store(page, at: maps, heap)
    return Address(pages + page * Self.pageBytes + granule * Self.granule)
  }

  /// The page of an address among those of an owner; a hint may be anything.
  private func page(of hint: Address, owner: Int) -> Int? {
    let page = (hint.offset - pages) >> 12
    guard (0..<pageEnd).contains(page) else { return nil }
    let tag = word(page) & 15
    return tag > 3 * owner && tag <= 3 * owner + 3 ? page : nil
  }

  private func tag(_ stream: Stream, _ owner: Int) -> UInt32 { UInt32(1 + owner * 3 + stream.rawValue) }

  func word(_ page: Int) -> UInt32 { heap.load(at: Address(4 * page)) }
  private func store(_ word: UInt32, _ page: Int) { heap.store(word, at: Address(4 * page)) }
}
