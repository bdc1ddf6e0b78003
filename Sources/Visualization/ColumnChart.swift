/// Counts in columns side by side, as an SVG picture.
package struct ColumnChart: Sendable {
  package struct Column: Sendable {
    package let label: String
    package let count: Int

    package init(label: String, count: Int) { (self.label, self.count) = (label, count) }
  }

  private let columns: [Column]
  private let axis: String

  /// - Parameter axis: what the labels count.
  package init(_ columns: [Column], axis: String) { (self.columns, self.axis) = (columns, axis) }

  /// A picture that takes its colours from the page's class `column`.
  package func svg() -> String {
    let (width, height, step) = (640, 160, 640 / max(1, columns.count))
    let most = max(1, columns.map(\.count).max() ?? 1)
    var body = ""
    for (number, column) in columns.enumerated() {
      let (x, tall) = (number * step, column.count * height / most)
      let middle = "x=\"\(x + step / 2)\" text-anchor=\"middle\""
      body +=
        "<rect class=\"column\" x=\"\(x + 3)\" y=\"\(20 + height - tall)\" width=\"\(step - 6)\" height=\"\(tall)\"/>"
      if column.count > 0 { body += "<text \(middle) y=\"\(15 + height - tall)\">\(column.count)</text>" }
      body += "<text class=\"address\" \(middle) y=\"\(height + 36)\">\(markup(column.label))</text>\n"
    }
    return """
      <svg class="chart" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="distribution" viewBox="0 0 \(width) \(height + 60)">
      <path class="axis" d="M0 \(height + 20) H\(width)"/>
      \(body)<text class="address" x="\(width / 2)" y="\(height + 54)" text-anchor="middle">\(markup(axis))</text>
      </svg>

      """
  }
}
