package import Examining

/// The exercises as people choose from them: by assignment, and with what they count where there is a course.
package enum ExerciseList {
  /// - Parameter course: nil at home, where nobody knows what counts how much.
  package static func text(_ catalogue: Catalogue, _ course: Course?, style: TerminalStyle) -> String {
    var rows: [[String]] = []
    /// Above which row a heading stands.
    var headings: [(row: Int, text: String)] = []
    func append(_ assignment: String) {
      for exercise in catalogue.exercises(ofAssignment: assignment) {
        let row = course?.rubric(for: assignment)?.exercises.first { $0.exercise == exercise.id }
        rows.append([
          "    " + exercise.id, row.map { Score.short($0.points) } ?? "–", exercise.file, exercise.summary,
        ])
      }
    }
    guard let course else {
      for assignment in catalogue.assignments {
        headings.append((rows.count, style.bold(assignment)))
        append(assignment)
      }
      return table(rows, headings, style)
    }
    for group in course.settings.groups {
      headings.append((rows.count, style.bold(heading(group, course))))
      for assignment in group.assignments {
        let rubric = course.rubric(for: assignment.name)
        var parts = ["  \(style.bold(assignment.name))"]
        if let weight = group.weight(of: assignment) { parts.append(CourseText.percent(weight)) }
        if let rubric {
          parts.append("\(Score.short(rubric.exercises.reduce(0) { $0 + $1.points })) points")
          parts.append("in \(assignment.folder)")
        } else {
          parts.append("cannot be graded yet")
        }
        headings.append((rows.count, parts.joined(separator: ", ")))
        append(assignment.name)
      }
    }
    let known = Set(course.settings.assignments.map(\.name))
    for assignment in catalogue.assignments where !known.contains(assignment) {
      headings.append((rows.count, style.bold(assignment) + ", not part of the course"))
      append(assignment)
    }
    return table(rows, headings, style)
  }

  private static func heading(_ group: CourseSettings.Group, _ course: Course) -> String {
    if let weight = group.weight { return "\(group.title), \(CourseText.percent(weight)) of the course" }
    return "\(group.title), extra credit: a point is a percent of the course, up to "
      + CourseText.percent(course.settings.extraCreditCap ?? 0)
  }

  private static func table(
    _ rows: [[String]], _ headings: [(row: Int, text: String)], _ style: TerminalStyle
  ) -> String {
    let hasPoints = rows.contains { $0[1] != "–" }
    var table = TextTable(
      [
        TextTable.Column("exercise"), TextTable.Column("points", .right), TextTable.Column("file"),
        TextTable.Column("what you build"),
      ].enumerated().filter { hasPoints || $0.offset != 1 }.map(\.element))
    for row in rows { table.append(row.enumerated().filter { hasPoints || $0.offset != 1 }.map(\.element)) }
    var lines = table.text(style: style).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // From the end, so that the rows before stay where they are; the titles are the first line.
    for heading in headings.reversed() { lines.insert(heading.text, at: heading.row + 1) }
    return lines.joined(separator: "\n")
  }

  /// `25: correctness 60 %, space 20 %, time 20 %`.
  package static func points(_ row: Rubric.Row, _ exercise: Exercise) -> String {
    var parts = ["correctness \(CourseText.percent(row.correctness))"]
    for meter in exercise.meters {
      guard let rule = row.meters[meter.name] else { continue }
      parts.append("\(meter.name) \(CourseText.percent(rule.weight))")
    }
    return "\(Score.short(row.points)): \(parts.joined(separator: ", "))"
  }
}
