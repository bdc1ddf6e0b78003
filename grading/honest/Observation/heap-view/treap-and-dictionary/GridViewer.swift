import AllocLab

/// Blocks in a treap, pages in a dictionary, mapped pieces as they came; a picture is a sum of differences.
public struct GridViewer: HeapViewer, ~Copyable {
  private struct Node {
    var address: UInt64
    var size: UInt64
    var overhead: UInt64
    var priority: UInt64
    var left = -1
    var right = -1

    var low: UInt64 { address - overhead }
    var high: UInt64 { address + (size == 0 ? 1 : size) }
  }

  private var nodes: [Node] = []
  private var unused: [Int] = []
  private var root = -1
  private var random: UInt64 = 88_172_645_463_325_252

  /// Pieces, in order; neighbours may touch.
  private var pieces: [Range<UInt64>] = []
  private var heats: [UInt64: (UInt64, UInt64)] = [:]
  private var ticks: UInt64 = 0
  private var live: UInt64 = 0

  /// By interval number divided by the width.
  private var slots = [HistoryPoint(least: 0, greatest: 0, last: 0)]
  private var width: UInt64 = 1

  public init() {}

  // MARK: - Mapped pieces

  private func piece(from address: UInt64) -> Int {
    var (low, high) = (0, pieces.count)
    while low < high {
      let middle = (low + high) / 2
      if pieces[middle].upperBound > address { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func isMapped(_ low: UInt64, _ high: UInt64) -> Bool {
    var (at, place) = (low, piece(from: low))
    while at < high {
      guard place < pieces.count, pieces[place].lowerBound <= at else { return false }
      at = pieces[place].upperBound
      place += 1
    }
    return true
  }

  public mutating func mapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    if start & 4095 != 0 || byteCount & 4095 != 0 { return false }
    if byteCount == 0 { return true }
    let place = piece(from: start)
    if place < pieces.count, pieces[place].lowerBound < start + byteCount { return false }
    pieces.insert(start..<start + byteCount, at: place)
    return true
  }

  public mutating func unmapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    if start & 4095 != 0 || byteCount & 4095 != 0 { return false }
    if byteCount == 0 { return true }
    let end = start + byteCount
    guard isMapped(start, end), !meets(start, end) else { return false }
    let first = piece(from: start)
    var last = first
    while last < pieces.count, pieces[last].lowerBound < end { last += 1 }
    var rest: [Range<UInt64>] = []
    if pieces[first].lowerBound < start { rest.append(pieces[first].lowerBound..<start) }
    if pieces[last - 1].upperBound > end { rest.append(end..<pieces[last - 1].upperBound) }
    pieces.replaceSubrange(first..<last, with: rest)
    for page in touchedPages(start >> 12, end >> 12) { heats[page] = nil }
    return true
  }

  /// Whichever is less is gone through: the range's pages or all that were touched.
  private func touchedPages(_ low: UInt64, _ high: UInt64) -> [UInt64] {
    guard low < high else { return [] }
    if high - low < UInt64(heats.count) { return (low..<high).filter { heats[$0] != nil } }
    return heats.keys.filter { $0 >= low && $0 < high }
  }

  public mutating func accessed(_ address: UInt64, byteCount: UInt64) -> Bool {
    if byteCount == 0 { return true }
    guard isMapped(address, address + byteCount) else { return false }
    var page = address >> 12
    while page << 12 < address + byteCount {
      heats[page] = (heat(page) + 65536, ticks)
      page += 1
    }
    return true
  }

  private func heat(_ page: UInt64) -> UInt64 {
    guard let (amount, tick) = heats[page], ticks - tick < 64 else { return 0 }
    return amount >> (ticks - tick)
  }

  // MARK: - The treap

  private mutating func rotateIfNeeded(_ node: Int) -> Int {
    let (left, right) = (nodes[node].left, nodes[node].right)
    if left >= 0, nodes[left].priority > nodes[node].priority {
      nodes[node].left = nodes[left].right
      nodes[left].right = node
      return left
    }
    if right >= 0, nodes[right].priority > nodes[node].priority {
      nodes[node].right = nodes[right].left
      nodes[right].left = node
      return right
    }
    return node
  }

  private mutating func insert(_ new: Int, under node: Int) -> Int {
    guard node >= 0 else { return new }
    if nodes[new].address < nodes[node].address {
      nodes[node].left = insert(new, under: nodes[node].left)
    } else {
      nodes[node].right = insert(new, under: nodes[node].right)
    }
    return rotateIfNeeded(node)
  }

  private mutating func merge(_ left: Int, _ right: Int) -> Int {
    if left < 0 { return right }
    if right < 0 { return left }
    if nodes[left].priority > nodes[right].priority {
      nodes[left].right = merge(nodes[left].right, right)
      return left
    }
    nodes[right].left = merge(left, nodes[right].left)
    return right
  }

  private mutating func take(_ address: UInt64) -> Node? {
    var (node, parent, isLeft) = (root, -1, false)
    while node >= 0, nodes[node].address != address {
      parent = node
      isLeft = address < nodes[node].address
      node = isLeft ? nodes[node].left : nodes[node].right
    }
    guard node >= 0 else { return nil }
    let rest = merge(nodes[node].left, nodes[node].right)
    if parent < 0 { root = rest } else if isLeft { nodes[parent].left = rest } else { nodes[parent].right = rest }
    unused.append(node)
    live -= nodes[node].size
    return nodes[node]
  }

  private mutating func put(_ address: UInt64, _ size: UInt64, _ overhead: UInt64) {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    let node = Node(address: address, size: size, overhead: overhead, priority: random)
    let place = unused.popLast() ?? nodes.count
    if place == nodes.count { nodes.append(node) } else { nodes[place] = node }
    root = insert(place, under: root)
    live += size
  }

  /// Whether a block claims a byte of a range. Claims are apart, so it is a search for one of them.
  private func meets(_ low: UInt64, _ high: UInt64) -> Bool {
    var node = root
    while node >= 0 {
      if nodes[node].high <= low {
        node = nodes[node].right
      } else if nodes[node].low >= high {
        node = nodes[node].left
      } else {
        return true
      }
    }
    return false
  }

  private func visit(_ low: UInt64, _ high: UInt64, _ node: Int, _ body: (Node) -> Void) {
    guard node >= 0 else { return }
    if nodes[node].low > low { visit(low, high, nodes[node].left, body) }
    if nodes[node].high > low, nodes[node].low < high { body(nodes[node]) }
    if nodes[node].high < high { visit(low, high, nodes[node].right, body) }
  }

  // MARK: - Blocks

  private func fits(_ address: UInt64, _ size: UInt64, _ overhead: UInt64) -> Bool {
    guard address >= overhead else { return false }
    let end = address + (size == 0 ? 1 : size)
    return isMapped(address - overhead, end) && !meets(address - overhead, end)
  }

  public mutating func allocated(_ address: UInt64, size: UInt64, overhead: UInt64) -> Bool {
    guard fits(address, size, overhead) else { return false }
    put(address, size, overhead)
    note()
    return true
  }

  public mutating func freed(_ address: UInt64) -> Bool {
    guard take(address) != nil else { return false }
    note()
    return true
  }

  public mutating func moved(_ address: UInt64, to target: UInt64, size: UInt64) -> Bool {
    guard let old = take(address) else { return false }
    let isTaken = fits(target, size, old.overhead)
    if isTaken { put(target, size, old.overhead) } else { put(address, old.size, old.overhead) }
    if isTaken { note() }
    return isTaken
  }

  // MARK: - Time

  private mutating func note() {
    let slot = slots.count - 1
    if live < slots[slot].least { slots[slot].least = live }
    if live > slots[slot].greatest { slots[slot].greatest = live }
    slots[slot].last = live
  }

  public mutating func tick() {
    ticks += 1
    if ticks / width >= 64 {
      width *= 2
      for slot in 0..<32 {
        let (first, second) = (slots[2 * slot], slots[2 * slot + 1])
        slots[slot] = HistoryPoint(
          least: min(first.least, second.least), greatest: max(first.greatest, second.greatest), last: second.last)
      }
      slots.removeLast(32)
    }
    if ticks % width == 0 { slots.append(HistoryPoint(least: live, greatest: live, last: live)) }
  }

  public mutating func history(_ points: inout HistoryList) {
    for slot in slots { points.append(slot) }
  }

  // MARK: - Pictures

  public mutating func cells(of plane: HeapPlane, in grid: HeapGrid, _ numbers: inout CellList) {
    let (start, end) = (grid.start, grid.start + grid.byteCount)
    guard start < end else { return }
    var picture = Picture(grid)
    switch plane {
    case .live: visit(start, end, root) { picture.add($0.address, $0.address + $0.size, 1) }
    case .metadata: visit(start, end, root) { picture.add($0.low, $0.address, 1) }
    case .free:
      for piece in pieces[piece(from: start)...] {
        if piece.lowerBound >= end { break }
        picture.add(piece.lowerBound, piece.upperBound, 1)
      }
      visit(start, end, root) { picture.add($0.low, $0.address + $0.size, -1) }
    case .touched:
      for page in touchedPages(start >> 12, (end + 4095) >> 12) { picture.add(page << 12, (page + 1) << 12, 1) }
    case .heat:
      var hottest = [UInt64](repeating: 0, count: grid.cellCount)
      for page in touchedPages(start >> 12, (end + 4095) >> 12) {
        let (low, high) = (max(start, page << 12), min(end, (page + 1) << 12))
        let heat = heat(page)
        for cell in Int((low - start) / grid.cellBytes)...Int((high - 1 - start) / grid.cellBytes) {
          hottest[cell] = max(hottest[cell], heat)
        }
      }
      for number in hottest { numbers.append(number) }
      return
    }
    picture.append(to: &numbers)
  }

  /// What ranges add to their first and last cells, and where whole cells begin and end.
  private struct Picture {
    let grid: HeapGrid
    var parts: [Int64]
    var wholes: [Int64]

    init(_ grid: HeapGrid) {
      self.grid = grid
      parts = Array(repeating: 0, count: grid.cellCount)
      wholes = Array(repeating: 0, count: grid.cellCount + 1)
    }

    mutating func add(_ low: UInt64, _ high: UInt64, _ sign: Int64) {
      let (low, high) = (max(low, grid.start), min(high, grid.start + grid.byteCount))
      guard low < high else { return }
      let (first, last) = (Int((low - grid.start) / grid.cellBytes), Int((high - 1 - grid.start) / grid.cellBytes))
      if first == last {
        parts[first] += sign * Int64(high - low)
      } else {
        parts[first] += sign * Int64(grid.start + UInt64(first + 1) * grid.cellBytes - low)
        parts[last] += sign * Int64(high - grid.start - UInt64(last) * grid.cellBytes)
        wholes[first + 1] += sign
        wholes[last] -= sign
      }
    }

    func append(to numbers: inout CellList) {
      var open: Int64 = 0
      for cell in parts.indices {
        open += wholes[cell]
        numbers.append(UInt64(parts[cell] + open * Int64(grid.cellBytes)))
      }
    }
  }
}
