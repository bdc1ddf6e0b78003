import Exercises
package import Judging

/// What a student reads after a check.
package enum CheckText {
  package static func text(_ judgement: Judgement, style: TerminalStyle) -> String {
    let exercise = judgement.exercise
    if let messages = judgement.compilerMessages {
      return style.red("✗") + " \(style.bold(exercise.id)): does not compile\n"
        + indented(printable(messages, maximumBytes: 16_384, keepsLines: true), by: 4) + "\n"
    }
    guard let failed = judgement.cases.first(where: { $0.violation != nil }), let violation = failed.violation else {
      let operations = judgement.cases.reduce(0) { $0 + $1.operationCount }
      return style.green("✓")
        + " \(style.bold(exercise.id)): \(judgement.cases.count) workloads, \(operations) operations, all right\n"
    }
    let passed = judgement.cases.filter { $0.violation == nil }.count
    var lines = [
      style.red("✗")
        + " \(style.bold("\(exercise.id) · \(failed.workload)")): \(violation.kind.rawValue.replacing("-", with: " "))",
      "    " + printable(violation.message),
    ]
    lines += violation.evidence.map { indented(printable($0, maximumBytes: 4096, keepsLines: true), by: 4) }
    if let operation = violation.operation {
      lines.append(style.dim("    at operation \(operation) of \(failed.operationCount): \(failed.summary)"))
    }
    lines += ["", indented(wrapped(violation.kind.explanation, width: 100), by: 4), ""]
    if passed > 0 { lines.append(style.dim("    (\(passed) workloads before it were right)")) }
    return lines.joined(separator: "\n") + "\n"
  }

  static func indented(_ text: String, by count: Int) -> String {
    let margin = String(repeating: " ", count: count)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : margin + $0 }
      .joined(separator: "\n")
  }

  /// The text broken into lines of at most `width` characters, between words.
  static func wrapped(_ text: String, width: Int) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
