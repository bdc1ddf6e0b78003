import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import Traces
import Workloads

/// What programs' blocks cost in memory, by who places them.
extension BenchCommand {
  /// The most memory over the most that lives at once, on recorded programs: Johnstone and Wilson's fourth measure.
  func peaks(
    _ benchmark: Benchmark, _ judge: Judge, _ progress: SharedProgress
  ) throws {
    let style = TerminalStyle.detected()
    let subjects = Benchmark.natives + [.solution("fragmentation")]
    var table = TextTable(
      [TextTable.Column("workload"), TextTable.Column("live KiB", .right)]
        + subjects.map { TextTable.Column($0.name, .right) } + [TextTable.Column("best library / ours", .right)])
    let known = try exercise(named: "fragmentation")
    let programs = (try Course.here(shared.course)?.extended(known) ?? known).workloads.filter { !$0.isGenerated }
    var (count, won) = (0, 0)
    for workload in programs where judge.recordings != nil {
      let trace = try judge.trace(workload, seed: Exercise.publicSeed)
      var ratios: [Double] = []
      var live = 0
      for subject in subjects {
        progress.update("\(workload.name): \(subject.name)")
        let peak = try benchmark.peak(of: subject, on: trace)
        live = peak.live
        ratios.append(Double(peak.footprint) / Double(max(peak.live, 1)))
      }
      let (best, ours) = (ratios.dropLast().min() ?? 0, ratios[ratios.count - 1])
      count += 1
      if ours <= best { won += 1 }
      table.append(
        [workload.name, "\(live / 1024)"] + ratios.map(nanoseconds) + [nanoseconds(best / ours) + "×"])
    }
    progress.clear()
    print(
      style.bold("fragmentation: most memory used over most live bytes; the reference has least on \(won) of \(count)"))
    print(table.text(style: style, indent: 2))
    print(
      style.dim(
        "  of private memory, what a run-time system may have is left out, which flatters libraries on programs below a MiB"
      ))
  }
}
