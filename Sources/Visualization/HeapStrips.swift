/// The blocks of a heap drawn to scale, as an SVG picture: strips from low to high addresses, overlapping blocks below each other.
///
/// Stretches of more than `gap` bytes without a block are left out, and begin another strip.
package struct HeapStrips: Sendable {
  package struct Block: Sendable {
    package let name: String
    package let bytes: Range<Int>
    /// Whether it is the one that the picture is about.
    package let isSubject: Bool

    package init(name: String, bytes: Range<Int>, isSubject: Bool) {
      (self.name, self.bytes, self.isSubject) = (name, bytes, isSubject)
    }
  }

  /// In pixels, but for the first.
  private static let (gap, width, laneHeight) = (512, 640, 26)

  private let strips: [[Block]]

  package init(_ blocks: [Block]) {
    var strips: [[Block]] = []
    var end = 0
    for block in blocks.sorted(by: { ($0.bytes.lowerBound, $0.name) < ($1.bytes.lowerBound, $1.name) }) {
      let start = block.bytes.lowerBound
      if strips.isEmpty || start > end && start - end > Self.gap { strips.append([]) }
      strips[strips.count - 1].append(block)
      end = strips[strips.count - 1].map(\.bytes.upperBound).max() ?? 0
    }
    self.strips = strips
  }

  /// A picture that takes its colours from the page's classes `block` and `subject`.
  ///
  /// - Complexity: O(blocks²), for those that overlap.
  package func svg() -> String {
    var (body, y) = ("", 0)
    for strip in strips {
      let first = strip[0].bytes.lowerBound
      let last = strip.map(\.bytes.upperBound).max() ?? first
      let scale = Double(Self.width) / Double(max(last - first, 1))
      func place(_ address: Int) -> Int { Int(Double(address - first) * scale) }
      body += Self.label(first, x: 0, y: y + 12, "start") + Self.label(last, x: Self.width, y: y + 12, "end")
      y += 18
      var lanes: [Int] = []
      for block in strip {
        let lane = lanes.firstIndex { $0 <= block.bytes.lowerBound } ?? lanes.count
        if lane == lanes.count { lanes.append(0) }
        lanes[lane] = block.bytes.upperBound
        let (x, top) = (place(block.bytes.lowerBound), y + lane * Self.laneHeight)
        let width = max(3, place(block.bytes.upperBound) - x)
        let what = "\(markup(block.name)): \(block.bytes.count) bytes at \(Self.address(block.bytes.lowerBound))"
        body +=
          "<g><title>\(what)</title><rect class=\"\(block.isSubject ? "subject" : "block")\" x=\"\(x)\" y=\"\(top)\" "
        body += "width=\"\(width)\" height=\"\(Self.laneHeight - 4)\"/>"
        // Letters of some eight pixels.
        if width > block.name.count * 8 + 4 {
          body += "<text x=\"\(x + width / 2)\" y=\"\(top + 15)\" text-anchor=\"middle\">\(markup(block.name))</text>"
        }
        body += "</g>\n"
      }
      y += lanes.count * Self.laneHeight + 8
    }
    return """
      <svg class="heap" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="heap map" viewBox="-1 0 \(Self.width + 2) \(y)">
      \(body)</svg>

      """
  }

  private static func label(_ address: Int, x: Int, y: Int, _ anchor: String) -> String {
    "<text class=\"address\" x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(Self.address(address))</text>\n"
  }

  private static func address(_ address: Int) -> String { "0x" + String(address, radix: 16) }
}
