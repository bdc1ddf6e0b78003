import Visualization

/// A student's pictures of a heap beside the true ones, by workload.
package struct HeapViewPage: Sendable {
  /// What was drawn of one grid, or of the history, and what is right.
  package struct Picture: Sendable {
    /// The number of the operation that asked for it.
    package var operation: Int
    /// `live`, `heat` and so on; nil for the history.
    package var plane: String?
    package var start: UInt64
    package var byteCount: UInt64
    package var cellBytes: UInt64
    /// A number a cell, or three a point.
    package var said: [UInt64]
    package var right: [UInt64]

    package init(
      operation: Int, plane: String?, start: UInt64, byteCount: UInt64, cellBytes: UInt64, said: [UInt64],
      right: [UInt64]
    ) {
      (self.operation, self.plane, self.start, self.byteCount) = (operation, plane, start, byteCount)
      (self.cellBytes, self.said, self.right) = (cellBytes, said, right)
    }
  }

  /// What came of one trace.
  package struct Section: Sendable {
    package var name: String
    package var summary: String
    /// In sentences, each right or not.
    package var remarks: [(text: String, isRight: Bool)]
    /// Pictures of one grid each.
    package var groups: [[Picture]]

    package init(
      name: String, summary: String, remarks: [(text: String, isRight: Bool)], groups: [[Picture]]
    ) {
      (self.name, self.summary, self.remarks, self.groups) = (name, summary, remarks, groups)
    }
  }

  private let title: String
  private let sections: [Section]

  package init(title: String, _ sections: [Section]) { (self.title, self.sections) = (title, sections) }

  package var text: String { Page(title: title, body: body, ownStyle: Self.style).text }

  private var body: String {
    var text = "<h1>\(markup(title))</h1>\n"
    text +=
      "<p class=\"soft\">Left is what you drew, right what is true. The more there is in a cell, the stronger its colour; "
    text += "rest the pointer on one for its numbers. What differs is outlined.</p>\n<ul class=\"contents\">\n"
    for section in sections {
      let isRight = section.remarks.allSatisfy(\.isRight)
      text += "<li><a href=\"#\(markup(section.name))\">\(markup(section.name))</a> "
      text += isRight ? "<span class=\"good\">✓</span></li>\n" : "<span class=\"bad\">✗</span></li>\n"
    }
    return text + "</ul>\n" + sections.map(article).joined()
  }

  private func article(_ section: Section) -> String {
    var text = "<article id=\"\(markup(section.name))\">\n<h3>\(markup(section.name))</h3>\n"
    text += "<p class=\"soft\">\(markup(section.summary))</p>\n"
    for (remark, isRight) in section.remarks {
      text += "<p class=\"\(isRight ? "good" : "bad")\">\(isRight ? "✓" : "✗") \(markup(remark))</p>\n"
    }
    return text + section.groups.map(pictures).joined() + "</article>\n"
  }

  private func pictures(_ group: [Picture]) -> String {
    guard let first = group.first else { return "" }
    let end = first.start &+ first.byteCount
    let place =
      first.plane == nil
      ? "History of live bytes"
      : "0x\(String(first.start, radix: 16)) up to 0x\(String(end, radix: 16)), \(Self.bytes(first.cellBytes)) a cell"
    var text = "<h4>\(place)<span class=\"soft\"> · after operation \(first.operation)</span></h4>\n"
    for picture in group {
      text += "<div class=\"wide\">\(svg(picture))</div>\n"
    }
    return text
  }

  private func svg(_ picture: Picture) -> String {
    guard let plane = picture.plane else {
      return BandChart(said: Self.points(picture.said), right: Self.points(picture.right)).svg()
    }
    return CellPicture(
      plane: plane, said: picture.said, right: picture.right, start: picture.start,
      cellBytes: picture.cellBytes, isShare: plane != "heat"
    ).svg()
  }

  private static func points(_ words: [UInt64]) -> [BandChart.Point] {
    stride(from: 0, to: words.count / 3 * 3, by: 3).map {
      BandChart.Point(least: words[$0], greatest: words[$0 + 1], last: words[$0 + 2])
    }
  }

  private static func bytes(_ count: UInt64) -> String {
    var (number, unit) = (count, "byte")
    for larger in ["KiB", "MiB", "GiB", "TiB"] where number >= 1024 && number % 1024 == 0 {
      (number, unit) = (number / 1024, larger)
    }
    return "\(number) \(unit)\(unit == "byte" && number != 1 ? "s" : "")"
  }

  private static let style = """
    main { max-width: 72rem }
    :root { --live: #2b62ad; --metadata: #8a4fae; --free: #4b7f52; --touched: #a56a12; --heat: #c2331f; --none: #eceef1 }
    @media (prefers-color-scheme: dark) { :root { --live: #78aef2; --metadata: #c79be6; --free: #86c78f; --touched: #e0ad5c;
      --heat: #ff8468; --none: #2a3037 } }
    .live { fill: var(--live) } .metadata { fill: var(--metadata) } .free { fill: var(--free) }
    .touched { fill: var(--touched) } .heat { fill: var(--heat) } .none { fill: var(--none) }
    .differs { fill: none; stroke: var(--ink); stroke-width: 1.6 } .halo { fill: none; stroke: var(--paper); stroke-width: 4 }
    .missing { stroke-dasharray: 3 2 }
    .band { fill: var(--live); fill-opacity: .35 } .last { fill: none; stroke: var(--live); stroke-width: 1.5 }
    .cells { display: block; margin: .4rem 0 } svg text.plane { font-weight: 700 }
    .contents { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; list-style: none; padding: 0 }
    """
}
