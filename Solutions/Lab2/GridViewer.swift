import AllocLab

/// A heap viewer of ordered tables: blocks by address, touched pages by number, mapped ranges; and a history that halves itself.
///
/// **Idea.** Nothing is kept by byte or by cell. A picture is drawn when it is asked for, from what lies in its range alone:
///
///     blocks    .. | a b c d | e f g | h i j k | ..      leaves of up to 256 elements, and a directory of their first keys
///                         \________/
///     grid          |    |    |    |                     the first block is found by halving; then one after the other
///     cells         [ 16 | 64 | 40 ]                     a block adds to its first cell, to its last, and fills those between
///
/// *Free* is what is left of mapped ranges when live bytes and metadata are taken away.
///
/// **Heat.** A page has the heat that it had at some tick. To halve n times, rounding down each time, is to shift by n: so a tick changes no
/// page, and whoever looks shifts by the ticks since.
///
/// **History.** 64 points at most. When they are full and time goes on, each two become one, and from then on a point stands for twice as
/// many intervals:
///
///     [0][1][2] … [63]   →   [0 1][2 3] … [62 63][64 ]
///
/// **Invariants.** Claimed ranges of blocks are mapped and apart, so the order of addresses is also that of their ends. Touched pages are
/// mapped. Mapped ranges neither overlap nor touch. All points but the last are full, and the last ends with what is live now.
///
/// **Costs.** Events about blocks: O(log blocks) to find the place, and a move of at most 256 elements. A tick: O(1), but for 32 merges in
/// ever longer spans. A grid: O(log blocks + cells + what lies in it). 24 bytes a block, 24 a touched page.
///
/// Source: the leaves are those of a B⁺ tree of two levels (Bayer and McCreight 1972, Comer 1979); pages that cool down are those of
/// DAMON (Park et al. 2019) and of Linux' `/proc/pid/pagemap` viewers.
public struct GridViewer: HeapViewer, ~Copyable {
  /// A live block, without its address.
  struct Block {
    var size: UInt64
    var overhead: UInt64
  }

  /// How hot a page was at some tick.
  struct Heat {
    var amount: UInt64
    var tick: UInt64
  }

  static let pageBytes: UInt64 = 4096
  /// What an access adds to a page's heat.
  static let accessHeat: UInt64 = 1 << 16

  private(set) var blocks = SortedLeaves<Block>()
  private(set) var pages = SortedLeaves<Heat>()
  private(set) var mapped = RangeList()
  private(set) var history = LiveHistory()
  private(set) var liveBytes: UInt64 = 0
  private(set) var now: UInt64 = 0

  public init() {}

  // MARK: - Pages

  public mutating func mapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    guard start % Self.pageBytes == 0, byteCount % Self.pageBytes == 0 else { return false }
    guard !mapped.overlaps(start, start &+ byteCount) else { return false }
    mapped.insert(start, start &+ byteCount)
    return true
  }

  public mutating func unmapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    let end = start &+ byteCount
    guard start % Self.pageBytes == 0, byteCount % Self.pageBytes == 0 else { return false }
    guard mapped.covers(start, end), !isClaimed(start, end) else { return false }
    mapped.remove(start, end)
    pages.removeAll(from: start / Self.pageBytes, below: end / Self.pageBytes)
    return true
  }

  public mutating func accessed(_ address: UInt64, byteCount: UInt64) -> Bool {
    guard byteCount > 0 else { return true }
    guard mapped.covers(address, address &+ byteCount) else { return false }
    for page in address / Self.pageBytes...(address &+ byteCount &- 1) / Self.pageBytes {
      pages.update(page, default: Heat(amount: 0, tick: now)) { heat in
        heat = Heat(amount: heat.amount >> (now &- heat.tick) &+ Self.accessHeat, tick: now)
      }
    }
    return true
  }

  // MARK: - Blocks

  public mutating func allocated(_ address: UInt64, size: UInt64, overhead: UInt64) -> Bool {
    guard insert(address, Block(size: size, overhead: overhead)) else { return false }
    history.note(liveBytes)
    return true
  }

  public mutating func freed(_ address: UInt64) -> Bool {
    guard let block = blocks.remove(address) else { return false }
    liveBytes &-= block.size
    history.note(liveBytes)
    return true
  }

  public mutating func moved(_ address: UInt64, to target: UInt64, size: UInt64) -> Bool {
    guard let old = blocks.remove(address) else { return false }
    liveBytes &-= old.size
    guard insert(target, Block(size: size, overhead: old.overhead)) else {
      liveBytes &+= old.size
      blocks.insert(address, old)
      return false
    }
    history.note(liveBytes)
    return true
  }

  /// Inserts a block, if nothing is in its way.
  private mutating func insert(_ address: UInt64, _ block: Block) -> Bool {
    guard block.overhead <= address else { return false }
    let (low, high) = (address &- block.overhead, Self.end(of: address, block))
    guard mapped.covers(low, high), !isClaimed(low, high) else { return false }
    blocks.insert(address, block)
    liveBytes &+= block.size
    return true
  }

  /// Behind the last byte that a block claims.
  private static func end(of address: UInt64, _ block: Block) -> UInt64 { address &+ max(block.size, 1) }

  /// Whether a block claims one of these bytes: only the last one below the range's end can, or the metadata of the one after it.
  private func isClaimed(_ low: UInt64, _ high: UInt64) -> Bool {
    guard low < high else { return false }
    let next = blocks.lowerBound(high)
    if let (address, block) = blocks[next], address &- block.overhead < high { return true }
    guard let before = blocks.position(before: next), let (address, block) = blocks[before] else { return false }
    return Self.end(of: address, block) > low
  }

  // MARK: - Pictures

  public mutating func tick() {
    now &+= 1
    history.tick()
  }

  public mutating func cells(of plane: HeapPlane, in grid: HeapGrid, _ numbers: inout CellList) {
    var sums = CellSums(grid)
    switch plane {
    case .live: forEachBlock(in: grid) { sums.add($0, $0 &+ $1.size) }
    case .metadata: forEachBlock(in: grid) { sums.add($0 &- $1.overhead, $0) }
    case .free:
      mapped.forEach(in: grid.start, sums.end) { sums.add($0, $1) }
      forEachBlock(in: grid) { sums.subtract($0 &- $1.overhead, $0 &+ $1.size) }
    case .touched: forEachPage(in: grid) { page, _ in sums.add(page, page &+ Self.pageBytes) }
    case .heat:
      forEachPage(in: grid) { page, heat in
        sums.raise(page, page &+ Self.pageBytes, to: heat.amount >> (now &- heat.tick))
      }
    }
    for number in sums.numbers { numbers.append(number) }
  }

  /// Blocks that may have a byte in the grid.
  private func forEachBlock(in grid: HeapGrid, _ body: (UInt64, Block) -> Void) {
    let end = grid.start &+ grid.byteCount
    let first = blocks.lowerBound(grid.start)
    blocks.forEach(from: blocks.position(before: first) ?? first) { address, block in
      guard address &- block.overhead < end else { return false }
      body(address, block)
      return true
    }
  }

  /// Touched pages that have a byte in the grid, by their addresses.
  private func forEachPage(in grid: HeapGrid, _ body: (UInt64, Heat) -> Void) {
    let end = grid.start &+ grid.byteCount
    pages.forEach(from: pages.lowerBound(grid.start / Self.pageBytes)) { page, heat in
      guard page &* Self.pageBytes < end else { return false }
      body(page &* Self.pageBytes, heat)
      return true
    }
  }

  public mutating func history(_ points: inout HistoryList) {
    for point in history.points { points.append(point) }
  }
}

/// The history of live bytes in at most 64 points, which become coarser as time goes on.
struct LiveHistory {
  static let limit = 64

  /// All are full but the last.
  private(set) var points = [HistoryPoint(least: 0, greatest: 0, last: 0)]
  /// Intervals of a full point: a power of two.
  private(set) var width = 1
  /// Intervals of the last point, the one at hand included.
  private(set) var filled = 1

  /// So many bytes are live now.
  mutating func note(_ live: UInt64) {
    let last = points.count - 1
    points[last].least = min(points[last].least, live)
    points[last].greatest = max(points[last].greatest, live)
    points[last].last = live
  }

  /// An interval ends. The next begins with what this one ended with.
  mutating func tick() {
    if filled < width {
      filled += 1
      return
    }
    let live = points[points.count - 1].last
    if points.count == Self.limit { halve() }
    points.append(HistoryPoint(least: live, greatest: live, last: live))
    filled = 1
  }

  /// Each two points become one.
  private mutating func halve() {
    points = stride(from: 0, to: Self.limit, by: 2).map { place in
      let (first, second) = (points[place], points[place + 1])
      return HistoryPoint(
        least: min(first.least, second.least), greatest: max(first.greatest, second.greatest), last: second.last)
    }
    width *= 2
  }
}

/// Ranges of addresses in their order, which neither overlap nor touch.
struct RangeList {
  private(set) var ranges: [(low: UInt64, high: UInt64)] = []

  /// The first range that ends behind an address.
  private func first(endingBehind address: UInt64) -> Int {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low &+ high) / 2
      if ranges[middle].high <= address { low = middle &+ 1 } else { high = middle }
    }
    return low
  }

  func overlaps(_ low: UInt64, _ high: UInt64) -> Bool {
    let place = first(endingBehind: low)
    return low < high && place < ranges.count && ranges[place].low < high
  }

  /// Whether all bytes of a range are in one of them; of none, they always are.
  func covers(_ low: UInt64, _ high: UInt64) -> Bool {
    guard low < high else { return true }
    let place = first(endingBehind: low)
    return place < ranges.count && ranges[place].low <= low && high <= ranges[place].high
  }

  /// Adds a range that overlaps none; it grows together with those that it touches.
  mutating func insert(_ low: UInt64, _ high: UInt64) {
    guard low < high else { return }
    var place = first(endingBehind: low)
    var new = (low: low, high: high)
    if place < ranges.count, ranges[place].low == high { new.high = ranges.remove(at: place).high }
    if place > 0, ranges[place &- 1].high == low {
      place &-= 1
      new.low = ranges.remove(at: place).low
    }
    ranges.insert(new, at: place)
  }

  /// Removes a range that one of them covers.
  mutating func remove(_ low: UInt64, _ high: UInt64) {
    guard low < high else { return }
    let place = first(endingBehind: low)
    let old = ranges.remove(at: place)
    if high < old.high { ranges.insert((high, old.high), at: place) }
    if old.low < low { ranges.insert((old.low, low), at: place) }
  }

  /// Those that have a byte in common with a range.
  func forEach(in low: UInt64, _ high: UInt64, _ body: (UInt64, UInt64) -> Void) {
    for range in ranges[first(endingBehind: low)...] {
      guard range.low < high else { return }
      body(range.low, range.high)
    }
  }
}

/// The numbers of a grid's cells, while it is drawn.
struct CellSums {
  private let start: UInt64
  /// Of the grid.
  let end: UInt64
  private let cellBytes: UInt64
  private(set) var numbers: [UInt64]

  init(_ grid: HeapGrid) {
    (start, end, cellBytes) = (grid.start, grid.start &+ grid.byteCount, grid.cellBytes)
    numbers = Array(repeating: 0, count: grid.cellCount)
  }

  /// Adds to each cell how many bytes of a range it has.
  mutating func add(_ low: UInt64, _ high: UInt64) {
    forEachCell(low, high) { number, bytes in number &+= bytes }
  }

  mutating func subtract(_ low: UInt64, _ high: UInt64) {
    forEachCell(low, high) { number, bytes in number &-= bytes }
  }

  /// Lifts the cells that have a byte of a range to a number, if theirs is smaller.
  mutating func raise(_ low: UInt64, _ high: UInt64, to least: UInt64) {
    forEachCell(low, high) { number, _ in number = max(number, least) }
  }

  /// Cells that have bytes of a range, and how many.
  @inline(__always)
  private mutating func forEachCell(_ low: UInt64, _ high: UInt64, _ body: (inout UInt64, UInt64) -> Void) {
    let (low, high) = (max(low, start), min(high, end))
    guard low < high else { return }
    var cell = Int(truncatingIfNeeded: (low &- start) / cellBytes)
    var from = low
    var border = start &+ UInt64(truncatingIfNeeded: cell) &* cellBytes &+ cellBytes
    while border < high {
      body(&numbers[cell], border &- from)
      (cell, from, border) = (cell &+ 1, border, border &+ cellBytes)
    }
    body(&numbers[cell], high &- from)
  }
}
