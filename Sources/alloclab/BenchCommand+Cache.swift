import Examining
import Exercises
import Grading
import Judging
import Traces

/// What a program's caches miss, by who places its blocks.
extension BenchCommand {
  /// Misses of simulated caches on walks: the reference with its hints and its own accesses, libraries with neither.
  func misses(_ benchmark: Benchmark, _ judge: Judge, _ progress: SharedProgress) throws {
    let style = TerminalStyle.detected()
    let subjects = Benchmark.natives + [.solution("cache")]
    var table = TextTable(
      [TextTable.Column("workload"), TextTable.Column("least", .right)]
        + subjects.map { TextTable.Column($0.name, .right) } + [TextTable.Column("best library / cache", .right)])
    for name in ["lists", "tree", "hash-table", "hot-and-cold", "refill"] {
      guard let trace = try trace(judge, "cache", name) else { continue }
      var counts: [(misses: Double, least: Double)] = []
      for subject in subjects {
        progress.update("\(name): \(subject.name)")
        let isOurs = subject == .solution("cache")
        let seen = try benchmark.witness(subject, libraryDriver: "PlacedLibraryDriver", [trace]) {
          PlacementOracle(for: $0, isLibrary: !isOurs)
        }
        func value(_ name: String) -> Double { seen[0].measurements.first { $0.name == name }?.value ?? 0 }
        let least = value("least misses")
        counts.append((value(PlacementOracle.meter) * least, least))
      }
      let best = counts.dropLast().map(\.misses).min() ?? 0
      let ours = counts[counts.count - 1]
      table.append(
        [name, "\(Int(ours.least))"] + counts.map { "\(Int($0.misses.rounded()))" }
          + [nanoseconds(best / max(ours.misses, 1)) + "×"])
    }
    progress.clear()
    print(style.bold("cache: misses of L1, L2 and TLB together, simulated; the reference's own accesses among them"))
    print(table.text(style: style, indent: 2))
  }
}
