/// A table of functions: a head, and so many rows, in their order.
struct TopCheck {
  private let truth: ReporterTruth
  private let byTotal: Bool
  private let count: Int

  init(_ truth: ReporterTruth, byTotal: Bool, count: Int) {
    (self.truth, self.byTotal, self.count) = (truth, byTotal, count)
  }

  func check(_ text: [UInt8]) throws(ReportFault) {
    let lines = try ReportLines(text).all
    let head = ["self", "self%", "total", "total%", "name"].map { Array($0.utf8) }
    guard let first = lines.first, columns(first).map({ Array($0) }) == head else {
      throw ReportFault(.malformedLine, at: 0, "the first line is: self self% total total% name")
    }
    let right = Array(truth.rows(byTotal: byTotal).prefix(count))
    for (number, line) in lines.dropFirst().enumerated() {
      let columns = columns(line)
      guard columns.count == 5, columns[4].endIndex == line.bytes.endIndex else {
        throw ReportFault(.malformedLine, at: line.offset, "a line has five columns, and nothing behind the fifth")
      }
      guard let own = ReportLines.number(columns[0]), let all = ReportLines.number(columns[2]) else {
        throw ReportFault(.malformedLine, at: line.offset, "the first and the third column are numbers of 64 bits")
      }
      let shares = try (share(columns[1]), share(columns[3]))
      if let (place, reason) = ReportLines.fault(inName: columns[4]) {
        throw ReportFault(.malformedLine, at: place, reason)
      }
      guard number < right.count else {
        throw ReportFault(.wrongTop, at: line.offset, "this line is one too many, of \(right.count)")
      }
      let row = right[number]
      guard Array(columns[4]) == truth.writtenFunctions[row.function] else {
        throw ReportFault(.wrongTop, at: columns[4].startIndex, "here comes: \(self.text(row))")
      }
      guard own == row.selfBytes, all == row.totalBytes else {
        let place = own == row.selfBytes ? columns[2].startIndex : columns[0].startIndex
        throw ReportFault(.wrongTop, at: place, "the function has other bytes: \(self.text(row))")
      }
      guard shares == (truth.share(own), truth.share(all)) else {
        let place = shares.0 == truth.share(own) ? columns[3].startIndex : columns[1].startIndex
        throw ReportFault(.wrongShareOfTotal, at: place, "of the \(truth.total) bytes it is: \(self.text(row))")
      }
    }
    guard lines.count - 1 >= right.count else {
      throw ReportFault(.wrongTop, at: text.count, "a line is missing: \(self.text(right[lines.count - 1]))")
    }
  }

  private func columns(_ line: ReportLines.Line) -> [ArraySlice<UInt8>] {
    line.bytes.split(separator: 0x20, omittingEmptySubsequences: true)
  }

  /// Hundredths of a percent: digits, a point, two digits and a percent sign.
  private func share(_ column: ArraySlice<UInt8>) throws(ReportFault) -> UInt64 {
    let digits = column.dropLast(4)
    let end = Array(column.suffix(4))
    guard end.count == 4, end[0] == UInt8(ascii: "."), end[3] == UInt8(ascii: "%"), digits.count <= 4,
      let whole = ReportLines.number(digits), end[1...2].allSatisfy({ (0x30...0x39).contains($0) })
    else {
      throw ReportFault(.malformedLine, at: column.startIndex, "a share is like 0.05% or 100.00%")
    }
    return 100 * whole + UInt64(10 * (end[1] - 0x30) + (end[2] - 0x30))
  }

  private func text(_ row: ReporterTruth.Row) -> String {
    func share(_ bytes: UInt64) -> String {
      let hundredths = truth.share(bytes)
      return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }
    let name = ReportExcerpt.text(truth.writtenFunctions[row.function])
    return "\(row.selfBytes) \(share(row.selfBytes)) \(row.totalBytes) \(share(row.totalBytes)) \(name)"
  }
}
