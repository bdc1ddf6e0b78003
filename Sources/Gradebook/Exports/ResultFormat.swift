package import Examining
import Grading
package import Judging

/// The formats in which one student's result is handed to other systems and to people.
package enum ResultFormat: String, Sendable, CaseIterable {
  case gradescope, prairielearn, autolab, junit, ctrf, html

  /// As the systems look for it.
  package var fileName: String {
    switch self {
    case .gradescope, .prairielearn: "results.json"
    case .autolab: "autolab.txt"
    case .junit: "junit.xml"
    case .ctrf: "ctrf.json"
    case .html: "report.html"
    }
  }

  /// - Parameter catalogue: knows what usually causes what is wrong, which a page tells.
  /// - Throws: `JudgeError.course` where a figure is no number, which no report holds.
  package func text(_ result: StudentResult, _ catalogue: Catalogue) throws(JudgeError) -> String {
    do throws(JSONError) {
      let encoder = JSONReportEncoder()
      switch self {
      case .gradescope: return try encoder.encode(GradescopeResults(result)).text()
      case .prairielearn: return try encoder.encode(PrairieLearnResults(result)).text()
      case .autolab: return try AutolabResults(result).text
      case .junit: return JUnitReport(result).text
      case .ctrf: return try encoder.encode(CTRFReport(result)).text()
      case .html: return ReportPage(result, catalogue).text
      }
    } catch { throw .course("\(rawValue) cannot say what is in the report: \(error)") }
  }
}
