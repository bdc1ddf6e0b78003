/// The plain form of a walk, for pipes and files: each operation in a line, and what there is to tell of it below.
package enum StepListing {
  /// The columns and lines of a map.
  package static let mapSize = (columns: 80, rows: 12)

  /// One operation.
  ///
  /// - Parameter withMap: whether its map is shown.
  package static func lines(_ view: StepView, withMap: Bool) -> [StyledText] {
    var lines: [StyledText] = []
    if let row = view.rows.first(where: { $0.index == view.index }) {
      let number = String(row.index)
      let digits = String(max(view.range.upperBound - 1, 0)).count
      var line = StyledText(String(repeating: " ", count: max(0, digits - number.count)) + number + "  ", .dim)
      line.append(row.outcome.isEmpty ? row.operation : row.operation.padding(to: 34) + " → " + row.outcome, .bold)
      if row.index == view.failure { line.append("  ✗", .wrong) }
      lines.append(line)
    }
    if withMap, var map = view.map {
      map.isTerse = true
      if !view.figures.isEmpty { lines.append(StyledText("    " + view.figures, .dim)) }
      lines += map.lines(width: mapSize.columns, height: mapSize.rows).map { line in
        var indented = StyledText("    ")
        indented.append(line)
        return indented.trimmed()
      }
    }
    let remarks = view.lines(ofRemarks: mapSize.columns + 16, limit: .max)
    lines += remarks.map { line in
      var indented = StyledText("    ")
      indented.append(line)
      return indented
    }
    return withMap || !remarks.isEmpty ? lines + [StyledText()] : lines
  }
}
