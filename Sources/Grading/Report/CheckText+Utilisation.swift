import Examining
package import Judging
import Workloads

extension CheckText {
  /// The peak of live bytes over the peak of the footprint, in percent, for each workload on which space is measured, and the mean
  /// of each suite.
  ///
  /// The footprint is the heap's touched pages and what the process took besides, as it is for points. Empty where something was wrong, or
  /// where the exercise counts no live bytes.
  package static func utilisation(_ judgement: Judgement) -> String {
    guard judgement.refusal == nil, judgement.cases.allSatisfy({ $0.violation == nil }) else { return "" }
    let measured = judgement.exercise.workloads.filter(\.measuresSpace)
    let figures = judgement.cases.compactMap { result -> (workload: Workload, percent: Double)? in
      guard let workload = measured.first(where: { $0.name == result.workload }), result.footprint > 0,
        let live = result.measurements.first(where: { $0.name == "peak live bytes" })?.value
      else { return nil }
      return (workload, live / Double(result.footprint) * 100)
    }
    var rows = figures.map { (name: $0.workload.name, percent: $0.percent) }
    for suite in Set(figures.compactMap(\.workload.suite)).sorted() {
      let percents = figures.filter { $0.workload.suite == suite }.map(\.percent)
      let mean = percents.reduce(0, +) / Double(percents.count)
      rows.append(("mean of the \(percents.count) of \(suite)", mean))
    }
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { name, percent in
      "    \(name)\(String(repeating: " ", count: width - name.count))  \(Score.short(percent)) %\n"
    }.joined()
  }
}
