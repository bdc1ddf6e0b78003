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
    if navigation.showsHelp { return filled(Self.help, to: rows, footer: StyledText("any key: back", .dim)) }
    var lines = [heading(columns)]
    // The verdict comes before the map, and the map before the neighbours, where there is not room for all.
    let remarks = view.lines(ofRemarks: columns, limit: max(1, (rows - 4) / (view.map == nil ? 1 : 2)))
    let figures = view.figures.isEmpty || rows < 8 ? 0 : 1
    var neighbours = rows >= 36 ? 9 : rows >= 26 ? 7 : rows >= 20 ? 5 : rows >= 14 ? 3 : 1
    let left = rows - 2 - figures - remarks.count
    if view.map == nil { neighbours = max(1, left) }
    lines += list(atMost: min(neighbours, left), width: columns)
    let gap = rows >= 24 ? [StyledText()] : []
    if figures > 0 { lines += gap + [StyledText(view.figures, .dim)] }
    let behind = remarks.isEmpty ? [] : gap + remarks
    if let map = view.map {
      let room = rows - 1 - lines.count - gap.count - behind.count
      lines += gap + map.lines(width: columns, height: room)
    }
    return filled(lines + behind, to: rows, footer: footer(columns))
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

  private static let help: [StyledText] = [
    StyledText("Keys", .bold),
    StyledText("  → n space      one operation forward"),
    StyledText("  ← p            one back"),
    StyledText("  PgDn PgUp      ten forward, ten back"),
    StyledText("  > <            a hundred forward, a hundred back"),
    StyledText("  Home End       the first, the last"),
    StyledText("  v              where it went wrong"),
    StyledText("  g 120 Enter    to operation 120"),
    StyledText("  / b12 Enter    to the next operation on block b12, or with that text"),
    StyledText("  / Enter        to the next one after that"),
    StyledText("  + - 0          map: closer, further away, by itself"),
    StyledText("  q              quit"),
    StyledText(),
    StyledText("Map", .bold),
    StyledText("  The heap before and after the operation, from left to right and from top to bottom."),
    StyledText("  Each character stands for as many bytes as is written below. A name is where its"),
    StyledText("  block begins; shades only tell neighbours apart. Where the heap is larger than the"),
    StyledText("  map, the line below it is the whole heap, with the part that is shown in brackets."),
  ]
}
