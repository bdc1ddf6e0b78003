package import Examining
package import Judging
package import Traces

/// What a student reads after a check.
package enum CheckText {
  /// How much of what helps is told with a fault: nothing, what it means, its usual causes too.
  package enum Hints: Int, Sendable, CaseIterable {
    case none, meaning, causes
  }

  ///
  /// - Parameter shrinking: what came of looking for a shorter trace, and how that one is replayed; nil where nobody looked.
  package static func text(
    _ judgement: Judgement, shrinking: Shrinking? = nil, hints: Hints = .causes, style: TerminalStyle
  ) -> String {
    let exercise = judgement.exercise
    if let refusal = judgement.refusal {
      let what = self.what(refusal.kind)
      return style.red("✗") + " \(style.bold(exercise.id)): \(what)\n"
        + indented(printable(refusal.messages, maximumBytes: 16_384, keepsLines: true), by: 4) + "\n"
    }
    guard let failed = judgement.cases.first(where: { $0.violation != nil }), let violation = failed.violation else {
      let operations = judgement.cases.reduce(0) { $0 + $1.operationCount }
      return style.green("✓")
        + " \(style.bold(exercise.id)): \(judgement.cases.count) workloads, \(grouped(operations)) operations, all right\n"
    }
    let passed = judgement.cases.filter { $0.violation == nil }.count
    let place = violation.operation.map {
      "at operation \(grouped($0)) of \(grouped(failed.failing?.trace.operations.count ?? failed.operationCount)): \(failed.summary)"
    }
    let text = self.text(
      violation, exercise, heading: "\(exercise.id) · \(failed.workload)", place: place, shrinking: shrinking,
      hints: hints, style: style)
    return passed > 0
      ? text + style.dim("    (\(passed) \(passed == 1 ? "workload before it was" : "workloads before it were") right)")
        + "\n" : text
  }

  /// What a student reads after a replay of one trace.
  package static func text(
    _ result: CheckedResult, _ exercise: Exercise, _ trace: Trace, shrinking: Shrinking? = nil, style: TerminalStyle
  ) -> String {
    if var violation = result.violation {
      // The names that a short trace was told with.
      if let names = OperationNames(shrunk: trace) { violation = names.lettered(violation) }
      let place = violation.operation.map { "at operation \(grouped($0)) of \(grouped(trace.operations.count))" }
      let text = text(
        violation, exercise, heading: "\(exercise.id) · \(printable(trace.name))", place: place, shrinking: shrinking,
        style: style)
      return text + printedLines(result).map { $0 + "\n" }.joined()
    }
    var lines = [
      style.green("✓")
        + " \(style.bold("\(exercise.id) · \(printable(trace.name))")): \(grouped(result.operations)) operations, all right"
    ]
    var figures = result.measurements
    if result.footprint > 0 { figures.append(Measurement("peak footprint", Double(result.footprint), "B")) }
    lines += figures.map { "    \($0.name): \(figure($0.value))\($0.unit.isEmpty ? "" : " ")\($0.unit)" }
    if let live = figures.first(where: { $0.name == "peak live bytes" })?.value, result.footprint > 0 {
      lines.append("    utilisation: \(Score.short(live / Double(result.footprint) * 100)) %")
    }
    lines += printedLines(result)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A whole number with its thousands set apart, any other to hundredths.
  private static func figure(_ value: Double) -> String { Int(exactly: value).map(grouped) ?? Score.short(value) }

  private static func printedLines(_ result: CheckedResult) -> [String] {
    result.printed.isEmpty ? [] : ["    it printed:"] + printed(result.printed, lines: 40).map { "      " + $0 }
  }

  private static func text(
    _ violation: Violation, _ exercise: Exercise, heading: String, place: String?, shrinking: Shrinking? = nil,
    hints: Hints = .causes, style: TerminalStyle
  ) -> String {
    var lines = [style.red("✗") + " \(style.bold(heading)): \(violation.kind.rawValue.replacing("-", with: " "))"]
    if let found = shrinking?.result.counterexample {
      lines += self.lines(found, replay: shrinking?.replay ?? "", style: style)
    } else {
      lines.append("    " + printable(violation.message))
      lines += violation.evidence.map { indented(printable($0, maximumBytes: 4096, keepsLines: true), by: 4) }
    }
    if let remark = shrinking?.remark { lines.append(style.dim("    " + printable(remark))) }
    if let place { lines.append(style.dim("    " + place)) }
    lines += ["", indented(advice(violation.kind, exercise, hints), by: 4), ""]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a refusal of a kind says, in a few words.
  static func what(_ refusal: ViolationKind) -> String {
    switch refusal {
    case .unsafeCode: "is not safe Swift"
    case .privateMemory: "keeps too much outside the heap"
    default: "does not compile"
    }
  }

  /// What a subject printed in a replay, as far as people read it.
  static func printed(_ text: String, lines limit: Int) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let isEnded = lines.last == ""
    let all = isEnded ? Array(lines.dropLast()) : lines
    let shown = all.prefix(limit).map { printable($0, maximumBytes: 512) }
    return all.count > limit ? shown + ["… and \(all.count - limit) lines more"] : shown
  }

  /// What a kind of violation means, and its usual causes in an exercise.
  static func advice(_ kind: ViolationKind, _ exercise: Exercise, _ hints: Hints = .causes) -> String {
    if hints == .none { return "" }
    let causes = hints == .causes ? exercise.causes(of: kind).map { "\n" + wrapped($0, width: 100) } ?? "" : ""
    return wrapped(kind.explanation, width: 100) + causes
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
