package import Grading

/// Decisions as they are shown on a terminal.
package enum DecisionText {
  /// What it says, for example `pool: 25 points`.
  package static func summary(_ kind: Decision.Kind) -> String {
    switch kind {
    case .override(let exercise, let points): "\(exercise): \(Score.short(points)) points"
    case .award(let points): "\(points < 0 ? "" : "+")\(Score.short(points)) points by hand"
    case .extend(let days): days == 1 ? "one day more" : "\(days) days more"
    case .withdraw(let number): "decision \(number) holds no more"
    }
  }

  /// Those that hold for a student, as the last part of what explains the grade.
  static func list(_ decisions: [Decision]) -> String {
    decisions.isEmpty ? "" : "\ndecided\n" + decisions.map { "  \(line($0))\n" }.joined()
  }

  private static func line(_ decision: Decision) -> String {
    "\(decision.number). \(summary(decision.kind)): \(printable(decision.reason)) (\(printable(decision.author)))"
  }

  /// The whole log, with the hash that proves it.
  package static func table(_ log: DecisionLog, style: TerminalStyle) -> String {
    guard !log.entries.isEmpty else { return "nothing was decided by hand\n" }
    var table = TextTable([
      .init("", .right), .init("when"), .init("by"), .init("student"), .init("decision"), .init("reason"),
      .init("hash"),
    ])
    for entry in log.entries {
      table.append([
        "\(entry.number)", Moment.text(entry.moment), printable(entry.author), printable(entry.student),
        summary(entry.kind), printable(entry.reason), String(entry.hash.prefix(16)),
      ])
    }
    return table.text(style: style)
      + "\n\(log.entries.count) in all, none changed, left out or put in; keep the last hash elsewhere to prove it later:\n"
      + "\(log.head)\n"
  }
}
