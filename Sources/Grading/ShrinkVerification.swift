package import Examining
package import Judging
package import SystemPackage
import Traces
import Workloads

/// Looks for the shortest counterexample of every mutant that fails on a trace.
package struct ShrinkVerification: Sendable {
  /// What came of one mutant.
  package struct Row: Sendable {
    package let exercise: String
    package let mutant: String
    /// Nil where the mutant is wrong on no single trace.
    package let violation: ViolationKind?
    package let before: Int
    /// Operations that are left; nil where nothing was found.
    package let after: Int?
    /// Lines in which they are listed.
    package let steps: Int
    package let seconds: Double
    package let tries: Int
    /// Whether there was time to try everything.
    package let isComplete: Bool
    /// What is wrong with the counterexample, in a few words; empty where nothing is.
    package let fault: String

    /// Whether it is as short as it should be, and shows the same again.
    package var holds: Bool {
      violation == nil || fault.isEmpty && (after ?? .max) <= ShrinkVerification.wantedOperations
    }
  }

  /// At most so many operations are wanted.
  package static let wantedOperations = 10

  private let judge: Judge
  private let references: FilePath
  private let course: FilePath

  package init(_ judge: Judge, references: FilePath, course: FilePath) {
    self.judge = judge
    self.references = references
    self.course = course
  }

  /// The rows of an exercise's mutants that compile, in the order of their file.
  package func rows(
    of exercise: Exercise, only: Set<String>? = nil, progress: (String) -> Void = { _ in }
  ) throws(JudgeError) -> [Row] {
    guard exercise.reductions != nil, let mutants = try Mutants.mutants(of: exercise, in: course, judge.catalogue)
    else { return [] }
    let reference = try Submission(references.appending(exercise.assignment))
    var rows: [Row] = []
    for mutant in mutants.mutants where only?.contains(mutant.name) ?? true {
      progress("\(exercise.id): \(mutant.name)")
      let submission = try mutants.submission(of: mutant, from: reference)
      let judge = mutant.admitsUnsafe == true ? self.judge.admittingUnsafeCode() : self.judge
      guard case .built(let worker) = try judge.builder.build(exercise, of: submission) else { continue }
      defer { judge.builder.discard(worker) }
      rows.append(try row(exercise, mutant.name, worker))
    }
    return rows
  }

  private func row(_ exercise: Exercise, _ name: String, _ worker: FilePath) throws(JudgeError) -> Row {
    guard let (failing, violation) = try judge.firstFailing(exercise, worker: worker) else {
      return Row(
        exercise: exercise.id, mutant: name, violation: nil, before: 0, after: nil, steps: 0, seconds: 0, tries: 0,
        isComplete: true,
        fault: "")
    }
    let result = try judge.counterexample(Subject(exercise, worker: worker), failing, violation)
    guard let found = result.counterexample else {
      return Row(
        exercise: exercise.id, mutant: name, violation: violation.kind, before: failing.trace.operations.count,
        after: nil, steps: 0, seconds: 0, tries: 0, isComplete: true, fault: "not reproduced")
    }
    return Row(
      exercise: exercise.id, mutant: name, violation: violation.kind, before: found.operationsBefore,
      after: found.trace.operations.count, steps: TraceFold.steps(of: found.trace), seconds: found.seconds,
      tries: found.tries, isComplete: found.isComplete, fault: try fault(of: found))
  }

  /// What a counterexample must not be.
  private func fault(of found: Counterexample) throws(JudgeError) -> String {
    if !TraceLint.findings(in: found.trace).isEmpty { return "is not well formed" }
    let again = try judge.reproduces(found)
    if !again { return "replays differently" }
    let exercise = found.subject.exercise
    let right = try judge.replay(exercise, worker: judge.referenceWorker(exercise), found.trace, lockstep: true)
    return right.violation.map { "the reference fails too: \($0.kind.rawValue)" } ?? ""
  }
}

extension ShrinkVerification.Row {
  /// The rows as a table, and below it how long it took.
  package static func text(_ rows: [Self], style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column(""), TextTable.Column("exercise"), TextTable.Column("mutant"), TextTable.Column("violation"),
      TextTable.Column("before", .right), TextTable.Column("after", .right), TextTable.Column("steps", .right),
      TextTable.Column("tries", .right), TextTable.Column("seconds", .right), TextTable.Column(""),
    ])
    for row in rows {
      let found = row.after.map { "\($0)" } ?? "–"
      table.append([
        row.violation == nil ? style.dim("–") : row.holds ? style.green("✓") : style.red("✗"), row.exercise,
        row.mutant, row.violation?.rawValue ?? "on no trace", row.violation == nil ? "" : "\(row.before)",
        row.violation == nil ? "" : found, row.after == nil ? "" : "\(row.steps)",
        row.after == nil ? "" : "\(row.tries)",
        row.after == nil ? "" : Score.short((row.seconds * 100).rounded() / 100),
        row.isComplete ? row.fault : row.fault.isEmpty ? "not all was tried" : "not all was tried, " + row.fault,
      ])
    }
    let shrunk = rows.filter { $0.after != nil }
    let seconds = shrunk.map(\.seconds).sorted()
    guard let longest = seconds.last else { return table.text(style: style) }
    let short = shrunk.filter { ($0.after ?? .max) <= ShrinkVerification.wantedOperations }.count
    return table.text(style: style)
      + "\(shrunk.count) counterexamples, \(short) of at most \(ShrinkVerification.wantedOperations) operations; median "
      + "\(Score.short((seconds[seconds.count / 2] * 100).rounded() / 100)) s, longest "
      + "\(Score.short((longest * 100).rounded() / 100)) s\n"
  }
}
