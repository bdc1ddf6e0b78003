package import Grading

/// Where one student stands in one run: what was handed in, and what came of it.
package struct Standing: Sendable, Equatable {
  /// By which the student is known in reports and exports.
  package var student: String
  package var name: String
  package var email: String
  /// Whether the roster has the student; true where there is none.
  package var isOnRoster: Bool
  /// The names of what was handed in; empty where nothing was.
  package var source: String
  /// How often something was handed in before.
  package var attempt: Int
  /// Days that the late policy counts.
  package var lateDays: Int
  /// Days that what was graded first was late before, of the student's: they have used up slip days.
  package var lateBefore = 0
  /// How late days are known.
  package var lateReason: String
  /// What could not be taken, one a line.
  package var problems: String
  /// The row of `result`; nil where the grader failed, or nothing was handed in.
  package var result: Int64?
  /// Why the grader failed; nil where it did not.
  package var failure: String?
  /// Points before lateness, and of how many; 0 where there is no result.
  package var points = 0.0
  package var maximum = 0.0
  package var extraCredit = 0.0
  /// Those of the instructor that hold, taken in already.
  package var decisions: [Decision] = []
  /// Points by hand, which lateness does not touch.
  package var awarded = 0.0

  package init(
    student: String, name: String = "", email: String = "", isOnRoster: Bool = true, source: String = "",
    attempt: Int = 0, lateDays: Int = 0, lateReason: String = "", problems: String = "", result: Int64? = nil,
    failure: String? = nil
  ) {
    (self.student, self.name, self.email, self.isOnRoster) = (student, name, email, isOnRoster)
    (self.source, self.attempt, self.lateDays, self.lateReason) = (source, attempt, lateDays, lateReason)
    (self.problems, self.result, self.failure) = (problems, result, failure)
  }

  /// Points and extra credit after lateness, and points by hand.
  package func total(_ policy: LatePolicy?) -> Double {
    let reached = points + extraCredit
    return Score.rounded((policy?.apply(to: reached, days: lateDays, after: lateBefore) ?? reached) + awarded)
  }

  /// How lateness counts, for example `2 days late × 10 %: 20 % less`.
  package func lateArithmetic(_ policy: LatePolicy) -> String {
    policy.arithmetic(days: lateDays, after: lateBefore)
  }

  /// The days for a table, for example `3 d`, or `3 d (2 slip)`; empty where there are none.
  func lateText(_ policy: LatePolicy?) -> String {
    guard lateDays > 0 else { return "" }
    let slip = policy?.slipDays(of: lateDays, after: lateBefore) ?? 0
    return "\(lateDays) d" + (slip > 0 ? " (\(slip) slip)" : "")
  }

  package enum State: String, Sendable {
    case graded
    case notHandedIn = "nothing handed in"
    case failed = "grader failed"
  }

  package var state: State {
    result != nil || hasAward ? .graded : failure != nil ? .failed : .notHandedIn
  }

  /// Whether points were given by hand, if they come to nothing too.
  private var hasAward: Bool { decisions.contains { if case .award = $0.kind { true } else { false } } }
}
