import Examining

/// A report as people read it: the points of each exercise, and below them why points were lost.
package enum ReportText {
  package static func text(_ report: Report, style: TerminalStyle) -> String {
    var text = ""
    if report.assignments.isEmpty {
      text += "\(style.bold(report.submission.name)): \(style.red("nothing that an exercise asks for was handed in"))\n"
    }
    for assignment in report.assignments {
      text += "\(style.bold("\(report.submission.name): \(assignment.title)"))\n"
      text += table(assignment).text(style: style, indent: 2)
      for exercise in assignment.exercises { text += LossText.text(exercise, style) }
      if report.course != nil { text += "\n" }
    }
    for file in report.submission.unread ?? [] {
      text += style.yellow("  not read: \(file.name): \(file.reason)") + "\n"
    }
    if let course = report.course {
      text += CourseText.text(course, report, style: style)
    } else {
      text += total(report, style)
    }
    if !report.provenance.sandbox.missing.isEmpty {
      text += style.yellow("  not enforced: \(report.provenance.sandbox.missing.joined(separator: ", "))") + "\n"
    }
    return text
  }

  /// The points of all assignments together.
  private static func total(_ report: Report, _ style: TerminalStyle) -> String {
    let total = "\(Score.short(report.points)) of \(Score.short(report.maximum)) points"
    let percent = report.maximum > 0 ? " (\(Score.short(report.points / report.maximum * 100)) %)" : ""
    let extra =
      report.assignments.contains(where: \.isExtraCredit)
      ? ", and \(Score.short(report.extraCredit)) extra" : ""
    return style.bold("  total: \(total)\(percent)\(extra)") + "\n"
  }

  /// `24.70/25`: as they stand below each other.
  static func points(_ points: Double, of maximum: Double) -> String {
    "\(Score.fixed(points))/\(Score.short(maximum))"
  }

  private static func table(_ assignment: AssignmentReport) -> TextTable {
    var table = TextTable([
      TextTable.Column("exercise"), TextTable.Column("traces", .right), TextTable.Column("correct", .right),
      TextTable.Column("space", .right), TextTable.Column("time", .right), TextTable.Column("other", .right),
      TextTable.Column("points", .right),
    ])
    for exercise in assignment.exercises {
      func part(_ name: String) -> String {
        guard let part = exercise.arithmetic.first(where: { $0.criterion == name }) else { return "–" }
        return points(part.points, of: part.maximum)
      }
      let known = ["correctness", "space", "time"]
      let other = exercise.arithmetic.first { !known.contains($0.criterion) }
      let passed = exercise.cases.filter { $0.verdict == "passed" }.count
      table.append([
        exercise.exercise, "\(passed)/\(exercise.cases.count)", part("correctness"), part("space"), part("time"),
        other.map { points($0.points, of: $0.maximum) } ?? "–", points(exercise.points, of: exercise.maximum),
      ])
    }
    return table
  }
}
