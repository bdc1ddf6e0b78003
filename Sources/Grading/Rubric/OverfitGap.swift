package import Judging

/// How much better a submission does on the traces that everybody has than on slight changes of them.
package struct OverfitGap: Sendable, Codable, Equatable {
  /// The share of the public traces on which nothing was wrong, from 0 to 1.
  package let publicShare: Double
  /// The same of their changes.
  package let changedShare: Double

  /// Their difference; what is no better on the public traces has none.
  package var gap: Double { max(0, publicShare - changedShare) }

  /// Whether it is called overfitted: right on all traces that everybody has, and on far fewer where these are only changed. What is
  /// wrong on one of them has a mistake of another kind, which changes may show or hide.
  package var isTold: Bool { publicShare == 1 && gap >= Score.overfitGap }

  /// Nil where no public trace could be changed.
  package init?(_ judgement: Judgement) {
    let changed = judgement.cases.filter { $0.change != nil && $0.wasRun }
    let workloads = Set(changed.map(\.workload))
    let originals = judgement.cases.filter { !$0.isHidden && $0.wasRun && workloads.contains($0.workload) }
    guard !changed.isEmpty, !originals.isEmpty else { return nil }
    func share(_ cases: [CaseResult]) -> Double {
      Score.rounded(Double(cases.filter { $0.violation == nil }.count) / Double(cases.count))
    }
    publicShare = share(originals)
    changedShare = share(changed)
  }
}
