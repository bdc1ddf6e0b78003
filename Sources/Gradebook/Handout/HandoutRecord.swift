import Grading
package import Judging
import SystemPackage
import Traces

/// `handout.json`, in a handout's folder: what it was made from, and what its starters were.
package struct HandoutRecord: Sendable, Codable, Equatable {
  /// Of the tool.
  package var version: String
  package var assignments: [String]
  /// SHA-256 of each starter, by its path in the handout.
  package var starters: [String: String]

  init(version: String, assignments: [String], starters: [Handout.File]) {
    self.version = version
    self.assignments = assignments
    self.starters = Dictionary(
      starters.map { ($0.path, Self.digest($0.bytes)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Reads it; nil where this is no handout.
  package init?(_ installation: Installation) throws(JudgeError) {
    guard installation.isHandout else { return nil }
    self = try Course.read(HandoutRecord.self, installation.root.appending(Installation.handoutMark))
  }

  /// Whether a file is still what was handed out under its name, in whatever folder it lies.
  package func isStarter(_ file: Submission.File, of assignment: String) -> Bool {
    let digest = Self.digest(file.bytes)
    return starters.contains { $0.value == digest && $0.key.hasSuffix("\(assignment)/\(file.name)") }
  }

  private static func digest(_ bytes: [UInt8]) -> String {
    var hash = SHA256.Hasher()
    hash.update(bytes)
    return SHA256.hexadecimal(digest: hash.finalize())
  }
}
