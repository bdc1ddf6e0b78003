/// What handing in late costs: a part of what was reached, for each day that has begun.
package struct LatePolicy: Sendable, Codable, Equatable {
  /// Percent of the points that were reached.
  package var percentPerDay: Double
  /// The most percent that lateness costs; 100 where nothing is said.
  package var capPercent: Double?
  /// Who is late by no more than these minutes is not late.
  package var graceMinutes: Double?
  /// Days over the whole course that cost a student nothing; what was graded first uses them up first.
  package var slipDays: Int?

  package init(
    percentPerDay: Double, capPercent: Double? = nil, graceMinutes: Double? = nil, slipDays: Int? = nil
  ) {
    self.percentPerDay = percentPerDay
    self.capPercent = capPercent
    self.graceMinutes = graceMinutes
    self.slipDays = slipDays
  }

  /// Days that count, of a lateness in seconds. Days are counted from the deadline, whatever the grace is.
  package func days(late seconds: Int) -> Int {
    guard seconds > 0, Double(seconds) > (graceMinutes ?? 0) * 60 else { return 0 }
    return (seconds - 1) / 86_400 + 1
  }

  /// Percent of the points that so many days cost, from 0 to 100.
  package func percent(days: Int) -> Double {
    min(Double(days) * percentPerDay, capPercent ?? 100, 100)
  }

  /// Of days late, those that are slip days and cost nothing, where something else was late `before` for so many days.
  package func slipDays(of days: Int, after before: Int) -> Int { min(days, max(0, (slipDays ?? 0) - before)) }

  /// What is left of points.
  package func apply(to points: Double, days: Int, after before: Int = 0) -> Double {
    Score.rounded(points * (1 - percent(days: days - slipDays(of: days, after: before)) / 100))
  }

  /// How it came about, for example `2 days late × 10 %, at most 50 %: 20 % less`, or where there are slip days,
  /// `2 days late − 1 slip day (of 5, 4 used before) = 1 day × 10 %: 10 % less`.
  package func arithmetic(days: Int, after before: Int = 0) -> String {
    func count(_ days: Int, _ what: String) -> String { "\(days) \(what)\(days == 1 ? "" : "s")" }
    let slip = slipDays(of: days, after: before)
    var text = "\(count(days, "day")) late"
    if let slipDays {
      text += " − \(count(slip, "slip day")) (of \(slipDays), \(min(before, slipDays)) used before)"
      text += " = \(count(days - slip, "day"))"
    }
    let cap = capPercent.map { ", at most \(Score.short($0)) %" } ?? ""
    return text + " × \(Score.short(percentPerDay)) %\(cap): \(Score.short(percent(days: days - slip))) % less"
  }

  /// What is wrong with it, at its place in `course.json`.
  func problems(at path: [JSONKey]) -> [CourseProblem] {
    var problems: [CourseProblem] = []
    if !(0...100).contains(percentPerDay) {
      problems.append(
        CourseProblem(
          path + [.name("percentPerDay")], "a day costs 0 to 100 percent, and \(Score.short(percentPerDay)) is none"))
    }
    if let capPercent, !(0...100).contains(capPercent) {
      problems.append(
        CourseProblem(
          path + [.name("capPercent")],
          "lateness costs 0 to 100 percent at most, and \(Score.short(capPercent)) is none"))
    }
    if let capPercent, capPercent < percentPerDay, 0...100 ~= capPercent {
      problems.append(
        CourseProblem(
          path + [.name("capPercent")],
          "the cap of \(Score.short(capPercent)) is less than a day's \(Score.short(percentPerDay)); raise it, or lower that"
        ))
    }
    if let graceMinutes, !(0...10_080).contains(graceMinutes) {
      problems.append(
        CourseProblem(
          path + [.name("graceMinutes")],
          "grace is 0 to 10080 minutes, a week, and \(Score.short(graceMinutes)) is none"))
    }
    if let slipDays, !(0...366).contains(slipDays) {
      problems.append(
        CourseProblem(
          path + [.name("slipDays")], "slip days are 0 to 366 over the course, and \(slipDays) is none; correct it"))
    }
    return problems
  }
}
