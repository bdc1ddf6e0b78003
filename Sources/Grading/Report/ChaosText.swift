package import Examining
package import Judging
import Traces
import Workloads

/// What is read before, during and after a chaos run.
package enum ChaosText {
  /// All generators, by family, with their sources.
  package static func catalogue(style: TerminalStyle) -> String {
    var text = ""
    for family in ChaosGenerator.Family.allCases {
      let members = ChaosCatalogue.all.filter { $0.family == family }
      guard !members.isEmpty else { continue }
      text += style.bold(family.rawValue) + "\n"
      for member in members {
        let lines = CheckText.wrapped(member.summary, width: 92).split(separator: "\n")
        for (number, line) in lines.enumerated() {
          let name = number == 0 ? member.name : ""
          text += "  " + name + String(repeating: " ", count: max(1, 26 - name.count)) + line + "\n"
        }
        text += CheckText.indented(CheckText.wrapped(member.source, width: 92), by: 28).split(separator: "\n").map {
          style.dim(String($0)) + "\n"
        }.joined()
      }
    }
    return text
  }

  /// One line, while it runs.
  package static func progress(_ state: ChaosRun.Progress, _ step: ChaosRun.Step, seconds: Double) -> String {
    "\(TraceSummary.grouped(state.operations)) operations, \(rate(state.operations, seconds)), round \(state.rounds + 1): \(step.generator.name)"
  }

  /// How to have the trace again on which something was wrong.
  package static func origin(_ step: ChaosRun.Step, _ exercise: Exercise) -> String {
    "    generator \(step.generator.name), seed \(step.seed): again with  alloclab chaos \(exercise.id) --generator "
      + "\(step.generator.name) --seed \(step.seed) --length \(step.length)\n"
  }

  /// What was done in all.
  package static func summary(
    _ subject: String, _ state: ChaosRun.Progress, seconds: Double, peakBytes: Int, style: TerminalStyle
  ) -> String {
    "\(style.bold(subject)): \(TraceSummary.grouped(state.operations)) operations right, in \(TraceSummary.grouped(state.traces)) traces of "
      + "\(state.rounds) full rounds; \(Score.short(seconds)) s, \(rate(state.operations, seconds)), judge at most "
      + "\(peakBytes >> 20) MiB" + state.onceOnly.map { once($0) }.joined()
  }

  /// What was seen once, and not again.
  private static func once(_ failure: ChaosRun.Failure) -> String {
    "\n  once, not again, so nothing is found: \(failure.result.violation?.kind.rawValue ?? "") with generator "
      + "\(failure.step.generator.name), seed \(failure.step.seed), length \(failure.step.length)"
  }

  private static func rate(_ operations: Int, _ seconds: Double) -> String {
    seconds > 0 ? "\(Score.short(Double(operations) / seconds / 1e6)) M operations/s" : "–"
  }
}
