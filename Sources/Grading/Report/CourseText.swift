/// What people read of the course as a whole.
package enum CourseText {
  /// What each assignment counts, and what all of them come to.
  static func text(_ total: CourseTotal, _ report: Report, style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column("assignment"), TextTable.Column("weight", .right), TextTable.Column("points", .right),
      TextTable.Column("share", .right), TextTable.Column("counts", .right), TextTable.Column(""),
    ])
    for line in total.lines {
      let graded = report.assignments.first { $0.assignment == line.assignment }
      let points = graded.map { "\(Score.short($0.points))/\(Score.short($0.maximum))" } ?? "–"
      let share = graded.map { percent($0.maximum > 0 ? $0.points / $0.maximum * 100 : 0) } ?? "–"
      let remark =
        switch line.standing {
        case .graded: ""
        case .notHandedIn: "not handed in"
        case .dropped: "among the worst, which do not count"
        case .notGradable: "cannot be graded yet, so it does not count"
        }
      table.append([
        line.assignment, line.weight.map(percent) ?? "extra", points, share,
        line.standing == .notGradable ? "–" : percent(line.counts), style.dim(remark),
      ])
    }
    let extra = total.lines.filter { $0.weight == nil }.reduce(0) { $0 + $1.counts }
    var text = style.bold("\(report.submission.name): \(report.provenance.course)") + "\n"
    text += table.text(style: style, indent: 2)
    if extra > 0 || total.extraCredit > 0 {
      let cap = extra > total.extraCreditCap ? " of \(percent(extra))" : ""
      text += "  extra credit: \(percent(total.extraCredit))\(cap), at most \(percent(total.extraCreditCap))\n"
    }
    let whole = isHundred(total.countedWeight)
    let basis = whole ? "" : " of the \(percent(total.countedWeight)) that can be graded so far"
    text += style.bold("  course total: \(percent(total.total - total.extraCredit))\(basis)")
    if total.extraCredit > 0 {
      text += style.bold(", and \(percent(total.extraCredit)) extra: \(percent(total.total))")
    }
    return text + "\n"
  }

  static func percent(_ value: Double) -> String { "\(Score.short(value)) %" }
}
