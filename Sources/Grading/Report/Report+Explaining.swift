package import Examining

extension Report {
  /// The same report with what kinds of violation mean, which JSON does not carry.
  package func explained(by catalogue: Catalogue) -> Report {
    var report = self
    for place in report.assignments.indices {
      for number in report.assignments[place].exercises.indices {
        report.assignments[place].exercises[number].findings = report.assignments[place].exercises[number].findings.map
        {
          catalogue.kind($0.rawValue) ?? $0
        }
      }
    }
    return report
  }
}
