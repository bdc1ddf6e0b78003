import Examining
package import Judging
import Traces
import Vocabularies
import Workloads

/// A short trace as people read it: blocks have letters, outcomes stand beside their operations, and what repeats is told once.
package struct CounterexampleListing: Sendable, Equatable {
  /// In what the operations happen, for example `in a heap of 64 KiB, blocks of 24 bytes at multiples of 8`; may be empty.
  package let circumstances: String
  /// The operations, the last of them with what is wrong.
  package let lines: [String]
  /// What else helps to see it.
  package let evidence: [String]
  /// How many operations there are.
  package let operations: Int
  /// In how many lines they are told.
  package let steps: Int

  /// Lines are no longer than this, if that can be had.
  private static let width = 100

  package init(_ counterexample: Counterexample) {
    let trace = counterexample.trace
    let names = OperationNames(trace)
    let folds = TraceFold.folds(of: trace)
    var rows: [(text: String, outcome: String)] = []
    func append(_ folds: [TraceFold], indent: String) {
      for fold in folds {
        switch fold {
        case .one, .run:
          rows.append(
            (indent + names.text(fold.operations), names.outcomes(fold.operations, counterexample.outcomes)))
        case .repeated(let count, let body):
          rows.append(("\(indent)\(grouped(count)) times:", ""))
          append(body, indent: indent + "  ")
        }
      }
    }
    append(folds, indent: "")
    let textWidth = rows.filter { !$0.outcome.isEmpty }.map { displayWidth($0.text) }.max() ?? 0
    let outcomeWidth = rows.map { displayWidth($0.outcome) }.max() ?? 0
    var lines = rows.map { row in
      row.outcome.isEmpty ? row.text : row.text.padded(to: textWidth + 4) + "→ " + row.outcome
    }
    let message = names.lettered(
      printable(names.message(counterexample.violation, offender: trace.operations.count - 1), maximumBytes: 4096))
    let outcome = rows.last?.outcome ?? ""
    let last = (lines.last ?? "").padded(to: outcome.isEmpty ? 0 : textWidth + 6 + outcomeWidth) + "   " + message
    if lines.isEmpty || displayWidth(last) > Self.width {
      lines += CheckText.wrapped(message, width: Self.width - 4).split(separator: "\n").enumerated().map {
        number, line in
        (number == 0 ? "  ✗ " : "    ") + line
      }
    } else {
      lines[lines.count - 1] = last
    }
    self.lines = lines
    circumstances = names.circumstances
    evidence = counterexample.violation.evidence.map {
      names.lettered(printable($0, maximumBytes: 4096, keepsLines: true))
    }
    operations = trace.operations.count
    steps = folds.reduce(0) { $0 + $1.steps }
  }
}

/// A number with its thousands set apart.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth(self)))
  }
}
