import Examining

/// What is wrong with a report, and where.
struct ReportFault: Error {
  let kind: ViolationKind
  /// Of the first byte that it is about.
  let offset: Int
  let message: String

  init(_ kind: ViolationKind, at offset: Int, _ message: String) {
    (self.kind, self.offset, self.message) = (kind, offset, message)
  }
}

/// The lines of a report.
struct ReportLines {
  struct Line {
    /// Of its first byte.
    let offset: Int
    /// Without the newline.
    let bytes: ArraySlice<UInt8>
  }

  let all: [Line]
  let end: Int

  /// - Throws: where the last line does not end.
  init(_ text: [UInt8]) throws(ReportFault) {
    var lines: [Line] = []
    var start = 0
    while start < text.count {
      guard let newline = text[start...].firstIndex(of: 0x0a) else {
        throw ReportFault(.malformedLine, at: start, "the last line has no newline at its end")
      }
      lines.append(Line(offset: start, bytes: text[start..<newline]))
      start = newline + 1
    }
    (all, end) = (lines, text.count)
  }

  /// A decimal number of 64 bits, as lines have it; nil where it is none.
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    guard let first = bytes.first, bytes.count <= 20, first != 0x30 || bytes.count == 1,
      bytes.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return UInt64(String(decoding: bytes, as: UTF8.self))
  }

  /// Where a written name has a byte that must not be there, and why.
  static func fault(inName name: ArraySlice<UInt8>) -> (place: Int, reason: String)? {
    guard !name.isEmpty else { return (name.startIndex, "a name without a byte is written [unknown]") }
    var place = name.startIndex
    while place < name.endIndex {
      let byte = name[place]
      if byte == UInt8(ascii: "%") {
        let digits = name[place + 1..<min(place + 3, name.endIndex)]
        guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) }),
          let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return (place, "behind % come two upper-case hexadecimal digits") }
        guard ReporterTruth.isEscaped(code) else { return (place, "this byte is written as it is, not escaped") }
        place += 3
        continue
      }
      guard !ReporterTruth.isEscaped(byte) else { return (place, "this byte is to be escaped") }
      place += 1
    }
    return nil
  }
}

/// Bytes that a student wrote, for people to read.
enum ReportExcerpt {
  private static let limit = 96

  /// Control characters and what is no UTF-8 stand as escapes; a long text is cut.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    let shown = String(decoding: bytes.prefix(limit), as: UTF8.self).unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7f || (0x80..<0xa0).contains(scalar.value)
        ? "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16) : String(Character(scalar))
    }.joined()
    return bytes.count > limit ? "\(shown)… (\(bytes.count) bytes)" : shown
  }

  /// The line that a byte is in, counted from 1, the lines beside it, and a mark below the byte.
  static func lines(of report: [UInt8], at offset: Int) -> (number: Int, evidence: [String]) {
    let offset = min(max(offset, 0), report.count)
    let number = report[..<offset].reduce(1) { $0 + ($1 == 0x0a ? 1 : 0) }
    var start = offset
    while start > 0, report[start - 1] != 0x0a { start -= 1 }
    let end = report[offset...].firstIndex(of: 0x0a) ?? report.count
    var evidence: [String] = []
    if start > 0 {
      let before = report[..<(start - 1)].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
      evidence.append("line \(number - 1): \(text(report[before..<start - 1]))")
    }
    // Of a long line, what is around the byte.
    let first = offset - start > 64 ? offset - 48 : start
    let head = first > start ? "line \(number), from byte \(first) on: " : "line \(number): "
    evidence.append(head + (start == report.count ? "(the text ends here)" : text(report[first..<end])))
    let marked = head.unicodeScalars.count + text(report[first..<offset]).unicodeScalars.count
    evidence.append(String(repeating: " ", count: marked) + "▲ byte \(offset)")
    if end < report.count, end + 1 < report.count {
      let next = report[(end + 1)...].firstIndex(of: 0x0a) ?? report.count
      evidence.append("line \(number + 1): \(text(report[end + 1..<next]))")
    }
    return (number, evidence)
  }
}
