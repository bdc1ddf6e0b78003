package import Grading
package import Judging
import SystemPackage

/// `given.json`, beside `course.json`: which files may share text with what must not be handed out, since it is meant to be given.
///
/// An entry holds for just those shared runs of words: once others are shared, it holds no more, and is to be looked at again.
package struct Given: Sendable, Codable, Equatable {
  package struct Entry: Sendable, Codable, Equatable {
    /// From the package's folder.
    package var file: String
    /// How many different runs of words are shared.
    package var runs: Int
    /// `RunsOfWords.digest` of them.
    package var digest: String
    /// For people.
    package var why: String
  }

  package var given: [Entry]

  /// Reads it; empty where there is none.
  package init(_ course: Course) throws(JudgeError) {
    let file = course.folder.appending("given.json")
    self = Files.exists(file) ? try Course.read(Given.self, file) : Given(given: [])
  }

  private init(given: [Entry]) { self.given = given }

  /// Why a file may not be handed out as it is; nil where it may.
  func problem(_ name: String, _ finding: Secrets.Finding) -> String? {
    let place = finding.line.map { "\(name):\($0)" } ?? name
    guard !finding.runs.isEmpty else { return "\(place) has a piece of \(finding.secret) in it; take it out" }
    let digest = RunsOfWords.digest(of: finding.runs)
    if given.contains(where: { $0.file == name && $0.digest == digest }) { return nil }
    return
      "\(place) shares \(finding.runs.count) run\(finding.runs.count == 1 ? "" : "s") of \(RunsOfWords.length) words with "
      + "\(finding.secret); take that out, or if students are to have it, add to given.json: "
      + #"{ "file": "\#(name)", "runs": \#(finding.runs.count), "digest": "\#(digest)", "why": "…" }"#
  }
}
