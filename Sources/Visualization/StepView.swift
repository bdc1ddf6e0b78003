/// What there is to see of one operation of a replay. All text is harmless to show.
package struct StepView: Sendable {
  /// One operation, as a list shows it.
  package struct Row: Sendable {
    package let index: Int
    package let operation: String
    /// Empty where there is none worth showing.
    package let outcome: String

    package init(index: Int, operation: String, outcome: String) {
      self.index = index
      self.operation = operation
      self.outcome = outcome
    }
  }

  /// Something to tell about the operation.
  package struct Remark: Sendable {
    /// In a few words.
    package let title: String
    /// More, in paragraphs; the most important first.
    package let text: [String]
    /// Whether it is the judge's verdict, and not the subject's own opinion.
    package let isVerdict: Bool

    package init(title: String, text: [String], isVerdict: Bool) {
      self.title = title
      self.text = text
      self.isVerdict = isVerdict
    }
  }

  /// What is being replayed.
  package var title: String
  /// The operations around this one, in order; empty where there are none at all.
  package var rows: [Row]
  /// The index of this operation.
  package var index: Int
  /// The indices of the operations that can be seen.
  package var range: Range<Int>
  /// The index of the operation at which something is wrong; nil where nothing is.
  package var failure: Int?
  /// Figures before and after, in one line; empty where there are none.
  package var figures: String
  /// Nil for what has no heap.
  package var map: HeapMap?
  package var remarks: [Remark]

  package init(title: String, rows: [Row], index: Int, range: Range<Int>) {
    self.title = title
    self.rows = rows
    self.index = index
    self.range = range
    figures = ""
    remarks = []
  }

  /// The operation and its outcome in one line.
  func line(_ row: Row, operationWidth: Int) -> StyledText {
    let isCurrent = row.index == index
    let isWrong = row.index == failure
    var line = StyledText(isCurrent ? "▶ " : "  ", isWrong ? .wrong : .bold)
    let digits = String(max(range.upperBound - 1, 0)).count
    let number = String(row.index)
    line.append(String(repeating: " ", count: max(0, digits - number.count)) + number, .dim)
    line.append("  ")
    let tone: StyledText.Tone = isCurrent ? .bold : .plain
    if row.outcome.isEmpty {
      line.append(row.operation, tone)
    } else {
      // Where there is not room for both, the outcome is what one looks for.
      let isCut = row.operation.count > operationWidth
      let operation = isCut ? row.operation.prefix(max(operationWidth - 1, 0)) + "…" : row.operation[...]
      line.append(String(operation).padding(to: operationWidth), tone)
      line.append(" → ", .dim)
      line.append(row.outcome, tone)
    }
    if isWrong { line.append("  ✗", .wrong) }
    return line
  }

  /// The remarks in lines of at most `width`, and at most `limit` of them.
  func lines(ofRemarks width: Int, limit: Int) -> [StyledText] {
    var lines: [StyledText] = []
    for remark in remarks {
      var heading = StyledText(remark.isVerdict ? "✗ " : "! ", .wrong)
      heading.append(remark.title, .bold)
      lines.append(heading)
      for paragraph in remark.text {
        lines += wrapped(paragraph, width: max(width - 2, 10)).map { StyledText("  " + $0) }
      }
    }
    guard lines.count > limit, limit > 0 else { return Array(lines.prefix(limit)) }
    lines.removeSubrange((limit - 1)...)
    lines.append(StyledText("  … (more on a taller terminal)", .dim))
    return lines
  }
}
