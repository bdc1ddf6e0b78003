import Grading
import Visualization

/// A result as JUnit's XML, which systems for continuous integration read.
///
/// A suite an exercise, a test a case; what was not taken, and the grader's own fault, are errors. There are no times by test.
/// Remarks about the whole are what the first suite put out: outside of suites nothing may be.
///
/// Source: github.com/testmoapp/junitxml, "JUnit XML format"; junit-10.xsd of Jenkins's xUnit plugin, the strictest.
package struct JUnitReport: Sendable {
  /// The document, as UTF-8 has it.
  package let text: String

  package init(_ result: StudentResult) {
    let groups = TestCases(result).groups
    func attribute(_ name: String, _ value: String) -> String { " \(name)=\"\(markup(value))\"" }
    func counts(_ cases: [TestCases.Case]) -> String {
      attribute("tests", "\(cases.count)") + attribute("failures", "\(cases.count { $0.outcome == .failed })")
        + attribute("errors", "\(cases.count { $0.outcome == .broken })")
    }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + attribute("name", result.student)
    text += counts(groups.flatMap(\.cases))
    text += attribute("time", Score.fixed(result.report?.provenance.timing.seconds ?? 0)) + ">\n"
    for (place, group) in groups.enumerated() {
      text += "  <testsuite" + attribute("name", group.name) + counts(group.cases) + attribute("skipped", "0")
      text += attribute("time", "0") + ">\n"
      text += "    <properties>\n"
      for (name, value) in [("points", group.points), ("maximum", group.maximum)] {
        text += "      <property" + attribute("name", name) + attribute("value", Score.short(value)) + "/>\n"
      }
      text += "    </properties>\n"
      for item in group.cases {
        text += "    <testcase" + attribute("classname", group.name) + attribute("name", item.name)
        text += attribute("time", "0")
        guard item.outcome != .passed else {
          text += "/>\n"
          continue
        }
        let element = item.outcome == .failed ? "failure" : "error"
        text += ">\n      <\(element)" + attribute("type", item.kind) + attribute("message", item.message) + ">"
        text += "\(markup(item.details))</\(element)>\n    </testcase>\n"
      }
      if place == 0, !result.remarks.isEmpty {
        text += "    <system-out>\(markup(result.remarks.joined(separator: "\n")))</system-out>\n"
      }
      text += "  </testsuite>\n"
    }
    self.text = text + "</testsuites>\n"
  }
}
