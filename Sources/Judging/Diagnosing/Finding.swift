package import Examining
import Vocabularies

/// What a subject found wrong with itself: its own claim, in its own words.
package struct Finding: Sendable, Equatable {
  /// The index of the operation after which it found it.
  package let operation: Int
  /// Untrusted text.
  package let text: String

  package init(operation: Int, text: String) {
    self.operation = operation
    self.text = text
  }

  /// Lines of it that are kept.
  static let lineLimit = 8

  /// The first of what the subject found and what the judge found, both in the same window.
  package func first(of other: Violation?) -> Violation? {
    if let other, let index = other.operation, index <= operation { return other }
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    var evidence = Array(lines.dropFirst().prefix(Self.lineLimit))
    if lines.count > Self.lineLimit + 1 { evidence.append("… and \(lines.count - Self.lineLimit - 1) more") }
    if let other { evidence.append("later, \(other.kind.rawValue.replacing("-", with: " ")): \(other.message)") }
    return Violation(
      .invariantBroken, at: operation, "invariantViolations() says: \(lines.first ?? "something is wrong")",
      evidence: evidence)
  }
}

extension WorkerLink {
  /// What the subject said about itself since it began.
  func finding(amongFirst operationCount: Int) -> Finding? {
    guard let (operation, text) = control.finding, operation < UInt64(operationCount) else { return nil }
    return Finding(operation: Int(operation), text: String(decoding: text, as: UTF8.self))
  }
}
