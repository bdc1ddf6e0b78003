import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import Traces
import Workloads

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time the replay engine; compare the reference solutions with the system's allocators, and attack both.",
    discussion: """
      Every table comes from one session in which all subjects take turns, so its ratios hold on a loud machine too. \
      Times are CPU time of the worker, from the kernel; the cost of the replay loop is included, and shown as 'null'. \
      Of fragmentation and cache, memory and simulated misses are compared instead; of compaction, the reference moves blocks.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(help: "Rounds of each table.")
  var rounds = 15

  @Option(help: ArgumentHelp("Bench only this exercise.", valueName: "exercise"))
  var only: String?

  func run() throws {
    try reportingErrors {
      let installation = try Installation()
      let judge = try shared.judge(installation, hiddenSeed: nil)
      let benchmark = Benchmark(judge: judge)
      let progress = SharedProgress()
      if only == nil { try engine(benchmark, judge, progress) }
      for id in ["pool", "slab", "buddy", "general", "hybrid"] where only == nil || only == id {
        try allocators(benchmark, judge, try exercise(named: id), progress)
      }
      for id in ["bounds", "temporal", "sanitizer", "hardening", "debug-allocator"] where only == nil || only == id {
        try safety(benchmark, judge, try exercise(named: id), progress)
      }
      if only == nil || only == "hardening" { try attacks(benchmark, progress) }
      if only == nil || only == "fragmentation" { try peaks(benchmark, judge, progress) }
      if only == nil || only == "cache" { try misses(benchmark, judge, progress) }
      if only == nil || only == "compaction" { try compaction(benchmark, judge, progress) }
    }
  }

  private func engine(_ benchmark: Benchmark, _ judge: Judge, _ progress: SharedProgress) throws {
    let style = TerminalStyle.detected()
    var table = TextTable([
      TextTable.Column("measured"), TextTable.Column("trace"), TextTable.Column("operations", .right),
      TextTable.Column("result", .right),
    ])
    for (id, workload) in [("pool", "pairs"), ("buddy", "recorded-gcc"), ("pool", "churn")] {
      guard let trace = try trace(judge, id, workload) else { continue }
      let long = Benchmark.repeated(trace, atLeast: 1_000_000)
      progress.update("replay engine: \(id)/\(workload), batch")
      let row = try benchmark.compare([.null], on: long, rounds: rounds)[0]
      table.append([
        "batch replay, null subject", "\(id)/\(workload)", "\(long.operations.count)",
        "\(nanoseconds(row.nanoseconds)) ns/op",
      ])
    }
    for (id, workload) in [("pool", "churn"), ("buddy", "recorded-gcc"), ("slab", "churn")] {
      guard let trace = try trace(judge, id, workload) else { continue }
      let long = Benchmark.repeated(trace, atLeast: 1_000_000)
      progress.update("replay engine: \(id)/\(workload), checked")
      let rate = try benchmark.checkedRate(exercise(named: id), on: long, rounds: 3)
      table.append([
        "checked replay, payloads verified", "\(id)/\(workload)", "\(long.operations.count)",
        "\(nanoseconds(rate / 1e6)) M op/s",
      ])
    }
    progress.clear()
    print(style.bold("replay engine"))
    print(table.text(style: style, indent: 2))
  }

  private func allocators(
    _ benchmark: Benchmark, _ judge: Judge, _ exercise: Exercise, _ progress: SharedProgress
  ) throws {
    let style = TerminalStyle.detected()
    let natives = Benchmark.natives
    let subjects = natives + [.solution(exercise.id), .null]
    var table = TextTable(
      [TextTable.Column("workload")] + subjects.map { TextTable.Column($0.name, .right) }
        + [TextTable.Column("\(exercise.id) / \(natives[0].name)", .right)])
    for workload in exercise.workloads where workload.isTimed {
      guard let trace = try trace(judge, exercise.id, workload.name) else { continue }
      let long = Benchmark.repeated(trace, atLeast: 300_000)
      progress.update("\(exercise.id): \(workload.name)")
      let rows = try benchmark.compare(subjects, on: long, rounds: rounds)
      guard let ours = rows.first(where: { $0.subject == .solution(exercise.id) }) else { continue }
      table.append(
        [workload.name] + rows.map { nanoseconds($0.nanoseconds) }
          + [
            "\(nanoseconds(ours.speedup.median))× (\(nanoseconds(ours.speedup.low))–\(nanoseconds(ours.speedup.high)))"
          ])
    }
    progress.clear()
    print(style.bold("\(exercise.id): ns an operation, and times as fast as \(natives[0].name)"))
    print(table.text(style: style, indent: 2))
  }

  func trace(_ judge: Judge, _ id: String, _ name: String) throws -> Trace? {
    guard let workload = try exercise(named: id).workloads.first(where: { $0.name == name }),
      workload.isGenerated || judge.recordings != nil
    else { return nil }
    return try judge.trace(workload, seed: Exercise.publicSeed)
  }

  func nanoseconds(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
