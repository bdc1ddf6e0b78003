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
    /// It is among the worst of its group, which do not count.
    case dropped
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
      var parts: [Line] = []
      var shares: [Double] = []
      for assignment in group.assignments {
        let report = reports.first { $0.assignment == assignment.name }
        let rubric = course.rubric(for: assignment.name)
        if let report, let rubric, report.exercises.count < rubric.exercises.count { return nil }
        let weight = group.weight(of: assignment)
        let share = report.map { $0.maximum > 0 ? $0.points / $0.maximum : 0 } ?? 0
        shares.append(share)
        parts.append(
          Line(
            assignment: assignment.name, group: group.title, weight: weight,
            standing: rubric == nil ? .notGradable : report == nil ? .notHandedIn : .graded,
            counts: weight.map { $0 * share } ?? report?.points ?? 0))
      }
      Self.drop(group.dropLowest ?? 0, of: &parts, shares)
      for part in parts {
        if let weight = part.weight, part.standing != .notGradable, part.standing != .dropped {
          (counted, reached) = (counted + weight, reached + part.counts)
        }
        if part.weight == nil { extra += part.counts }
        var line = part
        (line.weight, line.counts) = (part.weight.map { Score.rounded($0) }, Score.rounded(part.counts))
        lines.append(line)
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

  /// Lets the worst of a group's assignments count nothing, but not all that can be graded, and the others as much more.
  private static func drop(_ count: Int, of lines: inout [Line], _ shares: [Double]) {
    let gradable = lines.indices.filter { lines[$0].standing != .notGradable }
    let sorted = gradable.sorted { (shares[$0], $0) < (shares[$1], $1) }
    let dropped = sorted.prefix(max(0, min(count, gradable.count - 1)))
    let kept = sorted.dropFirst(dropped.count)
    func weight(_ places: some Sequence<Int>) -> Double { places.reduce(0) { $0 + (lines[$1].weight ?? 0) } }
    let (all, rest) = (weight(gradable), weight(kept))
    guard !dropped.isEmpty, rest > 0 else { return }
    for place in dropped { (lines[place].standing, lines[place].weight, lines[place].counts) = (.dropped, 0, 0) }
    for place in kept {
      lines[place].weight = lines[place].weight.map { $0 * all / rest }
      lines[place].counts *= all / rest
    }
  }
}
