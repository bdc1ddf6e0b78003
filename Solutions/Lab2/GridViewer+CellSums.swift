import AllocLab

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
