package import Examining
package import Judging
package import SystemPackage

/// How far the points of one and the same work lie apart under different seeds: what is luck, since the hidden draw is all that differs.
package struct DrawSpread: Sendable {
  /// One work, and its points under each seed.
  package struct Row: Sendable {
    package let exercise: String
    package let name: String
    package let maximum: Double
    package var points: [Double] = []
    /// The traces that went right under some seeds and wrong under others, each with the kind, and how often.
    package var wavering: [String: Int] = [:]
    /// The share of each meter that was lost least and most on one trace, where that differs much.
    package var meters: [String: ClosedRange<Double>] = [:]

    /// Between the luckiest and the unluckiest, in percent of the exercise's points.
    package var spread: Double { ((points.max() ?? 0) - (points.min() ?? 0)) / maximum * 100 }
  }

  /// The most that luck may be, in percent of an exercise's points.
  package static let bound = 1.0

  private let judges: [Judge]
  private let course: Course
  private let references: FilePath

  /// - Parameter judge: makes a judge with a seed.
  package init(
    seeds: Int, course: Course, references: FilePath, judge: (CourseSeed) throws(JudgeError) -> Judge
  ) throws(JudgeError) {
    var judges: [Judge] = []
    for number in 0..<seeds { judges.append(try judge(CourseSeed(number: number))) }
    self.judges = judges
    self.course = course
    self.references = references
  }

  /// The rows of an exercise: the reference solution's, and those of its mutants.
  ///
  /// - Parameter timed: measure time as well, which the machine's noise adds to; otherwise all are taken to be as fast as the reference.
  package func rows(
    of exercise: Exercise, only names: Set<String>?, timed: Bool,
    progress: @escaping @Sendable (String) -> Void
  ) throws(JudgeError) -> [Row] {
    guard let row = course.row(of: exercise) else {
      throw .missing("a rubric's row for \(exercise.id)", remedy: "add one, and name the rubric in course.json")
    }
    let reference = try Submission(references.appending(exercise.assignment))
    var works: [(name: String, submission: Submission)] = [("solution", reference)]
    if let mutants = try Mutants.mutants(of: exercise, in: course.folder, judges[0].catalogue) {
      for mutant in mutants.mutants where names?.contains(mutant.name) ?? true {
        works.append((mutant.name, try mutants.submission(of: mutant, from: reference)))
      }
    }
    return try works.map { (work) throws(JudgeError) in
      progress("\(exercise.id): \(work.name)")
      return try self.row(exercise, work.name, work.submission, row, timed: timed)
    }
  }

  private func row(
    _ exercise: Exercise, _ name: String, _ submission: Submission, _ rubric: Rubric.Row, timed: Bool
  ) throws(JudgeError) -> Row {
    var row = Row(exercise: exercise.id, name: name, maximum: rubric.points)
    guard case .built(let worker) = try judges[0].builder.build(exercise, of: submission) else { return row }
    defer { judges[0].builder.discard(worker) }
    let work = Judge.Work(exercise, digest: submission.digest(for: exercise), worker: worker)
    var wrong: [String: Int] = [:]
    for judge in judges {
      let judge = judge.forStudent(submission.name).withNewSandboxes()
      var judgement = try judge.judge([work], measuresTime: timed)[0]
      if !timed { judgement.assumeReferenceTime() }
      let score = Score(judgement, by: rubric)
      row.points.append(score.points)
      for item in judgement.cases where item.isHidden {
        let name = item.workload + (item.change == nil ? "" : " (changed)")
        if let kind = item.violation?.kind { wrong["\(name), \(kind)", default: 0] += 1 }
        for reading in item.ratios {
          guard let share = rubric.meters[reading.meter.name]?.share(of: reading) else { continue }
          let key = "\(reading.meter.name) \(item.workload)"
          let known = row.meters[key] ?? share...share
          row.meters[key] = min(known.lowerBound, share)...max(known.upperBound, share)
        }
      }
    }
    row.wavering = wrong.filter { $0.value < judges.count }
    row.meters = row.meters.filter { $0.value.upperBound - $0.value.lowerBound > 0.1 }
    return row
  }
}

extension Judgement {
  /// Takes every trace that would have been timed for as fast as the reference solution's.
  mutating func assumeReferenceTime() {
    for place in cases.indices
    where cases[place].isHidden && cases[place].change == nil && cases[place].violation == nil {
      cases[place].ratios.append(MeterReading(meter: .time, ratio: 1, estimate: nil))
    }
  }
}

extension DrawSpread.Row {
  /// The rows as a table, and below it where those differ that do too much.
  package static func text(_ rows: [Self], style: TerminalStyle) -> String {
    var table = TextTable([
      TextTable.Column(""), TextTable.Column("exercise"), TextTable.Column("submission"),
      TextTable.Column("least", .right), TextTable.Column("most", .right), TextTable.Column("spread", .right),
    ])
    for row in rows {
      table.append([
        row.spread <= DrawSpread.bound ? style.green("✓") : style.red("✗"), row.exercise, row.name,
        row.points.min().map(Score.fixed) ?? "–", row.points.max().map(Score.fixed) ?? "–",
        Score.fixed(row.spread) + " %",
      ])
    }
    var text = table.text(style: style)
    for row in rows where !row.wavering.isEmpty || !row.meters.isEmpty {
      text += "\(row.exercise), \(row.name):\n"
      for (trace, count) in row.wavering.sorted(by: { $0.key < $1.key }) {
        text += "  \(trace): wrong under \(count) of \(row.points.count) seeds\n"
      }
      for (meter, range) in row.meters.sorted(by: { $0.key < $1.key }) {
        text += "  \(meter): a share of \(Score.short(range.lowerBound)) to \(Score.short(range.upperBound))\n"
      }
    }
    return text
  }
}
