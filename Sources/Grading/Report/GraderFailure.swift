package import Examining

/// What is written in a report's place where the grader failed on a submission: nobody's fault that is known, so no points at all.
package struct GraderFailure: Sendable, Codable, Equatable, Error {
  /// The format, `alloclab-grader-failure/1`.
  package var format = GraderFailure.currentFormat
  /// The version of AllocLab.
  package var grader = Grader.version
  /// The submission's name.
  package var submission: String
  package var finding = ViolationKind.graderFailed
  /// What happened.
  package var reason: String
  /// How often it was tried; 0 where it could not be, for what the folder is.
  package var tries: Int

  package static let currentFormat = "alloclab-grader-failure/1"

  package init(submission: String, reason: String, tries: Int) {
    self.submission = printable(submission)
    self.reason = printable(reason, maximumBytes: 4096, keepsLines: true)
    self.tries = tries
  }

  /// For people, in the report's place.
  package func text(style: TerminalStyle) -> String {
    let name = style.bold(submission)
    guard tries > 0 else { return "\(name): \(style.red("not graded")): \(reason)\n" }
    let count = tries == 1 ? "" : " \(tries) times"
    return "\(name): \(style.red("not graded")), since the grader failed\(count): \(reason)\n"
      + CheckText.indented(CheckText.wrapped(finding.explanation, width: 96), by: 2) + "\n"
  }
}
