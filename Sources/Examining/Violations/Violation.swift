/// What an oracle found to be wrong, and where.
package struct Violation: Sendable, Equatable, Codable {
  /// In which way it is wrong.
  package let kind: ViolationKind
  /// The index of the operation at which it showed, or nil where it belongs to none.
  package let operation: Int?
  /// What was expected and what came back, in one line.
  package let message: String
  /// What else helps to see it, a line each.
  package var evidence: [String]

  package init(_ kind: ViolationKind, at operation: Int?, _ message: String, evidence: [String] = []) {
    self.kind = kind
    self.operation = operation
    self.message = message
    self.evidence = evidence
  }
}
