import Examining
package import Grading
package import SystemPackage

/// What a gradebook shows on a terminal.
package enum GradebookText {
  /// Everybody in a run, one a line.
  package static func table(_ standings: [Standing], _ policy: LatePolicy?, style: TerminalStyle) -> String {
    var table = TextTable([
      .init("student"), .init("name"), .init("points", .right), .init("extra", .right), .init("late", .right),
      .init("total", .right), .init("remark"),
    ])
    for standing in standings {
      let isGraded = standing.state == .graded
      var remarks = isGraded ? [] : [standing.state.rawValue]
      if !standing.isOnRoster { remarks.append("not on the roster") }
      let problems = standing.problems.split(separator: "\n").count
      if problems > 0 { remarks.append("\(problems) not taken") }
      let decisions = standing.decisions.count
      if decisions > 0 { remarks.append(decisions == 1 ? "1 decision" : "\(decisions) decisions") }
      table.append([
        printable(standing.student), printable(standing.name),
        isGraded ? "\(Score.short(standing.points))/\(Score.short(standing.maximum))" : "–",
        isGraded && standing.extraCredit > 0 ? Score.short(standing.extraCredit) : "",
        standing.lateText(policy), isGraded ? Score.short(standing.total(policy)) : "–",
        remarks.joined(separator: ", "),
      ])
    }
    return table.text(style: style)
  }

  /// What an instructor has to know after a run: whom to look for, and what is in nobody's name.
  package static func remarks(
    _ standings: [Standing], unused: [(String, String)], graded: Int, unchanged: Int, file: FilePath,
    style: TerminalStyle
  ) -> String {
    var text = "\n\(graded) graded, \(unchanged) unchanged; the gradebook: \(file)\n"
    func list(_ title: String, _ lines: [String]) {
      if !lines.isEmpty { text += style.bold(title) + "\n" + lines.map { "  \($0)\n" }.joined() }
    }
    list(
      "Not on the roster, but graded:",
      standings.filter { !$0.isOnRoster }.map { standing in
        "\(printable(standing.student)): \(printable(standing.source))"
          + (standing.name == standing.student ? "" : " (\(printable(standing.name)))")
      })
    list(
      "On the roster, with nothing handed in:",
      standings.filter { $0.state == .notHandedIn }.map { "\(printable($0.student)) \(printable($0.name))" })
    list("In nobody's name:", unused.map { "\(printable($0.0)): \($0.1)" })
    list(
      "The grader failed; the same command tries again:",
      standings.compactMap { standing in standing.failure.map { "\(printable(standing.student)): \(printable($0))" } })
    return text
  }

  /// From traces to grade: the arithmetic of one student.
  package static func explanation(
    _ standing: Standing, _ report: Report?, _ policy: LatePolicy?, style: TerminalStyle
  ) -> String {
    var text = "\(style.bold(printable(standing.student)))  \(printable(standing.name))\n"
    text += standing.source.isEmpty ? "" : "handed in: \(printable(standing.source))"
    text += standing.attempt > 0 ? ", \(standing.attempt) before it\n" : standing.source.isEmpty ? "" : "\n"
    for line in standing.problems.split(separator: "\n") { text += "not taken: \(line)\n" }
    if report == nil {
      let state: Standing.State = standing.failure == nil ? .notHandedIn : .failed
      text += "\(state.rawValue)\(standing.failure.map { ": \(printable($0))" } ?? "")\n"
      if standing.decisions.isEmpty { return text }
    }
    for assignment in report?.assignments ?? [] {
      let extra = assignment.isExtraCredit ? ", extra credit" : ""
      text += "\n\(style.bold(assignment.title))  \(fraction(assignment.points, assignment.maximum))\(extra)\n"
      for exercise in assignment.exercises {
        text += "  \(exercise.exercise)  \(fraction(exercise.points, exercise.maximum))\n"
        for part in exercise.arithmetic {
          text += "    \(part.criterion)  \(fraction(part.points, part.maximum))  \(part.arithmetic)\n"
        }
        for item in exercise.cases where item.verdict != "passed" {
          let place = item.violation?.operation.map { ", operation \($0)" } ?? ""
          text += "    ✗ \(item.workload)\(item.isHidden ? " (hidden)" : "")\(place): "
          text += "\(item.violation.map { $0.message ?? $0.explanation } ?? item.verdict)\n"
        }
        if let messages = exercise.compilerMessages, let first = messages.split(separator: "\n").first {
          text += "    \(printable(String(first)))\n"
        }
      }
    }
    text += DecisionText.list(standing.decisions)
    text += "\npoints  \(Score.short(standing.points)) of \(Score.short(standing.maximum))"
    text += standing.extraCredit > 0 ? " + \(Score.short(standing.extraCredit)) extra\n" : "\n"
    if standing.lateDays > 0 {
      text += "late    \(standing.lateReason)\n"
      text += policy.map { "        \(standing.lateArithmetic($0))\n" } ?? "        no late policy\n"
    }
    if standing.awarded != 0 { text += "by hand \(Score.short(standing.awarded))\n" }
    return text + "total   \(style.bold(Score.short(standing.total(policy))))\n"
  }

  /// What changed between two runs, and why; `report` gives that of a result.
  package static func difference<Failure: Error>(
    _ before: [Standing], _ after: [Standing], _ policy: LatePolicy?, report: (Int64) throws(Failure) -> Report
  ) throws(Failure) -> String {
    var text = ""
    var (changed, same) = (0, 0)
    for student in Set((before + after).map(\.student)).sorted() {
      let (old, new) = (before.first { $0.student == student }, after.first { $0.student == student })
      let (was, now) = (score(old, policy), score(new, policy))
      guard was != now else {
        same += 1
        continue
      }
      changed += 1
      text += "\(printable(student)): \(was) → \(now)\n"
      if let old, let new, old.lateDays != new.lateDays { text += "  late: \(old.lateDays) → \(new.lateDays) days\n" }
      if policy?.slipDays != nil, let old, let new, old.lateBefore != new.lateBefore {
        text += "  late before, with something else: \(old.lateBefore) → \(new.lateBefore) days\n"
      }
      guard let first = old?.result, let second = new?.result, first != second else { continue }
      for line in reasons(try report(first), try report(second)) { text += "  \(line)\n" }
    }
    return text + "\(changed) changed, \(same) the same\n"
  }

  private static func score(_ standing: Standing?, _ policy: LatePolicy?) -> String {
    guard let standing else { return "not there" }
    return standing.state == .graded ? Score.short(standing.total(policy)) : standing.state.rawValue
  }

  private static func reasons(_ old: Report, _ new: Report) -> [String] {
    var lines: [String] = []
    let (first, second) = (old.provenance, new.provenance)
    if first.grader != second.grader || first.kit != second.kit { lines.append("another version of the grader") }
    if first.hiddenSeed != second.hiddenSeed { lines.append("another hidden seed") }
    let files = Set(new.submission.files.map { "\($0.name) \($0.sha256)" })
      .symmetricDifference(old.submission.files.map { "\($0.name) \($0.sha256)" })
    let names = Set(files.map { $0.split(separator: " ").dropLast().joined(separator: " ") }).sorted()
    if !names.isEmpty { lines.append("changed files: \(names.map { printable($0) }.joined(separator: ", "))") }
    let exercises = old.assignments.flatMap(\.exercises)
    for exercise in new.assignments.flatMap(\.exercises) {
      guard let before = exercises.first(where: { $0.exercise == exercise.exercise }) else {
        lines.append("\(exercise.exercise): new, \(fraction(exercise.points, exercise.maximum))")
        continue
      }
      guard before.points != exercise.points else { continue }
      let rubric = before.rubric != exercise.rubric ? "; its rubric has changed" : ""
      let parts = exercise.arithmetic.compactMap { part -> String? in
        guard let was = before.arithmetic.first(where: { $0.criterion == part.criterion }), was.points != part.points
        else { return nil }
        return "\(part.criterion) \(Score.short(was.points)) → \(Score.short(part.points))"
      }
      lines.append(
        "\(exercise.exercise): \(Score.short(before.points)) → \(Score.short(exercise.points)): "
          + parts.joined(separator: ", ") + rubric)
    }
    return lines
  }

  /// How a class did: the distribution, the hardest workloads, what is wrong most often.
  package static func statistics(_ standings: [Standing], _ reports: [Report], _ policy: LatePolicy?) -> String {
    let statistics = ClassStatistics(standings, reports, policy)
    guard !statistics.totals.isEmpty else { return "nobody is graded\n" }
    func quantile(_ share: Double) -> String { Score.short(statistics.quantile(share)) }
    var text = "\(statistics.totals.count) graded of \(standings.count)\n"
    text += "total: least \(quantile(0)), quarter \(quantile(0.25)), median \(quantile(0.5)), "
    text += "three quarters \(quantile(0.75)), most \(quantile(1)), mean \(Score.short(statistics.mean))\n"
    for (tenth, count) in statistics.tenths.enumerated() {
      let label = ClassStatistics.label(ofTenth: tenth)
      let width = count * 40 / max(1, statistics.tenths.max() ?? 1)
      text +=
        "  \(label)\(String(repeating: " ", count: 10 - label.count)) \(String(repeating: "█", count: width)) \(count)\n"
    }
    if !statistics.hardest.isEmpty { text += "hardest workloads\n" }
    for item in statistics.hardest.prefix(10) { text += "  \(item.name): failed by \(item.failed) of \(item.all)\n" }
    if !statistics.kinds.isEmpty { text += "commonest findings\n" }
    for (kind, count) in statistics.kinds.prefix(10) { text += "  \(kind): \(count)\n" }
    return text
  }

  private static func fraction(_ points: Double, _ maximum: Double) -> String {
    "\(Score.short(points))/\(Score.short(maximum))"
  }
}
