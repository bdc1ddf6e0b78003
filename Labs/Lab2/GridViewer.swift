import AllocLab

/// Draws a heap: live bytes, metadata, free memory, what is touched, how hot it is, and how it came to be so.
public struct GridViewer: HeapViewer, ~Copyable {
  public init() {}

  public mutating func mapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    // TODO: remember the pages, unless one of them is mapped already.
    false
  }

  public mutating func unmapped(_ start: UInt64, byteCount: UInt64) -> Bool {
    // TODO: forget the pages, unless one is not mapped or a block claims a byte of one.
    true
  }

  public mutating func allocated(_ address: UInt64, size: UInt64, overhead: UInt64) -> Bool {
    // TODO: remember the block, unless something is in its way.
    false
  }

  public mutating func freed(_ address: UInt64) -> Bool {
    // TODO: forget the block, if there is one.
    true
  }

  public mutating func moved(_ address: UInt64, to target: UInt64, size: UInt64) -> Bool {
    // TODO: one event, not two.
    false
  }

  public mutating func accessed(_ address: UInt64, byteCount: UInt64) -> Bool {
    // TODO: the pages are touched, and hotter.
    false
  }

  public mutating func tick() {
    // TODO: all pages cool down, and an interval of the history ends.
  }

  public mutating func cells(of plane: HeapPlane, in grid: HeapGrid, _ numbers: inout CellList) {
    // TODO: one number for each of the grid's cells.
  }

  public mutating func history(_ points: inout HistoryList) {
    // TODO: at most 64 points.
  }
}
