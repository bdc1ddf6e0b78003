import Exercises

/// A report as people read it: the points of each exercise, and below them why points were lost.
package enum ReportText {
  package static func text(_ report: Report, style: TerminalStyle) -> String {
    var text = ""
    for assignment in report.assignments {
      text += "\(style.bold("\(report.submission.name): \(assignment.title)"))\n"
      text += table(assignment).text(style: style, indent: 2)
      for exercise in assignment.exercises { text += losses(exercise, style) }
      if report.course != nil { text += "\n" }
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

  private static func table(_ assignment: AssignmentReport) -> TextTable {
    var table = TextTable([
      TextTable.Column("exercise"), TextTable.Column("traces", .right), TextTable.Column("correct", .right),
      TextTable.Column("space", .right), TextTable.Column("time", .right), TextTable.Column("other", .right),
      TextTable.Column("points", .right),
    ])
    for exercise in assignment.exercises {
      func part(_ name: String) -> String {
        guard let part = exercise.arithmetic.first(where: { $0.criterion == name }) else { return "–" }
        return "\(Score.short(part.points))/\(Score.short(part.maximum))"
      }
      let known = ["correctness", "space", "time"]
      let other = exercise.arithmetic.first { !known.contains($0.criterion) }
      let passed = exercise.cases.filter { $0.verdict == "passed" }.count
      table.append([
        exercise.exercise, "\(passed)/\(exercise.cases.count)", part("correctness"), part("space"), part("time"),
        other.map { "\(Score.short($0.points))/\(Score.short($0.maximum))" } ?? "–",
        "\(Score.short(exercise.points))/\(Score.short(exercise.maximum))",
      ])
    }
    return table
  }

  private static func percent(_ share: Double) -> String { "\(Score.short(share * 100)) %" }

  private static func losses(_ exercise: ExerciseReport, _ style: TerminalStyle) -> String {
    guard exercise.points < exercise.maximum else { return "" }
    var lines: [String] = []
    let kinds = exercise.findings.map(\.rawValue).joined(separator: ", ")
    lines.append("  \(style.red("✗")) \(style.bold(exercise.exercise))\(kinds.isEmpty ? "" : ": \(kinds)")")
    if let messages = exercise.compilerMessages {
      lines.append(CheckText.indented(messages, by: 6))
    }
    for item in exercise.cases {
      guard let violation = item.violation else { continue }
      let place = "\(item.workload)\(item.change != nil ? " (changed)" : item.isHidden ? " (hidden)" : "")"
      lines.append("      \(place): \(violation.message ?? violation.kind.rawValue)")
      lines += violation.evidence.map { CheckText.indented($0, by: 8) }
    }
    if let overfit = exercise.overfit, overfit.gap > 0 {
      lines.append(
        "      overfit gap \(Score.short(overfit.gap)): right on \(percent(overfit.publicShare)) of the public traces, and on "
          + "\(percent(overfit.changedShare)) of slight changes of them")
    }
    if let found = exercise.counterexample {
      let circumstances = found.circumstances.isEmpty ? "" : ", \(found.circumstances)"
      lines.append(
        "      \(found.workload), shrunk from \(grouped(found.operationsBefore)) operations to "
          + "\(grouped(found.operations))\(circumstances):")
      lines += found.listing.map { "        " + $0 }
      if let trace = found.trace { lines.append("        saved: \(trace)") }
    }
    for kind in exercise.findings {
      lines.append(style.dim(CheckText.indented(CheckText.wrapped(kind.explanation, width: 96), by: 6)))
    }
    for part in exercise.arithmetic where part.points < part.maximum {
      lines.append(
        style.dim(
          "      \(part.criterion): \(Score.short(part.points)) of \(Score.short(part.maximum)) = \(part.arithmetic)"))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
