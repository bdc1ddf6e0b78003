package import Examining
package import Judging
package import SystemPackage

extension CheckText {
  /// What came of looking for a shorter trace, as far as a student reads it.
  package struct Shrinking: Sendable {
    package var result: ShrinkResult
    /// The command that replays a saved trace, up to the trace's name: `alloclab replay pool`.
    package var replay: String
    /// Why no file was written; nil where one was, or where there was nothing to write.
    package var fault: String?

    package init(_ result: ShrinkResult, replay: String, fault: String? = nil) {
      self.result = result
      self.replay = replay
      self.fault = fault
    }

    /// Looks for a shorter trace, and saves it in a folder.
    ///
    /// - Parameters:
    ///   - prefix: of the file's name.
    ///   - progress: told how many operations the shortest so far has.
    package init(
      _ judge: Judge, _ subject: Subject, _ failing: FailingTrace, _ violation: Violation, in folder: FilePath,
      prefix: String = "", replay: String, progress: (Int) -> Void = { _ in }
    ) throws(JudgeError) {
      self.init(try judge.counterexample(subject, failing, violation, progress: progress), replay: replay)
      guard let found = result.counterexample else { return }
      switch try judge.save(found, in: folder, prefix: prefix) {
      case .saved(let saved): result = .found(saved)
      case .not(let reason): fault = reason
      }
    }

    /// What has to be said besides.
    var remark: String? {
      if case .notReproduced = result {
        return "when the trace was replayed again this did not show in the same way, so there is no shorter one"
      }
      return fault.map { "the short trace was not saved: \($0)" }
    }
  }

  /// A counterexample, its outcomes, and how to see it.
  package static func lines(_ found: Counterexample, replay: String, style: TerminalStyle) -> [String] {
    let listing = CounterexampleListing(found)
    let circumstances = listing.circumstances.isEmpty ? "" : ", \(listing.circumstances)"
    let heading =
      found.operationsBefore == listing.operations
      ? "\(count(listing.operations))"
      : "shrunk from \(count(found.operationsBefore)) to \(grouped(listing.operations))"
    var lines = ["    \(heading)\(circumstances):"]
    lines += listing.lines.map { "      " + $0 }
    lines += listing.evidence.map { indented($0, by: 6) }
    if let file = found.file {
      lines.append("    see it:  " + style.bold("\(replay) \(printable(file.string)) --step"))
    }
    return lines
  }

  private static func count(_ operations: Int) -> String {
    "\(grouped(operations)) \(operations == 1 ? "operation" : "operations")"
  }
}
