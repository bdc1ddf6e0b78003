package import Judging

/// A table of comma-separated values, as RFC 4180 describes them: what Canvas, Moodle and Gradescope read and write.
package struct CSVTable: Sendable, Equatable {
  package var rows: [[String]]

  /// The most bytes of a table that is read.
  package static let limit = 16 << 20

  package init(rows: [[String]] = []) { self.rows = rows }

  /// Reads a table. A byte order mark, either line ending and empty lines are taken as spreadsheets write them.
  ///
  /// - Parameter source: what errors name.
  /// - Throws: `JudgeError.course` with the line where a quote is not closed, or where text follows one.
  /// - Complexity: O(bytes).
  package init(parsing bytes: [UInt8], source: String) throws(JudgeError) {
    let (quote, comma, feed, end) = (UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    guard bytes.count <= Self.limit else { throw .course("\(source): is larger than \(Self.limit) bytes") }
    var rows: [[String]] = []
    var (row, cell): ([String], [UInt8]) = ([], [])
    var (line, opened) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    var place = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    func finishCell() {
      row.append(String(decoding: cell, as: UTF8.self))
      (cell, wasQuoted) = ([], false)
    }
    func finishRow() {
      finishCell()
      if row != [""] { rows.append(row) }
      row = []
    }
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == feed { line += 1 }
      if isQuoted {
        if byte != quote {
          cell.append(byte)
        } else if place < bytes.count, bytes[place] == quote {
          cell.append(quote)
          place += 1
        } else {
          (isQuoted, wasQuoted) = (false, true)
        }
      } else if byte == comma {
        finishCell()
      } else if byte == feed {
        finishRow()
      } else if byte == end, place == bytes.count || bytes[place] == feed {
        continue
      } else if byte == quote, cell.isEmpty, !wasQuoted {
        (isQuoted, opened) = (true, line)
      } else if wasQuoted {
        throw .course("\(source):\(line): text follows a closing quote; a quote inside a cell is written twice")
      } else {
        cell.append(byte)
      }
    }
    guard !isQuoted else { throw .course("\(source):\(opened): a quote is opened and never closed") }
    if !cell.isEmpty || !row.isEmpty || wasQuoted { finishRow() }
    self.rows = rows
  }

  /// The table as text, whose lines end as RFC 4180 has it.
  ///
  /// A cell that a spreadsheet would calculate gets an apostrophe before it, which Excel, LibreOffice and Google Sheets take as
  /// "this is text"; numbers stay numbers.
  package var text: String {
    rows.map { $0.map { Self.quoted(Self.withoutFormula($0)) }.joined(separator: ",") + "\r\n" }.joined()
  }

  /// Source: OWASP, CSV Injection.
  static func withoutFormula(_ cell: String) -> String {
    guard let first = cell.unicodeScalars.first(where: { $0 != " " }), "=+-@\t\r\n".unicodeScalars.contains(first),
      cell != "-", Double(cell) == nil
    else { return cell }
    return "'" + cell
  }

  private static func quoted(_ cell: String) -> String {
    let isPlain = cell.unicodeScalars.allSatisfy { !",\"\r\n".unicodeScalars.contains($0) }
    if isPlain, cell.first != " ", cell.last != " " { return cell }
    var text = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { text.unicodeScalars.append(scalar) }
      text.unicodeScalars.append(scalar)
    }
    return text + "\""
  }
}
