package import Judging

/// `course.json`: what the course is made of, and what counts how much.
package struct CourseSettings: Sendable, Codable, Equatable {
  package var course: String
  /// Hidden traces are drawn from it. Keep it, and change it each year.
  package var hiddenSeed: CourseSeed
  /// Whether all students are judged by the same hidden traces, time after time, so that what submissions find out adds up;
  /// otherwise each handing-in has traces of its own.
  package var sharesHiddenTraces: Bool?
  /// The most percent of the course that extra credit adds, where a group gives any: a point of it is a percent.
  package var extraCreditCap: Double?
  /// What handing in late costs; nil where it costs nothing.
  package var latePolicy: LatePolicy?
  /// In the order of the course. The weights of those that give no extra credit add up to 100.
  package var groups: [Group]

  /// Assignments that count together, for example the problem sets.
  package struct Group: Sendable, Codable, Equatable {
    package var title: String
    /// In percent of the course; nil for extra credit.
    package var weight: Double?
    package var isExtraCredit: Bool?
    /// So many of its assignments, the worst of each student's, do not count; the others count as much more.
    package var dropLowest: Int?
    package var assignments: [Assignment]

    /// Whether its points come on top of full marks.
    package var givesExtraCredit: Bool { isExtraCredit == true }

    /// What an assignment of the group counts, in percent of the course; nil for extra credit.
    package func weight(of assignment: Assignment) -> Double? {
      weight.map { assignment.weight ?? $0 / Double(assignments.count) }
    }
  }

  /// What is handed out together.
  package struct Assignment: Sendable, Codable, Equatable {
    /// Where its starters lie, from the package's folder, for example `Labs/VirtualMemory`.
    package var folder: String
    /// In percent of the course; where none of a group says so, they count alike.
    package var weight: Double?
    /// The rubric's file, beside `course.json`; nil as long as there is nothing to grade it by.
    package var rubric: String?

    /// The folder's last component: what the assignment is called everywhere else.
    package var name: String { String(folder.split(separator: "/").last ?? "") }
  }

  package var assignments: [Assignment] { groups.flatMap(\.assignments) }

  /// What is wrong with it; empty where nothing is.
  package var problems: [CourseProblem] {
    var problems: [CourseProblem] = []
    func refuse(_ path: [JSONKey], _ text: String) { problems.append(CourseProblem(path, text)) }
    var names: Set<String> = []
    for (number, group) in groups.enumerated() {
      let path: [JSONKey] = [.name("groups"), .index(number)]
      if group.assignments.isEmpty { refuse(path, "\(group.title) has no assignments; name one, or remove the group") }
      for (place, assignment) in group.assignments.enumerated() {
        let path = path + [.name("assignments"), .index(place), .name("folder")]
        if assignment.name.isEmpty { refuse(path, "an assignment has a folder, for example Labs/VirtualMemory") }
        if !names.insert(assignment.name).inserted {
          refuse(path, "there is a \(assignment.name) before it; name each assignment once")
        }
      }
      problems += group.problems(at: path)
    }
    let counting = groups.filter { !$0.givesExtraCredit }
    let sum = counting.reduce(0) { $0 + ($1.weight ?? 0) }
    if !isHundred(sum), counting.allSatisfy({ $0.weight != nil }) {
      refuse([.name("groups")], "the groups' weights, \(added(counting.map { $0.weight ?? 0 })); make them 100")
    }
    if counting.count < groups.count, extraCreditCap == nil {
      refuse([], #"say how many percent extra credit may add, for example "extraCreditCap": 10"#)
    }
    if let extraCreditCap, extraCreditCap < 0 {
      refuse(
        [.name("extraCreditCap")], "extra credit adds 0 percent or more, and \(Score.short(extraCreditCap)) is less")
    }
    return problems + (latePolicy?.problems(at: [.name("latePolicy")]) ?? [])
  }
}

extension CourseSettings.Group {
  fileprivate func problems(at path: [JSONKey]) -> [CourseProblem] {
    if let dropLowest, givesExtraCredit || !(0..<max(1, assignments.count)).contains(dropLowest) {
      return [
        CourseProblem(
          path + [.name("dropLowest")],
          givesExtraCredit
            ? "of extra credit everything counts, up to the cap; remove it"
            : "\(title) has \(assignments.count), so 0 to \(assignments.count - 1) of them may not count")
      ]
    }
    return weightProblems(at: path)
  }

  private func weightProblems(at path: [JSONKey]) -> [CourseProblem] {
    let weights = assignments.map(\.weight)
    guard let weight else {
      if !givesExtraCredit {
        return [CourseProblem(path, #"\#(title) has no weight; give it one, or "isExtraCredit": true"#)]
      }
      guard let place = weights.firstIndex(where: { $0 != nil }) else { return [] }
      return [
        CourseProblem(
          path + [.name("assignments"), .index(place), .name("weight")],
          "extra credit has no weight: each point of it is a percent of the course; remove it")
      ]
    }
    if givesExtraCredit {
      return [
        CourseProblem(
          path + [.name("weight")], "extra credit has no weight: each point of it is a percent of the course; remove it"
        )
      ]
    }
    if let place = weights.firstIndex(where: { $0 ?? 0 < 0 }) {
      return [
        CourseProblem(path + [.name("assignments"), .index(place), .name("weight")], "a weight is not negative")
      ]
    }
    if weight < 0 { return [CourseProblem(path + [.name("weight")], "a weight is not negative")] }
    let known = weights.compactMap { $0 }
    guard !known.isEmpty else { return [] }
    guard known.count == weights.count else {
      return [
        CourseProblem(
          path + [.name("assignments")],
          "some assignments of \(title) have a weight and some have none; give all of them one, or none")
      ]
    }
    guard isSame(known.reduce(0, +), weight) else {
      return [
        CourseProblem(
          path + [.name("assignments")],
          "the assignments' weights, \(added(known)), and \(title) counts \(Score.short(weight)); make them the same")
      ]
    }
    return []
  }
}

/// `40 + 30 + 20, add up to 90`.
func added(_ weights: [Double]) -> String {
  "\(weights.map { Score.short($0) }.joined(separator: " + ")), add up to \(Score.short(weights.reduce(0, +)))"
}

/// Whether two sums of weights are the same, but for what adding makes of them.
func isSame(_ sum: Double, _ other: Double) -> Bool { abs(sum - other) < 1e-6 }

/// Whether weights add up to all there is.
func isHundred(_ sum: Double) -> Bool { isSame(sum, 100) }
