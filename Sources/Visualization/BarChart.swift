/// Horizontal bars in groups, as text for a terminal or as an SVG picture.
package struct BarChart: Sendable {
  /// Bars that are compared with each other.
  package struct Group: Sendable {
    package let title: String
    package let bars: [Bar]

    package init(title: String, bars: [Bar]) {
      self.title = title
      self.bars = bars
    }
  }

  package struct Bar: Sendable {
    package let label: String
    /// Nil where there is nothing to show; the caption says why.
    package let value: Double?
    package let caption: String
    /// Whether it is among the best of its group.
    package let isBest: Bool

    package init(label: String, value: Double?, caption: String, isBest: Bool) {
      self.label = label
      self.value = value
      self.caption = caption
      self.isBest = isBest
    }
  }

  package let title: String
  package let groups: [Group]

  package init(title: String, groups: [Group]) {
    self.title = title
    self.groups = groups
  }

  /// Bars of block characters, the longest of each group `width` characters long.
  ///
  /// - Parameter emphasise: how the best bars are set off, for a terminal that can.
  package func text(width: Int, emphasise: (String) -> String = { $0 }) -> String {
    var lines = [title]
    let labelWidth = groups.flatMap(\.bars).map(\.label.count).max() ?? 0
    for group in groups {
      lines.append("  " + group.title)
      let longest = group.bars.compactMap(\.value).max() ?? 0
      for bar in group.bars {
        let eighths = longest > 0 ? Int((bar.value ?? 0) / longest * Double(width * 8) + 0.5) : 0
        let blocks = String(repeating: "█", count: eighths / 8) + (eighths % 8 > 0 ? Self.parts[eighths % 8] : "")
        let label = bar.label + String(repeating: " ", count: labelWidth - bar.label.count)
        lines.append("    \(label) \(bar.isBest ? emphasise(blocks) : blocks) \(bar.caption)\(bar.isBest ? " ✓" : "")")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

  /// A picture of its own, with its fonts and colours in it.
  package func svg() -> String {
    let rowHeight = 20
    let barStart = 110
    let barWidth = 480
    var y = 40
    var body = ""
    for group in groups {
      body += "<text x=\"12\" y=\"\(y + 14)\" class=\"group\">\(markup(group.title))</text>\n"
      y += rowHeight + 4
      let longest = group.bars.compactMap(\.value).max() ?? 0
      for bar in group.bars {
        let length = longest > 0 ? Int((bar.value ?? 0) / longest * Double(barWidth)) : 0
        body += "<text x=\"\(barStart - 8)\" y=\"\(y + 14)\" class=\"label\">\(markup(bar.label))</text>\n"
        body +=
          "<rect x=\"\(barStart)\" y=\"\(y + 2)\" width=\"\(length)\" height=\"\(rowHeight - 5)\" rx=\"2\" "
          + "class=\"\(bar.isBest ? "best" : "bar")\"/>\n"
        body +=
          "<text x=\"\(barStart + length + 6)\" y=\"\(y + 14)\" class=\"caption\">\(markup(bar.caption))</text>\n"
        y += rowHeight
      }
      y += 10
    }
    let width = barStart + barWidth + 170
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(y + 10)" viewBox="0 0 \(width) \(y + 10)">
      <style>
      svg { background: #fff; font: 13px system-ui, sans-serif; fill: #222 }
      .title { font-size: 16px; font-weight: 600 } .group { font-weight: 600 } .label { text-anchor: end }
      .caption { fill: #555 } .bar { fill: #9aa7b5 } .best { fill: #2f7d4f }
      </style>
      <text x="12" y="24" class="title">\(markup(title))</text>
      \(body)</svg>

      """
  }
}
