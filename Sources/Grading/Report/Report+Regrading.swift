import Examining
import Judging

extension Report {
  /// The report of a hand-in's assignments, with their points added up.
  init(provenance: Provenance, _ portfolio: Portfolio, _ assignments: [AssignmentReport], _ course: Course) {
    func sum(_ value: (AssignmentReport) -> Double, extra: Bool) -> Double {
      Score.rounded(assignments.filter { $0.isExtraCredit == extra }.reduce(0) { $0 + value($1) })
    }
    self.init(
      provenance: provenance, submission: SubmissionSummary(portfolio), points: sum(\.points, extra: false),
      maximum: sum(\.maximum, extra: false), extraCredit: sum(\.points, extra: true),
      course: portfolio.isByAssignment ? CourseTotal(course, assignments) : nil, assignments: assignments)
  }

  /// Takes over from an earlier report what was not graded anew, as far as it still holds: the same files, row of the rubric,
  /// seed and grader.
  ///
  /// - Returns: the exercises that were taken over, and those that were not, since something about them has changed.
  package mutating func keep(
    _ earlier: Report, of portfolio: Portfolio, _ course: Course
  ) -> (kept: [String], dropped: [String]) {
    let isComparable = provenance.isComparable(with: earlier.provenance)
    var (kept, dropped): ([String], [String]) = ([], [])
    var assignments: [AssignmentReport] = []
    for rubric in course.rubrics {
      let new = self.assignments.first { $0.assignment == rubric.assignment }?.exercises ?? []
      let old = earlier.assignments.first { $0.assignment == rubric.assignment }?.exercises ?? []
      let submission = portfolio.submission(for: rubric.assignment)
      var exercises: [ExerciseReport] = []
      for row in rubric.exercises {
        if let graded = new.first(where: { $0.exercise == row.exercise }) {
          exercises.append(graded)
        } else if let graded = old.first(where: { $0.exercise == row.exercise }) {
          let digest = course.catalogue.exercise(row.exercise).flatMap { submission?.digest(for: $0) }
          if isComparable, graded.digest == digest, graded.rubric == row.digest {
            exercises.append(graded)
            kept.append(row.exercise)
          } else {
            dropped.append(row.exercise)
          }
        }
      }
      guard !exercises.isEmpty else { continue }
      assignments.append(
        AssignmentReport(rubric, isExtraCredit: course.isExtraCredit(rubric.assignment), exercises))
    }
    var provenance = provenance
    if provenance.sandbox.enforced.isEmpty { provenance.sandbox.enforced = earlier.provenance.sandbox.enforced }
    self = Report(provenance: provenance, portfolio, assignments, course)
    return (kept, dropped)
  }
}

extension Provenance {
  /// Whether points of two reports may stand side by side.
  fileprivate func isComparable(with other: Provenance) -> Bool {
    grader == other.grader && kit == other.kit && course == other.course && hiddenSeed == other.hiddenSeed
      && publicSeed == other.publicSeed && sandbox.missing == other.sandbox.missing
  }
}
