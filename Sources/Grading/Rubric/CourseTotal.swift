/// What a student has of the whole course so far, in percent of it.
package struct CourseTotal: Sendable, Codable, Equatable {
  /// An assignment's part.
  package struct Line: Sendable, Codable, Equatable {
    package var assignment: String
    /// The title of its group.
    package var group: String
    /// Of the course; nil for extra credit.
    package var weight: Double?
    package var standing: Standing
    /// What it adds, of the course. An extra point is a percent, before the cap.
    package var counts: Double
  }

  /// Whether an assignment was graded, and if not, why.
  package enum Standing: String, Sendable, Codable, CaseIterable {
    case graded
    /// It could be graded, and counts as nothing.
    case notHandedIn = "not-handed-in"
    /// There is no rubric yet, and it does not count at all.
    case notGradable = "not-gradable"
  }

  package var lines: [Line]
  /// The weights of what can be graded: without extra credit, all that counts so far.
  package var countedWeight: Double
  /// What was reached of that.
  package var reached: Double
  /// What extra credit adds, of the course: no more than the cap.
  package var extraCredit: Double
  package var extraCreditCap: Double
  /// The share that was reached of what can be graded, in percent, and the extra credit.
  package var total: Double

  /// Nil where some assignment was graded in part only, so that there is nothing to add up.
  package init?(_ course: Course, _ reports: [AssignmentReport]) {
    var lines: [Line] = []
    var (counted, reached, extra) = (0.0, 0.0, 0.0)
    for group in course.settings.groups {
      for assignment in group.assignments {
        let report = reports.first { $0.assignment == assignment.name }
        let rubric = course.rubric(for: assignment.name)
        if let report, let rubric, report.exercises.count < rubric.exercises.count { return nil }
        let weight = group.weight(of: assignment)
        let share = report.map { $0.maximum > 0 ? $0.points / $0.maximum : 0 } ?? 0
        let counts = weight.map { $0 * share } ?? report?.points ?? 0
        if let weight, rubric != nil { (counted, reached) = (counted + weight, reached + counts) }
        if weight == nil { extra += counts }
        lines.append(
          Line(
            assignment: assignment.name, group: group.title, weight: weight.map { Score.rounded($0) },
            standing: rubric == nil ? .notGradable : report == nil ? .notHandedIn : .graded,
            counts: Score.rounded(counts)))
      }
    }
    let cap = course.settings.extraCreditCap ?? 0
    self.lines = lines
    countedWeight = Score.rounded(counted)
    self.reached = Score.rounded(reached)
    extraCredit = Score.rounded(min(extra, cap))
    extraCreditCap = cap
    total = Score.rounded((counted > 0 ? reached / counted * 100 : 0) + min(extra, cap))
  }
}
