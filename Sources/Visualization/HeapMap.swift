/// The bytes of a heap before and after one operation, as a grid of characters; each stands for 2^k bytes.
///
///            before                            after
///     0x0000 b0▓▓b1▒▒▒▒▒▒▒▒▒▒▒·······          b0▓▓b1▒▒✗✗✗▒▒▒▒▒▒·······
///
/// It can be read without colours.
package struct HeapMap: Sendable {
  /// A live block.
  package struct Block: Sendable {
    package let bytes: Range<Int>
    /// Short, for example `b12`.
    package let name: String
    /// Any number that the block keeps as long as it lives.
    package let tint: Int

    package init(bytes: Range<Int>, name: String, tint: Int) {
      self.bytes = bytes
      self.name = name
      self.tint = tint
    }
  }

  /// The heap at one moment.
  package struct Moment: Sendable {
    /// One more than the heap's last byte.
    package var end: Int
    /// In any order; wrong ones may overlap, and lie outside.
    package var blocks: [Block]
    /// The bytes of the block that the operation is about.
    package var subject: Range<Int>?
    /// Bytes that are not as they should be.
    package var faults: [Range<Int>]

    package init(end: Int, blocks: [Block], subject: Range<Int>? = nil, faults: [Range<Int>] = []) {
      self.end = end
      self.blocks = blocks
      self.subject = subject
      self.faults = faults
    }
  }

  package let before: Moment
  package let after: Moment
  /// Bytes to have in view where the operation is about none; nil for the whole heap.
  package var surroundings: Range<Int>?
  /// Steps closer, or, where negative, further away than what fits best; each is a factor of two.
  package var zoom = 0
  /// Whether rows in which nothing is live, and nothing changed, are left out.
  package var isTerse = false

  package init(before: Moment, after: Moment) {
    self.before = before
    self.after = after
  }

  /// The map in at most so many columns and lines; nothing where there is no room.
  package func lines(width: Int, height: Int) -> [StyledText] {
    if before.end <= 0, after.end <= 0, after.faults.isEmpty {
      return height > 0 ? [StyledText("the heap is still empty", .dim)] : []
    }
    guard let layout = Layout(self, width: width, height: height) else { return [] }
    let first = cells(of: before, in: layout)
    var second = cells(of: after, in: layout)
    markChanges(from: first, in: &second, layout)
    let maps = [("before", first), ("after", second)]
    var lines: [StyledText] = []
    if layout.isSideBySide {
      let heading = maps.map { $0.0.padding(to: layout.columns + Layout.gap) }.joined()
      lines.append(StyledText(String(repeating: " ", count: layout.ruler) + heading, .dim).trimmed())
      lines += rows(maps.map(\.1), layout)
    } else {
      for (title, cells) in maps { lines += [StyledText(title, .dim)] + rows([cells], layout) }
    }
    if layout.isZoomed { lines.append(overview(layout)) }
    return Array((lines + legend(first + second, layout, width: width)).prefix(height))
  }

  /// The rows of maps side by side, each behind its address.
  private func rows(_ maps: [[Cell]], _ layout: Layout) -> [StyledText] {
    var lines: [StyledText] = []
    var isLeftOut = false
    for row in 0..<layout.rows {
      let cells = row * layout.columns..<(row + 1) * layout.columns
      if isTerse, row > 0, maps.allSatisfy({ $0[cells].allSatisfy(\.kind.isUnused) }) {
        isLeftOut = true
        continue
      }
      if isLeftOut { lines.append(StyledText("…", .dim)) }
      isLeftOut = false
      var line = StyledText(layout.address(ofRow: row), .dim)
      for (number, map) in maps.enumerated() {
        if number > 0 { line.append(String(repeating: " ", count: Layout.gap)) }
        for cell in map[cells] { line.append(cell.label.map(String.init) ?? cell.kind.glyph, cell.kind.tone) }
      }
      lines.append(line.trimmed())
    }
    return isLeftOut ? lines + [StyledText("…", .dim)] : lines
  }

  /// One line that stands for the whole heap: how full it is, and, in brackets, which part of it the map shows.
  private func overview(_ layout: Layout) -> StyledText {
    let count = max(layout.ruler, (layout.isSideBySide ? 2 : 1) * layout.columns - 2)
    let share = max(1, (layout.extent + count - 1) / count)
    var live = [Int](repeating: 0, count: count)
    for block in after.blocks {
      let bytes = block.bytes.clamped(to: 0..<layout.extent)
      if bytes.isEmpty { continue }
      for cell in bytes.lowerBound / share...(bytes.upperBound - 1) / share where cell < count {
        live[cell] += bytes.clamped(to: cell * share..<(cell + 1) * share).count
      }
    }
    let opens = layout.start / share
    let closes = min(max(opens, (layout.window.upperBound - 1) / share), count - 1)
    var line = StyledText("whole".padding(to: layout.ruler), .dim)
    for cell in 0..<count {
      if cell == opens { line.append("[", .bold) }
      line.append(Self.fullness(live[cell], of: min(share, after.end - cell * share)), .dim)
      if cell == closes { line.append("]", .bold) }
    }
    return line
  }

  private static func fullness(_ live: Int, of share: Int) -> String {
    if share <= 0 { return " " }
    if live <= 0 { return "·" }
    return ["░", "▒", "▓", "█"][min(3, live * 4 / share)]
  }
}

extension String {
  /// The text with spaces behind it, if it has fewer characters.
  func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
