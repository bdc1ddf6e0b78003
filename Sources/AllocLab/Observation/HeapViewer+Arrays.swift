/// What a heap viewer answers, as arrays: for trying one out in a test or a playground.
///
///     var viewer = GridViewer()
///     _ = viewer.mapped(0x1000, byteCount: 4096)
///     _ = viewer.allocated(0x1010, size: 24, overhead: 16)
///     viewer.numbers(of: .live, in: HeapGrid(start: 0x1000, byteCount: 64, cellBytes: 16))    // [0, 16, 8, 0]
extension HeapViewer where Self: ~Copyable {
  /// The numbers that it appends for a grid; nil where they are not one for each cell.
  public mutating func numbers(of plane: HeapPlane, in grid: HeapGrid) -> [UInt64]? {
    let count = grid.cellCount
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: max(count, 1))
    defer { unsafe room.deallocate() }
    // Safe: the list is gone when this returns.
    var list = unsafe CellList(AnswerList(base: room, capacity: count))
    cells(of: plane, in: grid, &list)
    guard list.count == count else { return nil }
    return (0..<count).map { unsafe room[$0] }
  }

  /// The points of its history, as far as these are whole.
  public mutating func points() -> [HistoryPoint] {
    let limit = 3 * 128
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: limit)
    defer { unsafe room.deallocate() }
    var list = unsafe HistoryList(AnswerList(base: room, capacity: limit))
    history(&list)
    return stride(from: 0, to: min(list.wordCount, limit) / 3 * 3, by: 3).map {
      unsafe HistoryPoint(least: room[$0], greatest: room[$0 + 1], last: room[$0 + 2])
    }
  }
}
