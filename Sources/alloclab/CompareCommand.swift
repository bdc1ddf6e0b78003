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
    abstract: "Measure pool, slab and buddy on the comparison's workloads: the table, and the plot behind it.",
    discussion: """
      The reference solutions are measured if they are there, or else your own; those of a directory with --in. An allocator within a tenth of the best \
      is marked as best too.
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

  /// How one allocator did on one workload.
  private struct Result {
    let choice: Int
    let nanoseconds: Double
    let footprint: Double
  }

  func run() throws {
    try reportingErrors {
      let installation = try Installation()
      let judge = try judge(installation)
      let progress = SharedProgress()
      var rows: [(shape: ComparedShape, workload: ComparedWorkload, results: [Result])] = []
      for shape in ComparedShape.all {
        progress.update("measuring \(shape.name)")
        var generator = SeededGenerator(seed: seed, purpose: shape.name)
        let workload = shape.make(&generator)
        var results: [Result] = []
        let companions = workload.companions()
        for (index, measured) in try judge.measure(companions).enumerated() {
          let choice = workload.servingChoices[index]
          let scale = 1e9 / Double(companions[index].trace.operations.count)
          results.append(
            Result(choice: choice, nanoseconds: measured.seconds * scale, footprint: Double(measured.footprint)))
        }
        rows.append((shape, workload, results))
      }
      progress.clear()
      let charts = [
        chart("CPU time, ns an operation", rows.map { ($0.shape, $0.workload, $0.results) }, \.nanoseconds) {
          "\(Self.tenths($0)) ns"
        },
        chart("peak footprint, KiB", rows.map { ($0.shape, $0.workload, $0.results) }, \.footprint) {
          "\(Int($0 / 1024)) KiB"
        },
      ]
      let style = TerminalStyle.detected()
      print(table(rows.map { ($0.shape, $0.results) }).text(style: style))
      for chart in charts { print(chart.text(width: 40) { style.green($0) }) }
      if let svg {
        let picture = BarChart(
          title: "Pool, slab and buddy",
          groups: charts.flatMap { chart in
            chart.groups.map { BarChart.Group(title: "\($0.title) — \(chart.title)", bars: $0.bars) }
          })
        try Files.write(Array(picture.svg().utf8), to: FilePath(svg))
      }
    }
  }

  /// A judge that measures the reference solutions, or in their place what the student has; says which.
  private func judge(_ installation: Installation) throws -> Judge {
    let style = TerminalStyle.detected()
    let pool = try exercise(named: AdviceVocabulary.choices[0])
    if directory == nil {
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
    files.directory = directory
    let submission = try files.submission(for: pool, installation)
    judge.standIn = submission
    print(style.dim("measuring \(submission.path(of: pool)) and what lies beside it"))
    return judge
  }

  private func table(_ rows: [(ComparedShape, [Result])]) -> TextTable {
    let names = AdviceVocabulary.choices
    var table = TextTable(
      [TextTable.Column("workload")] + names.map { TextTable.Column("\($0) ns/op", .right) }
        + [TextTable.Column("best time")] + names.map { TextTable.Column("\($0) KiB", .right) }
        + [TextTable.Column("best space")])
    for (shape, results) in rows {
      func cells(_ figure: (Result) -> Double, _ show: (Double) -> String) -> [String] {
        names.indices.map { choice in results.first { $0.choice == choice }.map { show(figure($0)) } ?? "–" }
      }
      func best(_ figure: (Result) -> Double) -> String {
        results.min { figure($0) < figure($1) }.map { names[$0.choice] } ?? "–"
      }
      table.append(
        [shape.name] + cells(\.nanoseconds, Self.tenths) + [best(\.nanoseconds)]
          + cells(\.footprint) { "\(Int($0 / 1024))" } + [best(\.footprint)])
    }
    return table
  }

  private func chart(
    _ title: String, _ rows: [(ComparedShape, ComparedWorkload, [Result])], _ figure: (Result) -> Double,
    _ caption: (Double) -> String
  ) -> BarChart {
    BarChart(
      title: title,
      groups: rows.map { shape, workload, results in
        let best = results.map(figure).min() ?? 0
        let sizes =
          "\(workload.distinctSizes) \(workload.distinctSizes == 1 ? "size" : "sizes") to \(workload.largestSize) B, \(workload.peakLiveBlocks) live"
        return BarChart.Group(
          title: "\(shape.name): \(sizes)",
          bars: AdviceVocabulary.choices.indices.map { choice in
            let value = results.first { $0.choice == choice }.map(figure)
            return BarChart.Bar(
              label: AdviceVocabulary.choices[choice], value: value,
              caption: value.map(caption) ?? "cannot serve it", isBest: value.map { $0 <= best * 1.1 } ?? false)
          })
      })
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
