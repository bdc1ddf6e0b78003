package import Examining
package import Grading
package import Judging

/// What a student reads of what is handed in.
package enum PackingText {
  /// One assignment's files, what is left out, and what is missing.
  package static func text(_ part: Packing.Part, unchanged: Set<String>, style: TerminalStyle) -> String {
    var lines = [style.bold(part.assignment)]
    for file in part.files {
      let remark = unchanged.contains(file.name) ? style.yellow("  is still the file that was handed out") : ""
      lines.append("  + \(printable(file.name))  \(file.bytes.count) bytes\(remark)")
    }
    lines += part.leftOut.map { style.dim("  - \(printable($0.name)) \(printable($0.reason))") }
    lines += part.missing.map { style.yellow("  ! \($0.file) is not there: \($0.id) counts as not handed in") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What grading would refuse, as it will say it.
  package static func warning(_ exercise: Exercise, _ refusal: Judgement.Refusal, style: TerminalStyle) -> String {
    var judgement = Judgement(exercise: exercise, digest: "")
    judgement.refusal = refusal
    return CheckText.text(judgement, style: style)
  }
}
