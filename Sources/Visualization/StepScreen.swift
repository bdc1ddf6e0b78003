/// A terminal's whole screen for one operation of a replay.
package struct StepScreen {
  package let view: StepView
  package let navigation: StepNavigation

  package init(view: StepView, navigation: StepNavigation) {
    self.view = view
    self.navigation = navigation
  }

  /// The least size on which anything can be told.
  package static let least = (columns: 20, rows: 4)

  /// Exactly as many lines as the terminal has; those that are too wide are for the terminal's side to cut.
  package func lines(columns: Int, rows: Int) -> [StyledText] {
    guard columns >= Self.least.columns, rows >= Self.least.rows else {
      return filled([StyledText("too small")], to: rows, footer: nil)
    }
    if navigation.showsHelp { return filled(Self.help(columns), to: rows, footer: StyledText("any key: back", .dim)) }
    var lines = [heading(columns)]
    let gap = rows >= 24 ? [StyledText()] : []
    let figures = view.figures.isEmpty || rows < 8 ? [] : gap + [StyledText(view.figures, .dim)]
    // The heading and the keys have a line each. The verdict comes before the map, and the map before the neighbours.
    let room = rows - 2 - figures.count
    var neighbours = min(rows >= 36 ? 9 : rows >= 26 ? 7 : rows >= 20 ? 5 : rows >= 14 ? 3 : 1, view.rows.count)
    var remarks = remarks(columns, limit: room / 2 - 1, gap)
    let mapRoom = room - neighbours - gap.count - remarks.count
    var map = view.map?.lines(width: columns, height: mapRoom) ?? []
    if map.isEmpty {
      remarks = self.remarks(columns, limit: max(1, room - 1 - gap.count), gap)
      neighbours = max(1, room - remarks.count)
    } else {
      map = gap + map
    }
    lines += list(atMost: neighbours, width: columns)
    return filled(lines + figures + map + remarks, to: rows, footer: footer(columns))
  }

  private func remarks(_ columns: Int, limit: Int, _ gap: [StyledText]) -> [StyledText] {
    let lines = view.lines(ofRemarks: columns, limit: limit)
    return lines.isEmpty ? [] : gap + lines
  }

  private func filled(_ lines: [StyledText], to rows: Int, footer: StyledText?) -> [StyledText] {
    let room = max(0, rows - (footer == nil ? 0 : 1))
    let shown = Array(lines.prefix(room))
    let blank = [StyledText](repeating: StyledText(), count: room - shown.count)
    return shown + blank + (footer.map { [$0] } ?? [])
  }

  private func heading(_ columns: Int) -> StyledText {
    let (range, index) = (view.range, view.index)
    let place = range.isEmpty ? "no operations" : "operation \(index) of \(range.lowerBound) … \(range.upperBound - 1)"
    // Where one is matters more than what of.
    let room = columns - place.count - 2
    var line = StyledText(place, .bold)
    if room >= 8 {
      let title = view.title.count > room ? view.title.prefix(room - 1) + "…" : view.title[...]
      line.append("  " + title)
    }
    return line
  }

  /// The operation with as many before it as behind it, where there are.
  private func list(atMost count: Int, width: Int) -> [StyledText] {
    guard let place = view.rows.firstIndex(where: { $0.index == view.index }), count > 0 else {
      return [StyledText(view.rows.isEmpty ? "nothing was performed" : "", .dim)]
    }
    let start = max(0, min(place - count / 2, view.rows.count - count))
    let shown = view.rows[start..<min(start + count, view.rows.count)]
    let longest = shown.map(\.operation.count).max() ?? 0
    let outcome = shown.map(\.outcome.count).max() ?? 0
    let digits = String(max(view.range.upperBound - 1, 0)).count
    // Beside both stand a mark, the number, an arrow, and what went wrong.
    let operationWidth = min(longest, max(8, width - outcome - digits - 10))
    return shown.map { view.line($0, operationWidth: operationWidth) }
  }

  private func footer(_ columns: Int) -> StyledText {
    if let prompt = navigation.prompt {
      var line = StyledText(prompt.question + ": ", .bold)
      line.append(prompt.text + "▏")
      return line
    }
    if let message = navigation.message { return StyledText(message, .bold) }
    var line = StyledText()
    if let failure = view.failure, failure != view.index {
      line.append("✗ at \(failure): press v", .wrong)
      line.append("   ")
    }
    let keys = ["→ next", "← back", "g go to", "/ find", "? help", "q quit"]
    var shown = keys
    while shown.count > 1, line.count + shown.joined(separator: "   ").count > columns { shown.remove(at: 0) }
    line.append(shown.joined(separator: "   "), .dim)
    return line
  }

  private static func help(_ columns: Int) -> [StyledText] {
    let width = max(keys.map(\.key.count).max() ?? 0, 0) + 4
    var lines = [StyledText("Keys", .bold)]
    for (key, meaning) in keys {
      let parts = wrapped(meaning, width: max(columns - width, 10))
      for (number, part) in parts.enumerated() {
        lines.append(StyledText(("  " + (number == 0 ? key : "")).padding(to: width) + part))
      }
    }
    lines += [StyledText(), StyledText("Map", .bold)]
    return lines + wrapped(mapHelp, width: max(min(columns, 90) - 2, 10)).map { StyledText("  " + $0) }
  }

  private static let keys: [(key: String, meaning: String)] = [
    ("→ n space", "one operation forward"), ("← p", "one back"), ("PgDn PgUp", "ten forward, ten back"),
    ("> <", "a hundred forward, a hundred back"), ("Home End", "the first, the last"), ("v", "where it went wrong"),
    ("g 120 Enter", "to operation 120"), ("/ b12 Enter", "to the next operation on block b12, or with that text"),
    ("/ Enter", "to the next one after that"), ("+ - 0", "map: closer, further away, by itself"), ("q", "quit"),
  ]

  private static let mapHelp = """
    The heap before and after the operation, from left to right and from top to bottom. Each character stands for as \
    many bytes as is written below. A name is where its block begins; shades only tell neighbours apart. Where the \
    heap is larger than the map, the line below it is the whole heap, with the part that is shown in brackets.
    """
}
