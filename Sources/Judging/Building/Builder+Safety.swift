import Examining

extension Builder {
  /// One of the two things that are done at the same time.
  private enum Half: Sendable {
    case refusals([String: String])
    case results([Result])
  }

  /// Builds the workers of exercises while the files are checked, and gives only those back whose files are all safe Swift.
  func buildChecked(
    _ exercises: [Exercise], of submission: Submission, by safety: SafetyCheck, asksInvariants: Bool = false
  ) throws(JudgeError) -> [Result] {
    var files: [Submission.File] = []
    for exercise in exercises.flatMap({ [$0] + $0.builtTogether }) {
      files += submission.files(for: exercise).filter { file in !files.contains { $0.name == file.name } }
    }
    let all = files
    let halves = try twoAtATime(2) { number throws(JudgeError) -> Half in
      if number == 0 { return .refusals(try safety.refusals(of: all)) }
      if exercises.count == 1 {
        return .results([try buildUnchecked(exercises[0], of: submission, asksInvariants: asksInvariants)])
      }
      return .results(try buildAllUnchecked(exercises, of: submission))
    }
    guard case .refusals(let refusals) = halves[0], case .results(let results) = halves[1] else {
      preconditionFailure("results are in the order of the numbers")
    }
    if refusals.isEmpty { return results }
    // A program for several exercises may have a refused file in it, so none of these is used.
    for case .built(let worker) in results { discard(worker) }
    var checked: [Result] = []
    for (exercise, result) in zip(exercises, results) {
      let messages = submission.files(for: exercise).compactMap { refusals[$0.name] }.joined()
      if messages.isEmpty {
        checked.append(try buildAlone(exercise, of: submission, asksInvariants: asksInvariants))
      } else if case .refused(let said) = result {
        checked.append(.refused(messages: messages + said))
      } else {
        checked.append(.refused(messages: messages))
      }
    }
    return checked
  }
}
