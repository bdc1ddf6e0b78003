/// Rows in aligned columns, without lines drawn around them: to read on a terminal, and to cut and sort in a pipe.
///
///     exercise  points  time
///     pool       30/30  0.91×
package struct TextTable: Sendable {
  package enum Alignment: Sendable {
    case left
    /// For numbers.
    case right
  }

  package struct Column: Sendable {
    package var title: String
    package var alignment: Alignment

    package init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Cells may hold styles; the ones of a short row that are missing are empty, and control characters become spaces.
  package mutating func append(_ cells: [String]) {
    precondition(cells.count <= columns.count, "a row has more cells than the table has columns")
    let oneLine = cells.map { cell in String(cell.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
    rows.append(oneLine + Array(repeating: "", count: columns.count - cells.count))
  }

  /// The table, each line ended by a line feed and free of spaces at its end; the titles come first if there are any.
  package func text(style: TerminalStyle = .plain, indent: Int = 0) -> String {
    let titles = columns.map { $0.title }
    let isTitled = titles.contains { !$0.isEmpty }
    let widths = columns.indices.map { column in
      ([titles] + rows).map { displayWidth($0[column]) }.max() ?? 0
    }
    var lines = rows.map { line($0, widths: widths) }
    // A title's style must not hold the padding, or lines would end in invisible characters.
    if isTitled { lines.insert(line(titles.map { style.bold($0) }, widths: widths), at: 0) }
    let margin = String(repeating: " ", count: indent)
    return lines.map { ($0.isEmpty ? "" : margin + $0) + "\n" }.joined()
  }

  private func line(_ cells: [String], widths: [Int]) -> String {
    var line = ""
    // Spaces due before the next cell that shows anything.
    var gap = 0
    for (column, cell) in cells.enumerated() {
      let padding = widths[column] - displayWidth(cell)
      if columns[column].alignment == .right { gap += padding }
      if !cell.isEmpty {
        line += String(repeating: " ", count: gap) + cell
        gap = 0
      }
      if columns[column].alignment == .left { gap += padding }
      gap += 2
    }
    return line
  }
}
