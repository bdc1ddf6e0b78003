import Examining
package import Grading
import Judging

/// What a class did in a malloc lab, as spreadsheets read it.
package enum MallocLabExport {
  /// A row for each submission; utilisations in percent, throughput in thousand operations a second.
  package static func table(_ all: [(who: String, result: MallocLabText)]) -> CSVTable {
    let title = [
      "Submission", "Right", "Traces", "Utilisation", "Utilisation With Private Memory", "Kop/s", "Points", "Maximum",
      "Remark",
    ]
    return CSVTable(
      rows: [title]
        + all.map { who, result in
          let isRefused = result.refusal != nil
          let wrong = result.results.compactMap { result in
            result.violation.map { "\(result.trace): \($0.kind.rawValue)" }
          }
          return [
            who, isRefused ? "" : "\(result.results.count { $0.violation == nil })",
            isRefused ? "" : "\(result.results.count)", isRefused ? "" : Score.short(result.utilisation * 100),
            isRefused ? "" : Score.short(result.honestUtilisation * 100),
            result.throughput.map { "\(Int($0))" } ?? "", result.score.map { Score.short($0.points) } ?? "",
            result.score.map { Score.short($0.of) } ?? "", result.refusal?.what ?? wrong.joined(separator: "; "),
          ]
        })
  }
}
