import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Traces
import Visualization
import Vocabularies
import Workloads

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure pool, slab and buddy on the comparison's workloads: the table, and a plot of it.",
    discussion: """
      The reference solutions are measured if they are there, or else your own; those of a directory with --in. Each shape of workload is asked about \
      as in a check: for time or for space.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    name: [.customLong("in"), .customShort("C")],
    help: ArgumentHelp("Measure the allocators in this directory.", valueName: "directory"))
  var directory: String?

  @Option(help: "Draw the workloads from this seed.")
  var seed = Exercise.publicSeed

  @Option(help: ArgumentHelp("Write the plot to this file as well, as SVG.", valueName: "file"))
  var svg: String?

  /// One question, and what was measured for it: nanoseconds an operation or bytes, by choice.
  private struct Row {
    let shape: ComparedShape
    let workload: ComparedWorkload
    var figures: [Double?] = Array(repeating: nil, count: AdviceVocabulary.choices.count)

    var isAboutTime: Bool { shape.goal == 0 }
    private var best: Double { figures.compactMap { $0 }.min() ?? 0 }

    /// Whether an advisor may say so.
    func isRight(_ figure: Double?) -> Bool { figure.map { $0 <= best * AdviceOracle.tolerances[shape.goal] } ?? false }

    func caption(_ figure: Double?) -> String {
      figure.map { isAboutTime ? CompareCommand.tenths($0) : "\(Int($0 / 1024))" } ?? "–"
    }
  }

  func run() throws {
    try reportingErrors {
      let installation = try Installation()
      let judge = try judge(installation)
      let progress = SharedProgress()
      var rows: [Row] = []
      for shape in ComparedShape.all {
        progress.update("measuring \(shape.name)")
        var generator = SeededGenerator(seed: seed, purpose: shape.name)
        let questions = shape.questions(with: &generator)
        let companions = questions.map { $0.workload.companions(isTimed: $0.isAboutTime) }
        var measured = try judge.measure(companions.flatMap { $0 })[...]
        for (question, companions) in zip(questions, companions) {
          var row = Row(shape: shape, workload: question.workload)
          for (choice, companion) in zip(question.workload.servingChoices, companions) {
            guard let result = measured.popFirst() else { break }
            row.figures[choice] =
              row.isAboutTime
              ? result.seconds * 1e9 / Double(companion.trace.operations.count) : Double(result.footprint)
          }
          rows.append(row)
        }
      }
      progress.clear()
      let style = TerminalStyle.detected()
      print(table(rows, style).text(style: style))
      print("time: ns an operation; space: KiB at the peak; green: what is right to recommend")
      if let svg {
        let groups = rows.map { row in chart(row) }
        try Files.write(Array(BarChart(title: "Pool, slab and buddy", groups: groups).svg().utf8), to: FilePath(svg))
      }
    }
  }

  /// A judge that measures the reference solutions, or in their place what the student has; says which.
  private func judge(_ installation: Installation) throws -> Judge {
    let style = TerminalStyle.detected()
    let pool = try exercise(named: AdviceVocabulary.choices[0])
    // A folder given as the references that holds the files themselves is as good as one named with --in.
    let flat = shared.references.flatMap { Files.exists(FilePath($0).appending(pool.file)) ? $0 : nil }
    if directory == nil, flat == nil {
      let judge = try shared.judge(installation, hiddenSeed: nil)
      if let references = judge.references {
        guard Files.isDirectory(references.appending(pool.assignment)) else {
          throw ValidationError(
            "\(references) holds no \(pool.assignment); allocators in one directory are named with --in.")
        }
        print(style.dim("measuring the reference solutions in \(references.appending(pool.assignment))"))
        return judge
      }
    }
    var judge = try shared.judge(installation, hiddenSeed: nil, usesReferences: false)
    var files = try SubjectOptions.parse([])
    files.directory = directory ?? flat
    let submission = try files.submission(for: pool, installation)
    judge.standIn = submission
    print(style.dim("measuring \(submission.path(of: pool)) and what lies beside it"))
    return judge
  }

  private func table(_ rows: [Row], _ style: TerminalStyle) -> TextTable {
    let names = AdviceVocabulary.choices
    var table = TextTable(
      [TextTable.Column("shape"), TextTable.Column("best for")]
        + ["sizes", "mean", "how many", "live", "constructed", "allocations"].map { TextTable.Column($0, .right) }
        + names.map { TextTable.Column($0, .right) })
    for row in rows {
      let workload = row.workload
      let figures = [
        workload.meanSize, workload.distinctSizes, workload.peakLiveBlocks, workload.constructedBytes,
        workload.allocations,
      ]
      table.append(
        [
          row.shape.name, AdviceVocabulary.goals[row.shape.goal], "\(workload.smallestSize)…\(workload.largestSize)",
        ] + figures.map { "\($0)" }
          + row.figures.map { figure in
            row.isRight(figure) ? style.green(row.caption(figure)) : row.caption(figure)
          })
    }
    return table
  }

  private func chart(_ row: Row) -> BarChart.Group {
    let workload = row.workload
    let sizes =
      "\(workload.distinctSizes) \(workload.distinctSizes == 1 ? "size" : "sizes") to \(workload.largestSize) B"
    return BarChart.Group(
      title:
        "\(row.shape.name): \(sizes), \(workload.peakLiveBlocks) live, \(row.isAboutTime ? "ns an operation" : "KiB")",
      bars: AdviceVocabulary.choices.indices.map { choice in
        let value = row.figures[choice]
        return BarChart.Bar(
          label: AdviceVocabulary.choices[choice], value: value,
          caption: value == nil ? "cannot serve it" : row.caption(value),
          isBest: row.isRight(value))
      })
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
