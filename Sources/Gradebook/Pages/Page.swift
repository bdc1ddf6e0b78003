import Visualization

/// An HTML page that needs nothing but itself: no script, no font, no picture from elsewhere; dark and light, on screen and paper.
struct Page: Sendable {
  var title: String
  /// Markup.
  var body: String
  /// What this page alone needs beside what all have.
  var ownStyle = ""

  var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(markup(title))</title>
    <style>
    \(Self.style)\(ownStyle.isEmpty ? "" : "\n" + ownStyle)
    </style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
  }

  /// Rows of a table; what is a number stands at the right. Cells are markup.
  static func table(_ titles: [String], _ rows: [[String]], numbers: Set<Int>) -> String {
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { place, cell in
          "<\(tag)\(numbers.contains(place) ? " class=\"number\"" : "")>\(cell)</\(tag)>"
        }.joined() + "</tr>\n"
    }
    return "<div class=\"wide\"><table>\n<thead>\(line(titles, "th"))</thead>\n<tbody>\n"
      + rows.map { line($0, "td") }.joined() + "</tbody>\n</table></div>\n"
  }

  /// How much of a maximum was reached, to be seen at a glance.
  static func gauge(_ points: Double, _ maximum: Double) -> String {
    let percent = maximum > 0 ? Int((min(1, max(0, points / maximum)) * 100).rounded()) : 0
    return "<svg class=\"gauge\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
      + "<rect class=\"rest\" width=\"100\" height=\"8\"/><rect class=\"reached\" width=\"\(percent)\" height=\"8\"/></svg>"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1d2126; --soft: #5b6570; --paper: #fff; --card: #f5f6f8; --line: #d9dde2;
      --good: #23734a; --bad: #b3261e; --block: #b9cbe4; --subject: #f0a39c }
    @media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa4af; --paper: #15181c; --card: #1f242a;
      --line: #363d45; --good: #6fcf97; --bad: #ff8a80; --block: #38557c; --subject: #8c3a34 } }
    * { box-sizing: border-box }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
    h1 { margin: 0 0 .25rem; font-size: 1.6rem; overflow-wrap: anywhere } h2 { margin: 2rem 0 .5rem; font-size: 1.25rem }
    h3 { margin: 0; font-size: 1.05rem } h4 { margin: 1rem 0 .25rem; font-size: .95rem }
    p { margin: .4rem 0; overflow-wrap: anywhere } .soft { color: var(--soft); font-size: .9rem }
    .total { font-size: 1.3rem; font-weight: 600 } .good { color: var(--good) } .bad { color: var(--bad) }
    article { margin: 1rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
    .wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .92rem }
    th, td { padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line);
      overflow-wrap: break-word }
    th { color: var(--soft); font-weight: 500 }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
    pre { margin: .4rem 0; padding: .7rem; overflow-x: auto; background: var(--paper); border: 1px solid var(--line);
      border-radius: 6px; font: .85rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
    code { font: .9em ui-monospace, monospace } summary { cursor: pointer; color: var(--soft) }
    ul { margin: .3rem 0; padding-left: 1.2rem } li { overflow-wrap: anywhere }
    svg text { fill: var(--ink); font: 13px ui-monospace, monospace } svg .address { fill: var(--soft); font-size: 11px }
    .heap, .chart { display: block; width: 100%; max-width: 42rem; margin: .5rem 0 }
    .gauge { width: 100%; height: 8px; border-radius: 4px; display: block; margin: .4rem 0 }
    .rest { fill: var(--line) } .reached, .column { fill: var(--good) } .axis { stroke: var(--soft); fill: none }
    .block { fill: var(--block); stroke: var(--ink) } .subject { fill: var(--subject); stroke: var(--bad); stroke-width: 2 }
    @media print { main { max-width: none; padding: 0 } article { break-inside: avoid; background: none }
      body { font-size: 11pt } }
    """
}
