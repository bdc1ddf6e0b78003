/// The numbers of a range's cells as two pictures side by side, a student's and the true one: the more, the darker. Cells that differ are
/// outlined in both.
package struct CellPicture: Sendable {
  /// What the numbers are, for example `live`; it is the class of the cells too.
  package let plane: String
  package let said: [UInt64]
  package let right: [UInt64]
  /// The number that is darkest.
  private let most: UInt64
  private let start: UInt64
  private let cellBytes: UInt64

  /// - Parameters:
  ///   - start: where the first cell begins.
  ///   - isShare: whether numbers are bytes of a cell, so that a full cell is darkest; else the largest is.
  package init(
    plane: String, said: [UInt64], right: [UInt64], start: UInt64, cellBytes: UInt64, isShare: Bool
  ) {
    (self.plane, self.said, self.right, self.start, self.cellBytes) = (plane, said, right, start, cellBytes)
    let largest = right.max() ?? 0
    // Where no cell is nearly full, what there is should be seen all the same.
    most = max(1, isShare && largest > cellBytes / 4 ? min(cellBytes, max(largest, 1)) : largest)
  }

  /// The places of cells that differ, those too that only one of both has.
  package var differences: [Int] {
    (0..<max(said.count, right.count)).filter {
      $0 >= said.count || $0 >= right.count || said[$0] != right[$0]
    }
  }

  private static let (labelWidth, heading, gap) = (118, 22, 28)

  private var columns: Int {
    switch max(said.count, right.count) {
    case 0...16: max(1, said.count, right.count)
    case ...128: 16
    case ...512: 32
    default: 64
    }
  }

  /// In pixels.
  private var side: Int { columns <= 16 ? 16 : columns <= 32 ? 11 : 7 }

  /// A picture that takes its colours from the page's classes of planes, `none`, `differs` and `halo`.
  ///
  /// - Complexity: O(cells).
  package func svg() -> String {
    let rows = (max(said.count, right.count) + columns - 1) / columns
    let panel = columns * side
    let (width, height) = (Self.labelWidth + 2 * panel + Self.gap, Self.heading + rows * side + 26)
    let wrong = Set(differences)
    var body = "<text class=\"plane\" x=\"0\" y=\"14\">\(markup(plane))</text>\n"
    for row in 0..<rows where row % max(1, (14 + side - 1) / side) == 0 {
      let address = start &+ UInt64(row * columns) &* cellBytes
      body +=
        "<text class=\"address\" x=\"\(Self.labelWidth - 8)\" y=\"\(Self.heading + row * side + side / 2 + 4)\" "
        + "text-anchor=\"end\">0x\(String(address, radix: 16))</text>\n"
    }
    for (number, (name, cells)) in [("yours", said), ("right", right)].enumerated() {
      let left = Self.labelWidth + number * (panel + Self.gap)
      body += "<text x=\"\(left)\" y=\"14\">\(name)</text>\n"
      body += panelText(cells, left: left, wrong)
    }
    body += legend(y: Self.heading + rows * side + 8)
    return """
      <svg class="cells" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="\(plane), yours and right" \
      width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)">
      \(body)</svg>

      """
  }

  /// Cells of a row that have the same number are one rectangle.
  private func panelText(_ cells: [UInt64], left: Int, _ wrong: Set<Int>) -> String {
    var (text, halos, outlines, first) = ("", "", "", 0)
    while first < cells.count {
      var end = first + 1
      while end < cells.count, end % columns != 0, cells[end] == cells[first], !wrong.contains(first),
        !wrong.contains(end)
      {
        end += 1
      }
      let place = place(first, left: left)
      let box = "x=\"\(place.x)\" y=\"\(place.y)\" width=\"\((end - first) * side)\" height=\"\(side)\""
      let which = end == first + 1 ? "cell \(first)" : "cells \(first) to \(end - 1)"
      let at = "0x" + String(start &+ UInt64(first) &* cellBytes, radix: 16)
      let truth =
        wrong.contains(first) ? ", \(first < right.count ? "right is \(right[first])" : "there is no such cell")" : ""
      text +=
        "<rect class=\"\(cells[first] == 0 ? "none" : plane)\" \(box) fill-opacity=\"\(opacity(cells[first]))\">"
        + "<title>\(which) at \(at): \(cells[first])\(truth)</title></rect>\n"
      if wrong.contains(first) {
        halos += "<rect class=\"halo\" \(box)/>\n"
        outlines += "<rect class=\"differs\" \(box)/>\n"
      }
      first = end
    }
    let missing = wrong.filter { $0 >= cells.count }.sorted().map { cell in
      let place = place(cell, left: left)
      return
        "<rect class=\"differs missing\" x=\"\(place.x)\" y=\"\(place.y)\" width=\"\(side)\" height=\"\(side)\"/>\n"
    }
    return text + halos + outlines + missing.joined()
  }

  private func place(_ cell: Int, left: Int) -> (x: Int, y: Int) {
    (left + cell % columns * side, Self.heading + cell / columns * side)
  }

  /// In hundredths: something is never as light as nothing.
  private func opacity(_ number: UInt64) -> String {
    if number == 0 { return "1" }
    let share = min(1, Double(number) / Double(most))
    let hundredths = 18 + Int(share * 82)
    return hundredths >= 100 ? "1" : "0.\(hundredths)"
  }

  private func legend(y: Int) -> String {
    var (text, x) = ("", Self.labelWidth)
    for number in [0, most / 4, most / 2, most] where number > 0 || x == Self.labelWidth {
      text +=
        "<rect class=\"\(number == 0 ? "none" : plane)\" x=\"\(x)\" y=\"\(y)\" width=\"12\" height=\"12\" "
        + "fill-opacity=\"\(opacity(number))\"/><text class=\"address\" x=\"\(x + 16)\" y=\"\(y + 10)\">\(number)</text>\n"
      x += 30 + 8 * "\(number)".count
    }
    guard !differences.isEmpty else { return text }
    return text + "<rect class=\"differs\" x=\"\(x)\" y=\"\(y)\" width=\"12\" height=\"12\"/>"
      + "<text class=\"address\" x=\"\(x + 16)\" y=\"\(y + 10)\">differs</text>\n"
  }
}
