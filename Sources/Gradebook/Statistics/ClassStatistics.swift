import Examining
package import Grading

/// How a class did: the distribution of totals, the hardest workloads, what is wrong most often.
package struct ClassStatistics: Sendable {
  /// Of those who are graded, ascending.
  package let totals: [Double]
  package let students: Int
  /// Students by tenth of the points before lateness.
  package let tenths: [Int]
  /// Workloads that somebody failed, the one first that most did.
  package let hardest: [(name: String, failed: Int, all: Int)]
  /// Kinds of finding, each once an exercise and report, the commonest first.
  package let kinds: [(kind: String, count: Int)]

  /// - Parameter reports: each result's once.
  package init(_ standings: [Standing], _ reports: [Report], _ policy: LatePolicy?) {
    let graded = standings.filter { $0.state == .graded }
    students = standings.count
    totals = graded.map { $0.total(policy) }.sorted()
    var tenths = [Int](repeating: 0, count: 10)
    for standing in graded where standing.maximum > 0 {
      tenths[min(9, max(0, Int(standing.points / standing.maximum * 10)))] += 1
    }
    self.tenths = tenths
    var failures: [String: (failed: Int, all: Int)] = [:]
    var kinds: [String: Int] = [:]
    for exercise in reports.flatMap(\.assignments).flatMap(\.exercises) {
      for item in exercise.cases {
        let name = "\(exercise.exercise) \(item.workload)\(item.isHidden ? " (hidden)" : "")"
        failures[name, default: (0, 0)].all += 1
        if item.verdict != "passed" { failures[name, default: (0, 0)].failed += 1 }
      }
      for kind in Set(exercise.findings.map(\.rawValue)) { kinds[kind, default: 0] += 1 }
    }
    hardest = failures.filter { $0.value.failed > 0 }.map { ($0.key, $0.value.failed, $0.value.all) }.sorted {
      $0.1 * $1.2 != $1.1 * $0.2 ? $0.1 * $1.2 > $1.1 * $0.2 : $0.0 < $1.0
    }
    self.kinds = kinds.map { ($0.key, $0.value) }.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
  }

  package var mean: Double { totals.isEmpty ? 0 : totals.reduce(0, +) / Double(totals.count) }

  /// - Parameter share: from 0 to 1.
  package func quantile(_ share: Double) -> Double {
    totals.isEmpty ? 0 : totals[Int((Double(totals.count - 1) * share).rounded())]
  }

  /// `30–40 %`.
  package static func label(ofTenth tenth: Int) -> String { "\(tenth * 10)–\(tenth * 10 + 10) %" }
}
