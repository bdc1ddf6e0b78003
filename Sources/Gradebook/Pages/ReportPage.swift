package import Examining
package import Grading
import Visualization

/// A report as a page: the points and how they came about, what is wrong, the shortest trace that shows it with its heap, and what
/// to try next.
package struct ReportPage: Sendable {
  private let result: StudentResult
  /// What is shown, which may be an instructor's.
  private let report: Report?
  private let catalogue: Catalogue

  /// The student's page.
  package init(_ result: StudentResult, _ catalogue: Catalogue) { self.init(result, result.report, catalogue) }

  /// - Parameter full: the instructor's report, for a page that no student is given.
  package init(_ result: StudentResult, _ full: Report?, _ catalogue: Catalogue) {
    (self.result, report, self.catalogue) = (result, full, catalogue)
  }

  package var text: String { Page(title: "\(result.student): report", body: body).text }

  private var body: String {
    var text = "<h1>\(markup(result.student))</h1>\n"
    if let report { text += "<p class=\"soft\">\(markup(report.provenance.course))</p>\n" }
    if result.state == .graded {
      text += "<p class=\"total\">\(Score.short(result.total)) of \(Score.short(result.maximum)) points</p>\n"
      text += Page.gauge(result.total, result.maximum)
    }
    text += result.remarks.map { "<p>\(markup($0))</p>\n" }.joined()
    guard let report else { return text }
    for assignment in report.assignments {
      let extra = assignment.isExtraCredit ? " <span class=\"soft\">extra credit</span>" : ""
      text += "<h2>\(markup(assignment.title))\(extra)</h2>\n"
      text += Page.table(
        ["exercise", "cases right", "points", "of"],
        assignment.exercises.map { exercise in
          let right = exercise.cases.count { $0.verdict == "passed" }
          return [
            "<a href=\"#\(markup(exercise.exercise))\">\(markup(exercise.title))</a>",
            "\(right)/\(exercise.cases.count)",
            Score.short(exercise.points), Score.short(exercise.maximum),
          ]
        }, numbers: [1, 2, 3])
      text += assignment.exercises.map(article).joined()
    }
    for file in report.submission.unread ?? [] {
      text += "<p>not read: <code>\(markup(file.name))</code>: \(markup(file.reason))</p>\n"
    }
    let provenance = report.provenance
    text += "<p class=\"soft\">AllocLab \(markup(provenance.grader)), kit \(markup(provenance.kit)), "
    text += "\(markup(provenance.host.processor))"
    if !provenance.sandbox.missing.isEmpty {
      text += "; not enforced: \(markup(provenance.sandbox.missing.joined(separator: ", ")))"
    }
    return text + "</p>\n"
  }

  private func article(_ exercise: ExerciseReport) -> String {
    let isFull = exercise.points >= exercise.maximum
    var text = "<article id=\"\(markup(exercise.exercise))\">\n<h3><span class=\"\(isFull ? "good" : "bad")\">"
    text += "\(isFull ? "✓" : "✗")</span> \(markup(exercise.title)): \(Score.short(exercise.points)) of "
    text += "\(Score.short(exercise.maximum))</h3>\n" + Page.gauge(exercise.points, exercise.maximum)
    text += Page.table(
      ["criterion", "points", "of", "how it came about"],
      exercise.arithmetic.map { part in
        [markup(part.criterion), Score.short(part.points), Score.short(part.maximum), markup(part.arithmetic)]
      }, numbers: [1, 2])
    if let budget = exercise.budget { text += "<p class=\"bad\">\(markup(budget))</p>\n" }
    if let messages = exercise.compilerMessages { text += "<h4>Not taken</h4>\n<pre>\(markup(messages))</pre>\n" }
    text += failures(exercise)
    if let found = exercise.counterexample { text += shrunk(found) }
    return text + advice(exercise) + "</article>\n"
  }

  /// So many failures are told at once; the others unfold.
  private static let failuresShown = 5

  private func failures(_ exercise: ExerciseReport) -> String {
    let failed = exercise.cases.filter { $0.verdict != "passed" }
    guard !failed.isEmpty else { return "" }
    func list(_ cases: some Collection<CaseReport>) -> String {
      "<ul>\n"
        + cases.map { item in
          let part = item.change != nil ? " (changed)" : item.isHidden ? " (hidden)" : ""
          let place = item.violation?.operation.map { ", operation \($0)" } ?? ""
          let what = item.violation.map { $0.message ?? $0.explanation } ?? item.verdict
          return "<li><code>\(markup(item.workload))</code>\(part)\(place): \(markup(what))</li>\n"
        }.joined() + "</ul>\n"
    }
    let text = "<h4>What went wrong</h4>\n" + list(failed.prefix(Self.failuresShown))
    let rest = failed.dropFirst(Self.failuresShown)
    return rest.isEmpty ? text : text + "<details><summary>\(rest.count) more</summary>\n\(list(rest))</details>\n"
  }

  private func shrunk(_ found: CounterexampleReport) -> String {
    let circumstances = found.circumstances.isEmpty ? "" : ", \(found.circumstances)"
    var text =
      "<h4>The shortest trace that shows it</h4>\n<p class=\"soft\"><code>\(markup(found.workload))</code>, from "
    text += "\(found.operationsBefore) operations to \(found.operations)\(markup(circumstances))</p>\n"
    text += "<pre>\(markup((found.listing + found.evidence).joined(separator: "\n")))</pre>\n"
    if let heap = found.heap {
      let blocks = heap.blocks.map { block in
        let (end, overflows) = block.address.addingReportingOverflow(max(block.size, 1))
        return HeapStrips.Block(
          name: block.name, bytes: block.address..<(overflows ? Int.max : end), isSubject: block.name == heap.subject)
      }
      text += "<p class=\"soft\">Live blocks then, by address; the one that it is about is red.</p>\n"
      text += HeapStrips(blocks).svg()
    }
    return text
  }

  private func advice(_ exercise: ExerciseReport) -> String {
    guard !exercise.findings.isEmpty else { return "" }
    var text = "<h4>What to try</h4>\n"
    let known = catalogue.exercise(exercise.exercise)
    for kind in exercise.findings {
      text += "<p><strong>\(markup(kind.rawValue.replacing("-", with: " ")))</strong>: \(markup(kind.explanation))"
      if let causes = known?.causes(of: kind) { text += " \(markup(causes))" }
      text += "</p>\n"
    }
    var commands = ["alloclab check \(exercise.exercise)"]
    if let trace = exercise.counterexample?.trace {
      commands.append("alloclab replay \(exercise.exercise) \(trace) --step")
    }
    return text + "<pre>\(markup(commands.joined(separator: "\n")))</pre>\n"
  }
}
