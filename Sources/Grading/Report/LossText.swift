import Examining

/// Why an exercise's points were lost, below the table of its assignment.
enum LossText {
  /// Empty where none were.
  static func text(_ exercise: ExerciseReport, _ style: TerminalStyle) -> String {
    guard exercise.points < exercise.maximum else { return "" }
    let name = style.bold(exercise.exercise)
    if exercise.findings == [.missing] {
      return "  \(style.red("✗")) \(name): missing: \(exercise.compilerMessages ?? "")\n"
    }
    var lines: [String] = []
    let prices = prices(exercise)
    if exercise.isRight {
      lines.append("  \(style.yellow("–")) \(name): right, but it takes more than the reference solution: \(prices)")
    } else {
      lines.append("  \(style.red("✗")) \(name): \(exercise.findings.map(\.rawValue).joined(separator: ", "))")
      if !prices.isEmpty { lines.append("      and more than the reference solution: \(prices)") }
    }
    if let budget = exercise.budget { lines.append(CheckText.indented(CheckText.wrapped(budget, width: 96), by: 6)) }
    if let messages = exercise.compilerMessages { lines.append(CheckText.indented(messages, by: 6)) }
    lines += violations(exercise)
    if let overfit = exercise.overfit, overfit.gap > 0 {
      lines.append(
        "      overfit gap \(Score.short(overfit.gap)): right on \(percent(overfit.publicShare)) of the public traces, and on "
          + "\(percent(overfit.changedShare)) of slight changes of them")
    }
    lines += counterexample(exercise)
    // What costs time and space stands above, with names and numbers.
    for kind in exercise.findings where kind != .slow && kind != .wasteful {
      lines.append(style.dim(CheckText.indented(CheckText.wrapped(kind.explanation, width: 96), by: 6)))
    }
    for part in exercise.arithmetic where part.points < part.maximum && exercise.compilerMessages == nil {
      lines.append(
        style.dim(
          "      \(part.criterion): \(Score.short(part.points)) of \(Score.short(part.maximum)) = \(part.arithmetic)"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The meters that lost points, the one that lost most first, each with the trace that cost most: `time (pairs 11.01×)`.
  private static func prices(_ exercise: ExerciseReport) -> String {
    let lost = exercise.arithmetic.filter { $0.criterion != "correctness" && $0.points < $0.maximum }
      .sorted { $0.maximum - $0.points > $1.maximum - $1.points }
    return lost.compactMap { part in
      let readings = exercise.cases.compactMap { item in
        item.reading(of: part.criterion).map { (workload: item.workload, ratio: $0.ratio, share: $0.share) }
      }
      // Where the trace failed, that is what is told.
      guard let worst = readings.min(by: { $0.share < $1.share }), worst.share < 1 else { return nil }
      return "\(part.criterion) (\(worst.workload) \(Score.short(worst.ratio))×)"
    }.joined(separator: ", ")
  }

  /// Of each kind, on the traces of each half, the first with all that is known of it; of the others their names.
  private static func violations(_ exercise: ExerciseReport) -> [String] {
    var groups: [(half: String, kind: ViolationKind, cases: [CaseReport])] = []
    for item in exercise.cases {
      guard let kind = item.violation?.kind else { continue }
      let half = item.change != nil ? " (changed)" : item.isHidden ? " (hidden)" : ""
      if let group = groups.firstIndex(where: { $0.half == half && $0.kind == kind }) {
        groups[group].cases.append(item)
      } else {
        groups.append((half, kind, [item]))
      }
    }
    return groups.flatMap { half, kind, cases -> [String] in
      guard let first = cases.first, let violation = first.violation else { return [] }
      var lines = ["      \(first.workload)\(half): \(violation.message ?? kind.rawValue)"]
      lines += violation.evidence.map { CheckText.indented($0, by: 8) }
      if cases.count > 1 {
        let names = cases.dropFirst().map(\.workload).joined(separator: ", ")
        lines.append(
          CheckText.indented(
            CheckText.wrapped("and \(kind.rawValue) on \(cases.count - 1) more: \(names)", width: 92), by: 8)
        )
      }
      return lines
    }
  }

  private static func counterexample(_ exercise: ExerciseReport) -> [String] {
    guard let found = exercise.counterexample else { return [] }
    let circumstances = found.circumstances.isEmpty ? "" : ", \(found.circumstances)"
    var lines = [
      "      \(found.workload), shrunk from \(grouped(found.operationsBefore)) operations to "
        + "\(grouped(found.operations))\(circumstances):"
    ]
    lines += found.listing.map { "        " + $0 }
    if let trace = found.trace { lines.append("        saved: \(trace)") }
    return lines
  }

  private static func percent(_ share: Double) -> String { "\(Score.short(share * 100)) %" }
}

extension ExerciseReport {
  /// Whether nothing is wrong with it but what it takes.
  fileprivate var isRight: Bool {
    compilerMessages == nil && !cases.isEmpty && cases.allSatisfy { $0.violation == nil }
      && findings.allSatisfy { $0 == .slow || $0 == .wasteful }
  }
}
