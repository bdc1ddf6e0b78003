import Examining
import Judging
import Traces
import Workloads

/// What the grader took for right and for wrong, against what is.
package struct ConfusionMatrix: Sendable {
  private let checks: [GraderVerification.Check]
  private let subjects: [CorrectSubject]

  package init(_ checks: [GraderVerification.Check], _ subjects: [CorrectSubject]) {
    self.checks = checks
    self.subjects = subjects
  }

  /// Mutants that were taken for right.
  package var missed: Int { mutants.filter { !$0.isCaught }.count }
  /// Right submissions and right subjects that were taken for wrong, and grades that did not repeat.
  package var falseAlarms: Int {
    checks.filter { !$0.isFaulty && !$0.isCaught }.count + subjects.filter { $0.alarm != nil }.count
  }
  /// Starters that were given points.
  package var gifts: Int { checks.filter { $0.isStarter && !$0.isCaught }.count }
  /// The share of mutants that were told first what is wrong with them, from 0 to 1.
  package var namedShare: Double {
    mutants.isEmpty ? 1 : Double(mutants.filter(\.holds).count) / Double(mutants.count)
  }
  /// The least share that will do.
  package static let namedGoal = 0.95

  /// Whether the grader did as it should.
  package var isSound: Bool { missed == 0 && falseAlarms == 0 && gifts == 0 && namedShare >= Self.namedGoal }

  private var mutants: [GraderVerification.Check] { checks.filter { $0.isFaulty && !$0.isStarter } }

  package func text(style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column("truth"), TextTable.Column("subjects"), TextTable.Column("taken for right", .right),
      TextTable.Column("taken for wrong", .right), TextTable.Column("rightly named", .right),
    ])
    let designs = checks.filter(\.isHonest)
    let right = checks.filter { !$0.isFaulty && !$0.isHonest }
    append(
      &table, "right",
      checks.contains { if case .repetition = $0.truth { true } else { false } }
        ? "solutions, each graded twice" : "solutions",
      right.count, wrong: right.filter { !$0.isCaught }.count)
    if !designs.isEmpty {
      append(&table, "right", "honest designs", designs.count, wrong: designs.filter { !$0.isCaught }.count)
    }
    if !subjects.isEmpty {
      append(
        &table, "right", "chaos replays", subjects.reduce(0) { $0 + $1.traces + ($1.alarm == nil ? 0 : 1) },
        wrong: subjects.filter { $0.alarm != nil }.count)
    }
    let starters = checks.filter(\.isStarter)
    append(&table, "wrong", "starters", starters.count, wrong: starters.filter(\.isCaught).count)
    let named = mutants.filter(\.holds).count
    append(
      &table, "wrong", "mutants", mutants.count, wrong: mutants.count - missed,
      named: mutants.isEmpty ? "" : "\(named) (\(Score.short(namedShare * 100)) %)")
    return table.text(style: style) + "\n" + kinds.text(style: style)
  }

  private func append(
    _ table: inout TextTable, _ truth: String, _ name: String, _ all: Int, wrong: Int, named: String = ""
  ) {
    table.append([
      truth, name, TraceSummary.grouped(all - wrong), TraceSummary.grouped(wrong), named,
    ])
  }

  /// Of the mutants: what is wrong with them (the first of what they may be called) against what they were told first.
  private var kinds: TextTable {
    var table = TextTable([
      TextTable.Column("is"), TextTable.Column("mutants", .right), TextTable.Column("called"),
    ])
    var names: [ViolationKind] = []
    for kind in mutants.compactMap(\.kinds.first) where !names.contains(kind) { names.append(kind) }
    for kind in names {
      let those = mutants.filter { $0.kinds.first == kind }
      var counts: [(name: String, count: Int)] = []
      for mutant in those {
        let name = mutant.findings.first?.rawValue ?? "right"
        if let place = counts.firstIndex(where: { $0.name == name }) {
          counts[place].count += 1
        } else {
          counts.append((name, 1))
        }
      }
      let called = counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map { "\($0.name) \($0.count)" }
      table.append([kind.rawValue, "\(those.count)", called.joined(separator: ", ")])
    }
    return table
  }
}

extension GraderVerification.Check {
  /// Whether it is known to be wrong.
  fileprivate var isFaulty: Bool {
    switch truth {
    case .solution, .repetition, .honest: false
    case .starter, .mutant: true
    }
  }

  fileprivate var isHonest: Bool {
    if case .honest = truth { true } else { false }
  }

  fileprivate var isStarter: Bool {
    if case .starter = truth { true } else { false }
  }

  /// What a mutant may be called.
  fileprivate var kinds: [ViolationKind] {
    if case .mutant(let kinds) = truth { kinds } else { [] }
  }
}

extension CorrectSubject {
  /// What was run, a line each.
  package static func text(_ subjects: [CorrectSubject], style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column(""), TextTable.Column("subject"), TextTable.Column("traces", .right),
      TextTable.Column("operations", .right), TextTable.Column("found"),
    ])
    for subject in subjects {
      let found = subject.alarm.map { failure in
        let what = failure.result.violation.map { "\($0.kind.rawValue): \(printable($0.message))" } ?? ""
        return "\(failure.step.generator.name), seed \(failure.step.seed), length \(failure.step.length): \(what)"
      }
      table.append([
        found == nil ? style.green("✓") : style.red("✗"), subject.name, TraceSummary.grouped(subject.traces),
        TraceSummary.grouped(subject.operations), found ?? "nothing",
      ])
    }
    return table.text(style: style)
  }
}
