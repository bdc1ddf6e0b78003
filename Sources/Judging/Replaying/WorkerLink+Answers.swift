import Examining
import Traces
import Vocabularies

/// What operations were answered with beside their outcomes.
extension WorkerLink {
  /// The answers of a request's operations, copied once.
  ///
  /// - Parameter outcomes: theirs, copied before: they say how long each answer is.
  func answers(to operations: some Sequence<UInt64>, _ outcomes: [UInt64]) -> Answers {
    guard answerRoom > 0, let vocabulary else { return Answers() }
    return Answers(copyOfAnswers(Answers.words(of: operations, outcomes, vocabulary, room: answerRoom)))
  }

  /// The first words of the answers, as they are now.
  private func copyOfAnswers(_ count: Int) -> [UInt64] {
    // Safe: there is room for no less.
    unsafe Array(
      UnsafeRawBufferPointer(rebasing: answerBytes[..<(8 * min(count, answerRoom))]).bindMemory(to: UInt64.self))
  }

  /// Whether the answers are still what was copied, now that nobody should write any more.
  ///
  /// - Complexity: O(words).
  func answersAreStill(_ answers: Answers) -> Bool {
    unsafe answers.areStill(in: UnsafeRawBufferPointer(answerBytes))
  }

  /// What it means where they are not.
  ///
  /// - Parameter index: of the request's last operation.
  func unsteadiness(of answers: Answers, at index: Int) -> Violation? {
    guard !answersAreStill(answers) else { return nil }
    return Violation(
      .answerUnsteady, at: index, "the answers of the operations up to \(index) changed after they had been given")
  }
}
