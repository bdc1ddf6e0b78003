/// A timeline: points that are there, in their order, and among them all that a plot must show.
struct TimelineCheck {
  private let points: [ReporterTruth.Point]
  private let count: Int

  init(_ points: [ReporterTruth.Point], count: Int) { (self.points, self.count) = (points, count) }

  func check(_ text: [UInt8]) throws(ReportFault) {
    var isThere = Array(repeating: false, count: points.count)
    var last: Int?
    var said = 0
    for line in try ReportLines(text).all {
      let columns = line.bytes.split(separator: 0x20, omittingEmptySubsequences: false)
      guard columns.count == 2, let time = ReportLines.number(columns[0]), let bytes = ReportLines.number(columns[1])
      else { throw ReportFault(.malformedLine, at: line.offset, "a line is a time, one space, and a number") }
      guard let place = place(of: time), points[place].bytes == bytes else {
        let known = place(of: time).map { "the total was \(points[$0].bytes) then" } ?? "nothing happened then"
        throw ReportFault(.inventedPoint, at: line.offset, "no point is at \(time) with \(bytes): \(known)")
      }
      if let last, place <= last {
        throw ReportFault(.wrongTimeline, at: line.offset, "this point is not later than the one before")
      }
      said += 1
      guard said <= count else {
        throw ReportFault(.wrongTimeline, at: line.offset, "this is one more than the \(count) points asked for")
      }
      isThere[place] = true
      last = place
    }
    guard points.count > count else {
      if let missing = isThere.firstIndex(of: false) {
        let problem = "all of the \(points.count) points fit, and one is missing: \(self.text(missing))"
        throw ReportFault(.lostPoint, at: text.count, problem)
      }
      return
    }
    for (place, name) in [(0, "first"), (points.count - 1, "last")] where !isThere[place] {
      throw ReportFault(
        .lostPoint, at: place == 0 ? 0 : text.count, "the \(name) point is missing: \(self.text(place))")
    }
    let slices = (count - 2) / 2
    for number in 0..<slices {
      let start = Int(UInt128(number) * UInt128(points.count) / UInt128(slices))
      let slice = start..<Int(UInt128(number + 1) * UInt128(points.count) / UInt128(slices))
      let bytes = points[slice].map(\.bytes)
      for (extreme, name) in [(bytes.max(), "most"), (bytes.min(), "fewest")] {
        guard let extreme, !slice.contains(where: { isThere[$0] && points[$0].bytes == extreme }) else { continue }
        let place = slice.first { points[$0].bytes == extreme } ?? start
        throw ReportFault(
          .lostPoint, at: text.count,
          "slice \(number) of \(slices), points \(slice.lowerBound) to \(slice.upperBound - 1), has its \(name) bytes nowhere: "
            + self.text(place))
      }
    }
  }

  private func text(_ place: Int) -> String { "\(points[place].time) \(points[place].bytes)" }

  private func place(of time: UInt64) -> Int? {
    var (low, high) = (0, points.count)
    while low < high {
      let middle = (low + high) / 2
      if points[middle].time < time { low = middle + 1 } else { high = middle }
    }
    return low < points.count && points[low].time == time ? low : nil
  }
}
