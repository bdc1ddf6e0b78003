import Examining

/// Several submissions side by side, a line each.
package enum ClassText {
  /// More exercises than this are shown by assignment.
  private static let widest = 8

  /// - Parameter failed: those that could not be graded, which are told below the table too.
  package static func text(_ reports: [Report], failed: [GraderFailure], style: TerminalStyle) -> String {
    let assignments = names(reports.map { $0.assignments.map(\.assignment) })
    let exercises = names(reports.map { $0.assignments.flatMap(\.exercises).map(\.exercise) })
    let isByExercise = exercises.count <= widest
    let hasCourse = reports.contains { $0.course != nil }
    let hasExtra = reports.contains { $0.assignments.contains(where: \.isExtraCredit) }
    var table = TextTable(
      [TextTable.Column("submission")]
        + (isByExercise ? exercises : assignments).map { TextTable.Column($0, .right) }
        + [TextTable.Column("points", .right)] + (hasExtra ? [TextTable.Column("extra", .right)] : [])
        + (hasCourse ? [TextTable.Column("course", .right)] : []) + [TextTable.Column("findings")])
    for report in reports {
      let all = report.assignments.flatMap(\.exercises)
      let cells =
        isByExercise
        ? exercises.map { id in all.first { $0.exercise == id }.map { Score.fixed($0.points) } ?? "–" }
        : assignments.map { name in
          report.assignments.first { $0.assignment == name }.map { Score.fixed($0.points) } ?? "–"
        }
      let kinds = names(all.map { $0.findings.map(\.rawValue) })
      table.append(
        [shown(report.submission.name)] + cells + [ReportText.points(report.points, of: report.maximum)]
          + (hasExtra ? [Score.fixed(report.extraCredit)] : [])
          + (hasCourse ? [report.course.map { CourseText.percent($0.total) } ?? "–"] : [])
          + [report.assignments.isEmpty ? "nothing was handed in" : kinds.joined(separator: ", ")])
    }
    for failure in failed {
      let blank = Array(repeating: "", count: (isByExercise ? exercises : assignments).count)
      table.append(
        [shown(failure.submission)] + blank + ["none"] + (hasExtra ? [""] : []) + (hasCourse ? [""] : [])
          + [style.red(failure.tries > 0 ? failure.finding.rawValue : "not graded")])
    }
    return table.text(style: style) + failed.map { "\n" + $0.text(style: style) }.joined()
  }

  /// A name may be as long as a screen is wide.
  private static func shown(_ name: String) -> String { truncated(name, toWidth: 40) }

  /// Each once, in the order in which they come.
  private static func names(_ lists: [[String]]) -> [String] {
    lists.reduce(into: []) { names, list in
      for name in list where !names.contains(name) { names.append(name) }
    }
  }
}
