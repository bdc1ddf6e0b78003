extension HeapMap {
  /// What part of a heap is shown, how large, and where.
  struct Layout {
    /// Columns between two maps side by side.
    static let gap = 3
    /// The most columns of a map, and the most rows.
    static let limits = (columns: 64, rows: 16)

    /// Columns of the addresses at the left.
    let ruler: Int
    /// Cells a row: a power of two, so that rows begin at round addresses.
    let columns: Int
    let rows: Int
    let isSideBySide: Bool
    /// The base-2 logarithm of the bytes of a cell.
    let scale: Int
    /// The first address shown.
    let start: Int
    /// One more than the last byte that there is to show.
    let extent: Int
    /// Whether there is more than fits.
    let isZoomed: Bool

    /// The bytes that are shown.
    var window: Range<Int> { start..<start + rows * rowBytes }
    private var rowBytes: Int { columns << scale }

    init?(_ map: HeapMap, width: Int, height: Int) {
      extent = Self.extent(of: map)
      let digits = max(4, String(extent, radix: 16).count)
      ruler = digits + 3
      isSideBySide = width >= ruler + 2 * 32 + Self.gap
      let room = isSideBySide ? (width - ruler - Self.gap) / 2 : width - ruler
      guard room >= 8 else { return nil }
      var columns = 8
      while columns * 2 <= min(room, Self.limits.columns) { columns *= 2 }
      self.columns = columns
      // Headings, the whole heap's line, and the legend.
      let legend = width < 90 ? 2 : 1
      let most = isSideBySide ? height - 2 - legend : (height - 3 - legend) / 2
      guard most >= 1 else { return nil }
      let rowLimit = min(most, Self.limits.rows)

      let whole = Self.scale(of: extent, cells: columns * rowLimit)
      let focus = map.focus
      // A block that would not fill a cell or two is looked at from closer by.
      let size = min(max(focus?.count ?? Int.max, 16), 1 << 40)
      let near = min(whole, max(0, (size / 4).logarithm))
      let best = 2 << whole > size ? near : whole
      let scale = min(max(best - map.zoom, 0), whole)
      self.scale = scale
      let rowBytes = columns << scale
      rows = min(rowLimit, max(1, (extent + rowBytes - 1) / rowBytes))
      isZoomed = rows * rowBytes < extent
      start = isZoomed ? Self.start(around: focus?.lowerBound ?? 0, rows: rows, rowBytes: rowBytes, extent) : 0
    }

    /// The first byte shown: the same for all places near by, so that the map stands still while one steps through it.
    private static func start(around place: Int, rows: Int, rowBytes: Int, _ extent: Int) -> Int {
      let step = rows > 1 ? rows / 2 * rowBytes : rowBytes / 2
      let last = (extent - 1) / rowBytes * rowBytes - (rows - 1) * rowBytes
      return min(max(0, (place - rows * rowBytes / 4) / step * step), max(0, last))
    }

    /// The least scale at which so many cells hold so many bytes.
    private static func scale(of extent: Int, cells: Int) -> Int {
      var scale = 0
      while cells << scale < extent { scale += 1 }
      return scale
    }

    /// The heap, and blocks that reach beyond it, as far as they do not lie in another world.
    private static func extent(of map: HeapMap) -> Int {
      let heap = max(map.before.end, map.after.end, 1)
      let interesting = map.after.faults + [map.before.subject, map.after.subject].compactMap { $0 }
      let reach = interesting.map(\.upperBound).filter { $0 <= 2 * heap + 4096 }.max() ?? 0
      return max(heap, reach)
    }

    func address(ofRow row: Int) -> String {
      let digits = String(start + row * rowBytes, radix: 16)
      return "0x" + String(repeating: "0", count: max(0, ruler - 3 - digits.count)) + digits + " "
    }

    /// The bytes of a cell, counted from the window's start.
    func bytes(ofCell cell: Int) -> Range<Int> { start + cell << scale..<start + (cell + 1) << scale }

    /// The cells that hold any of these bytes.
    func cells(of bytes: Range<Int>) -> Range<Int> {
      let shown = bytes.clamped(to: window)
      return shown.isEmpty ? 0..<0 : (shown.lowerBound - start) >> scale..<(shown.upperBound - 1 - start) >> scale + 1
    }
  }

  /// The bytes that matter most.
  private var focus: Range<Int>? {
    let limit = max(before.end, after.end)
    let faults = (before.faults + after.faults).filter { $0.lowerBound < limit }
    // What is wrong with the operation's own block, if anything is, or else what was wrong last.
    let own = [after.subject, before.subject].compactMap { $0 }
    if let fault = faults.first(where: { fault in own.contains { $0.overlaps(fault) } }) ?? faults.last {
      let block = (after.blocks + before.blocks).first { $0.bytes.contains(fault.lowerBound) }
      return fault.lowerBound..<max(fault.upperBound, block?.bytes.upperBound ?? 0)
    }
    return [after.subject, before.subject, surroundings].compactMap { $0 }.first { $0.lowerBound < limit }
  }
}

extension Int {
  /// The base-2 logarithm, rounded down; 0 for what is not positive.
  fileprivate var logarithm: Int { self > 0 ? Int.bitWidth - 1 - leadingZeroBitCount : 0 }
}
