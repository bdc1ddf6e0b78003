package import Examining

extension Report {
  /// The same report with what is known of its kinds of violation, of which JSON carries the names alone.
  package func explained(by catalogue: Catalogue) -> Report {
    var report = self
    for place in report.assignments.indices {
      report.assignments[place].exercises = report.assignments[place].exercises.map { $0.explained(by: catalogue) }
    }
    return report
  }
}

extension ExerciseReport {
  fileprivate func explained(by catalogue: Catalogue) -> ExerciseReport {
    func known(_ kind: ViolationKind) -> ViolationKind { catalogue.kind(kind.rawValue) ?? kind }
    var exercise = self
    exercise.findings = findings.map(known)
    for place in cases.indices {
      if let kind = cases[place].violation?.kind { exercise.cases[place].violation?.kind = known(kind) }
    }
    if let kind = counterexample?.kind { exercise.counterexample?.kind = known(kind) }
    return exercise
  }
}
