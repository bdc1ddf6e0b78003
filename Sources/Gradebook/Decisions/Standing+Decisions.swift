import Grading

extension Standing {
  /// Changes a standing as the decisions say that hold for the student, the later ones last.
  ///
  /// - Parameter report: the one of its result.
  mutating func take(_ decisions: [Decision], _ report: Report?) {
    self.decisions = decisions
    var changed: [String: Double] = [:]
    for decision in decisions {
      switch decision.kind {
      case .override(let exercise, let points): changed[exercise] = points
      case .award(let points): awarded = Score.rounded(awarded + points)
      case .extend(let days): lateDays = max(0, lateDays - days)
      case .withdraw: break
      }
    }
    for assignment in report?.assignments ?? [] {
      for exercise in assignment.exercises {
        guard let decided = changed[exercise.exercise] else { continue }
        let gain = decided - exercise.points
        if assignment.isExtraCredit {
          extraCredit = Score.rounded(extraCredit + gain)
        } else {
          points = Score.rounded(points + gain)
        }
      }
    }
  }
}
