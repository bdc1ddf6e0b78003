import Examining
import Vocabularies

/// What a subject found wrong with itself: its own claim, in its own words.
package struct Finding: Sendable, Equatable {
  /// The index of the operation after which it found it.
  package let operation: Int
  /// Untrusted text.
  package let text: String

  /// Lines of it that are kept.
  static let lineLimit = 8

  /// The first of what the subject found and what the judge found, both in the same window.
  func first(of other: Violation?) -> Violation? {
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
    let word = read(Channel.Word.finding)
    guard word > 0, word <= UInt64(operationCount) else { return nil }
    let length = Int(clamping: read(Channel.Word.findingLength)).clamped(to: 0...Channel.Word.findingLimit)
    let words = (0..<(length + 7) / 8).map { read(Channel.Word.findingText + $0) }
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
    return Finding(operation: Int(word) - 1, text: String(decoding: bytes.prefix(length), as: UTF8.self))
  }
}
