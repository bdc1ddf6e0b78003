/// Two histories side by side, a student's and the true one: a band from the least to the greatest number of each point, and a line through
/// the last ones. Points that differ are marked in both.
package struct BandChart: Sendable {
  /// A point of a history.
  package struct Point: Equatable, Sendable {
    package let least: UInt64
    package let greatest: UInt64
    package let last: UInt64

    package init(least: UInt64, greatest: UInt64, last: UInt64) {
      (self.least, self.greatest, self.last) = (least, greatest, last)
    }
  }

  private let said: [Point]
  private let right: [Point]

  package init(said: [Point], right: [Point]) { (self.said, self.right) = (said, right) }

  private static let (labelWidth, width, height, top, gap) = (118, 400, 120, 22, 28)

  private var most: UInt64 { max(1, right.map(\.greatest).max() ?? 1) }

  /// A picture that takes its colours from the page's classes `band`, `last`, `axis`, `differs` and `halo`.
  package func svg() -> String {
    var body = "<text class=\"plane\" x=\"0\" y=\"14\">live bytes</text>\n"
    for (name, y) in [("\(most)", Self.top + 4), ("0", Self.top + Self.height + 4)] {
      body += "<text class=\"address\" x=\"\(Self.labelWidth - 8)\" y=\"\(y)\" text-anchor=\"end\">\(name)</text>\n"
    }
    for (number, (name, points)) in [("yours", said), ("right", right)].enumerated() {
      let left = Self.labelWidth + number * (Self.width + Self.gap)
      body += "<text x=\"\(left)\" y=\"14\">\(name)</text>\n" + panel(points, left: left)
    }
    let (width, height) = (Self.labelWidth + 2 * Self.width + Self.gap, Self.top + Self.height + 12)
    return """
      <svg class="cells" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="history, yours and right" \
      width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
      \(body)</svg>

      """
  }

  private func panel(_ points: [Point], left: Int) -> String {
    let step = Double(Self.width) / Double(max(1, said.count, right.count))
    func x(_ place: Int) -> Int { left + Int(Double(place) * step) }
    func y(_ number: UInt64) -> Int {
      Self.top + Self.height - Int(min(1, Double(number) / Double(most)) * Double(Self.height))
    }
    var text = "<path class=\"axis\" d=\"M\(left) \(Self.top + Self.height) h\(Self.width)\"/>\n"
    var line = ""
    for (place, point) in points.enumerated() {
      let (from, to) = (x(place), x(place + 1))
      let isWrong = place >= right.count || place >= said.count || said[place] != right[place]
      let tall = max(2, y(point.least) - y(point.greatest))
      let told = "point \(place): least \(point.least), greatest \(point.greatest), last \(point.last)"
      text +=
        "<rect class=\"band\" x=\"\(from)\" y=\"\(y(point.greatest))\" width=\"\(max(1, to - from - 1))\" height=\"\(tall)\">"
        + "<title>\(told)</title></rect>\n"
      if isWrong {
        let box =
          "x=\"\(from)\" y=\"\(y(point.greatest) - 2)\" width=\"\(max(1, to - from - 1))\" height=\"\(tall + 4)\""
        text += "<rect class=\"halo\" \(box)/><rect class=\"differs\" \(box)/>\n"
      }
      line += "\(place == 0 ? "M" : "L")\((from + to) / 2) \(y(point.last)) "
    }
    return points.isEmpty ? text : text + "<path class=\"last\" d=\"\(line)\"/>\n"
  }
}
