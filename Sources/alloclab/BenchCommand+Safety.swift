import Examining
import Exercises
import Grading
import Judging
import Traces
import Vocabularies
import Workloads

/// What memory safety costs, and what it keeps out.
extension BenchCommand {
  /// What a step of a safety exercise's timed workloads takes, and what memory an object.
  ///
  /// Where the exercise is an allocator, others are given the same requests for memory beside it.
  func safety(_ benchmark: Benchmark, _ judge: Judge, _ exercise: Exercise, _ progress: SharedProgress) throws {
    let style = TerminalStyle.detected()
    let ours = Benchmark.Subject.solution(exercise.id)
    let others: [Benchmark.Subject] =
      switch exercise.id {
      case "hardening": [Benchmark.natives[0]] + (Benchmark.hardenedNative.map { [$0] } ?? [])
      case "debug-allocator": [Benchmark.natives[0], .solution("general")]
      default: []
      }
    var table = TextTable(
      [TextTable.Column("workload"), TextTable.Column("operations", .right)]
        + (others + [ours]).map { TextTable.Column($0.name, .right) }
        + others.map { TextTable.Column("\(exercise.id) / \($0.name)", .right) }
        + [
          TextTable.Column("objects", .right), TextTable.Column("bytes each", .right),
          TextTable.Column("and beyond", .right),
        ])
    var programs: [(name: String, trace: Trace)] = []
    for workload in exercise.workloads where workload.isTimed {
      if let trace = try trace(judge, exercise.id, workload.name) { programs.append((workload.name, trace)) }
    }
    if exercise.id == "debug-allocator" {
      programs.append((MillionBlocks.title, MillionBlocks.trace(seed: Exercise.publicSeed)))
    }
    for (name, trace) in programs {
      progress.update("\(exercise.id): \(name)")
      let requests = trace.allocationRequests
      let rows = try benchmark.compare([ours] + others, on: trace, translation: requests, rounds: rounds)
      var statistics = AllocationStatistics()
      for word in requests.operations { statistics.accept(word) }
      let objects = max(statistics.peakLiveBlocks, 1)
      let footprint = try benchmark.footprint(of: exercise, on: trace)
      table.append(
        [name, "\(trace.operations.count)"]
          + (rows.dropFirst() + rows.prefix(1)).map { nanoseconds($0.nanoseconds) }
          + rows.dropFirst().map { nanoseconds($0.speedup.median) + "×" }
          + [
            "\(objects)", nanoseconds(Double(statistics.peakLiveBytes) / Double(objects)),
            nanoseconds(Double(footprint - statistics.peakLiveBytes) / Double(objects)),
          ])
    }
    progress.clear()
    print(style.bold("\(exercise.id): ns an operation, and memory at the peak in bytes an object"))
    print(table.text(style: style, indent: 2))
  }

  /// Which kinds of attacks get through where.
  func attacks(_ benchmark: Benchmark, _ progress: SharedProgress) throws {
    let style = TerminalStyle.detected()
    let subjects =
      Benchmark.natives + (Benchmark.hardenedNative.map { [$0] } ?? []) + [.solution("hardening")]
    var table = TextTable([TextTable.Column("attack")] + subjects.map { TextTable.Column($0.name, .right) })
    let driver = "AttackedLibraryDriver"
    for row in AttackTable.rows {
      let traces = row.traces(draws: 4, seed: Exercise.publicSeed)
      var cells = [row.title]
      for subject in subjects {
        progress.update("\(row.title): \(subject.name)")
        let ends = try benchmark.witness(subject, libraryDriver: driver, traces) {
          AttackWitness(row.goal, on: $0.operations)
        }
        cells.append(Self.summary(ends.compactMap { $0.measurements.first?.name }))
      }
      table.append(cells)
    }
    let processes = AttackTable.processes(40)
    var cells = ["foreseen addresses: bits of min-entropy, at most"]
    for subject in subjects {
      progress.update("foreseen addresses: \(subject.name)")
      let outcomes = try benchmark.witness(subject, libraryDriver: driver, processes) {
        AttackWitness(.overlap, on: $0.operations)
      }
      let (bits, _) = AttackTable.entropy(processes, outcomes: outcomes.map(\.outcomes))
      cells.append(nanoseconds(bits))
    }
    table.append(cells)
    progress.clear()
    print(style.bold("attacks: how many succeed, and what comes of the others (each in a process of its own)"))
    print(table.text(style: style, indent: 2))
  }

  /// As `12/12`, or `3/12 det 9`.
  private static func summary(_ ends: [String]) -> String {
    let succeeded = ends.count { $0 == AttackWitness.End.succeeded.rawValue }
    let others = AttackWitness.End.allCases.filter { $0 != .succeeded }.compactMap { end -> String? in
      let count = ends.count { $0 == end.rawValue }
      return count == 0 ? nil : count == ends.count ? end.rawValue : "\(count) \(end.rawValue)"
    }
    return (succeeded == 0 ? others : ["\(succeeded)/\(ends.count)"] + others).joined(separator: ", ")
  }
}
