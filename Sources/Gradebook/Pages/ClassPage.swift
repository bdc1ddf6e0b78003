package import Grading
import Visualization

/// How a class did, as a page for instructors: distribution, hardest workloads, commonest findings, and everybody.
package struct ClassPage: Sendable {
  private let standings: [Standing]
  private let statistics: ClassStatistics
  private let policy: LatePolicy?

  /// - Parameter reports: each result's once.
  package init(_ standings: [Standing], _ reports: [Report], _ policy: LatePolicy?) {
    (self.standings, self.policy) = (standings, policy)
    statistics = ClassStatistics(standings, reports, policy)
  }

  package var text: String { Page(title: "The class", body: body).text }

  private static let listed = 15

  private var body: String {
    let graded = statistics.totals.count
    var text = "<h1>The class</h1>\n<p class=\"total\">\(graded) graded of \(statistics.students)</p>\n"
    if graded > 0 {
      let marks = [("least", 0), ("quarter", 0.25), ("median", 0.5), ("three quarters", 0.75), ("most", 1)]
      text += Page.table(
        marks.map(\.0) + ["mean"],
        [marks.map { Score.short(statistics.quantile($0.1)) } + [Score.short(statistics.mean)]], numbers: [])
      let columns = statistics.tenths.enumerated().map {
        ColumnChart.Column(label: ClassStatistics.label(ofTenth: $0.offset), count: $0.element)
      }
      text += "<h2>Distribution</h2>\n" + ColumnChart(columns, axis: "share of the points, before lateness").svg()
    }
    if !statistics.hardest.isEmpty {
      text += "<h2>Hardest workloads</h2>\n"
      text += Page.table(
        ["workload", "failed by", "of", ""],
        statistics.hardest.prefix(Self.listed).map {
          [
            "<code>\(markup($0.name))</code>", "\($0.failed)", "\($0.all)",
            Page.gauge(Double($0.failed), Double($0.all)),
          ]
        }, numbers: [1, 2])
    }
    if !statistics.kinds.isEmpty {
      text += "<h2>Commonest findings</h2>\n"
      text += Page.table(
        ["finding", "reports"], statistics.kinds.prefix(Self.listed).map { [markup($0.kind), "\($0.count)"] },
        numbers: [1])
    }
    text += "<h2>Everybody</h2>\n"
    return text
      + Page.table(
        ["student", "name", "points", "of", "extra", "late", "total", "remark"],
        standings.map { standing in
          let isGraded = standing.state == .graded
          let remarks = (isGraded ? [] : [standing.state.rawValue]) + (standing.isOnRoster ? [] : ["not on the roster"])
          return [
            markup(standing.student), markup(standing.name), isGraded ? Score.short(standing.points) : "–",
            isGraded ? Score.short(standing.maximum) : "–",
            standing.extraCredit > 0 ? Score.short(standing.extraCredit) : "",
            standing.lateText(policy), isGraded ? Score.short(standing.total(policy)) : "–",
            markup(remarks.joined(separator: ", ")),
          ]
        }, numbers: [2, 3, 4, 5, 6])
  }
}
