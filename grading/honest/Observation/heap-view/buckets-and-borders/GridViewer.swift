import AllocLab

/// Blocks in buckets of 16 KiB, by where they begin; memory as a list of borders; pages in frames of 2 MiB. Cells are filled one after the
/// other.
public struct GridViewer: HeapViewer, ~Copyable {
  private struct Block {
    var address: UInt64
    var size: UInt64
    var overhead: UInt64
    var claimStart: UInt64 { address - overhead }
    var claimEnd: UInt64 { max(address + 1, address + size) }
  }

  /// Values by number, with the numbers in order.
  private struct Directory<Value> {
    var numbers: [UInt64] = []
    var values: [Value] = []

    /// Where a number is, or would be.
    func place(_ number: UInt64) -> Int {
      var low = 0
      var count = numbers.count
      while count > 0 {
        let half = count >> 1
        if numbers[low + half] < number {
          low += half + 1
          count -= half + 1
        } else {
          count = half
        }
      }
      return low
    }

    func isThere(_ place: Int, _ number: UInt64) -> Bool { place < numbers.count && numbers[place] == number }

    mutating func insert(_ number: UInt64, _ value: Value, at place: Int) {
      numbers.insert(number, at: place)
      values.insert(value, at: place)
    }

    mutating func remove(at place: Int) {
      numbers.remove(at: place)
      values.remove(at: place)
    }
  }

  private struct Frame {
    var isTouched = [Bool](repeating: false, count: 512)
    var heats = [UInt64](repeating: 0, count: 512)
    var ticks = [UInt32](repeating: 0, count: 512)
  }

  private var buckets = Directory<[Block]>()
  /// Starts at even places, ends at odd ones.
  private var borders: [UInt64] = []
  private var frames = Directory<Frame>()
  private var clock: UInt32 = 0
  private var live: UInt64 = 0

  private var least: [UInt64] = [0]
  private var greatest: [UInt64] = [0]
  private var last: [UInt64] = [0]
  /// Intervals a point, as a shift.
  private var shift: UInt32 = 0

  public init() {}

  // MARK: - Memory

  /// How many borders there are up to an address, with it.
  private func bordersUpTo(_ address: UInt64) -> Int {
    var (low, high) = (0, borders.count)
    while low < high {
      let middle = low + (high - low) / 2
      if borders[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func isAll(_ low: UInt64, _ high: UInt64) -> Bool {
    let place = bordersUpTo(low)
    return low >= high || place % 2 == 1 && borders[place] >= high
  }

  private func isNone(_ low: UInt64, _ high: UInt64) -> Bool {
    let place = bordersUpTo(low)
    return low >= high || place % 2 == 0 && (place == borders.count || borders[place] >= high)
  }

  /// Turns what is mapped into what is not, and the other way round.
  private mutating func turn(_ low: UInt64, _ high: UInt64) {
    for border in [low, high] {
      let place = bordersUpTo(border)
      if place > 0, borders[place - 1] == border {
        borders.remove(at: place - 1)
      } else {
        borders.insert(border, at: place)
      }
    }
  }

  private func arePages(_ start: UInt64, _ byteCount: UInt64) -> Bool { (start | byteCount) % 4096 == 0 }

  public mutating func mapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    guard arePages(start, byteCount), isNone(start, start + byteCount) else { return false }
    if byteCount > 0 { turn(start, start + byteCount) }
    return true
  }

  public mutating func unmapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    let end = start + byteCount
    guard arePages(start, byteCount), isAll(start, end), byteCount == 0 || isFree(start, end) else { return false }
    guard byteCount > 0 else { return true }
    turn(start, end)
    var place = frames.place(start >> 21)
    while place < frames.numbers.count, frames.numbers[place] << 21 < end {
      for page in 0..<512 {
        let address = frames.numbers[place] << 21 + UInt64(page) << 12
        if address >= start, address < end {
          frames.values[place].isTouched[page] = false
          frames.values[place].heats[page] = 0
        }
      }
      place += 1
    }
    return true
  }

  public mutating func accessed(_ address: UInt64, byteCount: UInt64) -> Bool {
    guard isAll(address, address + byteCount) else { return false }
    guard byteCount > 0 else { return true }
    for page in address >> 12...(address + byteCount - 1) >> 12 {
      let place = frames.place(page >> 9)
      if !frames.isThere(place, page >> 9) { frames.insert(page >> 9, Frame(), at: place) }
      let slot = Int(page & 511)
      let age = clock - frames.values[place].ticks[slot]
      let old = age > 60 ? 0 : frames.values[place].heats[slot] >> UInt64(age)
      frames.values[place].heats[slot] = old + 0x10000
      frames.values[place].ticks[slot] = clock
      frames.values[place].isTouched[slot] = true
    }
    return true
  }

  // MARK: - Blocks

  private func isFree(_ low: UInt64, _ high: UInt64) -> Bool {
    // The last that begins before the end, and the first that begins behind it.
    let place = buckets.place(high >> 14)
    let isThere = buckets.isThere(place, high >> 14)
    let own = isThere ? buckets.values[place] : []
    let before = own.last { $0.address < high } ?? (place > 0 ? buckets.values[place - 1].last : nil)
    if let before, before.claimEnd > low { return false }
    let next = place + (isThere ? 1 : 0)
    let after = own.first { $0.address >= high } ?? (next < buckets.values.count ? buckets.values[next].first : nil)
    if let after, after.claimStart < high { return false }
    return true
  }

  private mutating func place(_ block: Block) -> Bool {
    guard block.overhead <= block.address, isAll(block.claimStart, block.claimEnd),
      isFree(block.claimStart, block.claimEnd)
    else { return false }
    insert(block)
    return true
  }

  private mutating func insert(_ block: Block) {
    let number = block.address >> 14
    let place = buckets.place(number)
    if !buckets.isThere(place, number) { buckets.insert(number, [], at: place) }
    let index = buckets.values[place].firstIndex { $0.address > block.address } ?? buckets.values[place].count
    buckets.values[place].insert(block, at: index)
    live += block.size
  }

  private mutating func pick(_ address: UInt64) -> Block? {
    let place = buckets.place(address >> 14)
    guard buckets.isThere(place, address >> 14),
      let index = buckets.values[place].firstIndex(where: { $0.address == address })
    else { return nil }
    let block = buckets.values[place].remove(at: index)
    if buckets.values[place].isEmpty { buckets.remove(at: place) }
    live -= block.size
    return block
  }

  public mutating func allocated(_ address: UInt64, size: UInt64, overhead: UInt64) -> Bool {
    let isTaken = place(Block(address: address, size: size, overhead: overhead))
    record()
    return isTaken
  }

  public mutating func freed(_ address: UInt64) -> Bool {
    let isTaken = pick(address) != nil
    record()
    return isTaken
  }

  public mutating func moved(_ address: UInt64, to target: UInt64, size: UInt64) -> Bool {
    guard let old = pick(address) else { return false }
    let isTaken = place(Block(address: target, size: size, overhead: old.overhead))
    if !isTaken { insert(old) }
    record()
    return isTaken
  }

  // MARK: - Time

  private mutating func record() {
    let place = last.count - 1
    least[place] = min(least[place], live)
    greatest[place] = max(greatest[place], live)
    last[place] = live
  }

  public mutating func tick() {
    clock += 1
    var point = Int(clock >> shift)
    if point == 64 {
      shift += 1
      least = (0..<32).map { min(least[2 * $0], least[2 * $0 + 1]) }
      greatest = (0..<32).map { max(greatest[2 * $0], greatest[2 * $0 + 1]) }
      last = (0..<32).map { last[2 * $0 + 1] }
      point = 32
    }
    if point == last.count {
      least.append(live)
      greatest.append(live)
      last.append(live)
    }
  }

  public mutating func history(_ points: inout HistoryList) {
    for place in last.indices {
      points.append(HistoryPoint(least: least[place], greatest: greatest[place], last: last[place]))
    }
  }

  // MARK: - Pictures

  public mutating func cells(of plane: HeapPlane, in grid: HeapGrid, _ numbers: inout CellList) {
    var cells = [UInt64](repeating: 0, count: grid.cellCount)
    switch plane {
    case .live: forEach(grid) { Self.fill(&cells, grid, $0.address, $0.address + $0.size) }
    case .metadata: forEach(grid) { Self.fill(&cells, grid, $0.claimStart, $0.address) }
    case .free:
      // Between blocks, as far as it is mapped.
      var at = grid.start
      let end = grid.start + grid.byteCount
      forEach(grid) { block in
        fillMapped(&cells, grid, at, min(end, max(at, block.claimStart)))
        at = max(at, block.address + block.size)
      }
      fillMapped(&cells, grid, at, end)
    case .touched: forEachPage(grid) { address, _ in Self.fill(&cells, grid, address, address + 4096) }
    case .heat:
      forEachPage(grid) { address, heat in
        let low = max(address, grid.start)
        let high = min(address + 4096, grid.start + grid.byteCount)
        var cell = Int((low - grid.start) / grid.cellBytes)
        while cell < cells.count, grid.start + UInt64(cell) * grid.cellBytes < high {
          cells[cell] = max(cells[cell], heat)
          cell += 1
        }
      }
    }
    for number in cells { numbers.append(number) }
  }

  private func fillMapped(_ cells: inout [UInt64], _ grid: HeapGrid, _ low: UInt64, _ high: UInt64) {
    guard low < high else { return }
    var at = low
    var place = bordersUpTo(low)
    while at < high {
      let next = place < borders.count ? min(borders[place], high) : high
      if place % 2 == 1 { Self.fill(&cells, grid, at, next) }
      at = next
      place += 1
    }
  }

  private static func fill(_ cells: inout [UInt64], _ grid: HeapGrid, _ low: UInt64, _ high: UInt64) {
    var at = max(low, grid.start)
    let high = min(high, grid.start + grid.byteCount)
    while at < high {
      let cell = (at - grid.start) / grid.cellBytes
      let next = min(high, grid.start + (cell + 1) * grid.cellBytes)
      cells[Int(cell)] += next - at
      at = next
    }
  }

  private func forEach(_ grid: HeapGrid, _ body: (Block) -> Void) {
    let end = grid.start + grid.byteCount
    var place = buckets.place(grid.start >> 14)
    if place > 0 { place -= 1 }
    while place < buckets.values.count {
      for block in buckets.values[place] {
        if block.claimStart >= end { return }
        if block.claimEnd > grid.start { body(block) }
      }
      place += 1
    }
  }

  private func forEachPage(_ grid: HeapGrid, _ body: (UInt64, UInt64) -> Void) {
    let end = grid.start + grid.byteCount
    var place = frames.place(grid.start >> 21)
    while place < frames.numbers.count {
      let first = frames.numbers[place] << 21
      if first >= end { return }
      for page in 0..<512 where frames.values[place].isTouched[page] {
        let address = first + UInt64(page) << 12
        if address >= end { return }
        if address + 4096 <= grid.start { continue }
        let age = clock - frames.values[place].ticks[page]
        body(address, age > 60 ? 0 : frames.values[place].heats[page] >> UInt64(age))
      }
      place += 1
    }
  }
}
