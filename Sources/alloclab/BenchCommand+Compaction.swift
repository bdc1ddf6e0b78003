import Examining
import Exercises
import Grading
import Judging
import Traces
import Workloads

/// How fast blocks move together.
extension BenchCommand {
  /// What compaction takes, offline and by steps: the time of a program that compacts less that of the same program that does not.
  func compaction(_ benchmark: Benchmark, _ judge: Judge, _ progress: SharedProgress) throws {
    let style = TerminalStyle.detected()
    let subject = Benchmark.Subject.solution("compaction")
    var table = TextTable([
      TextTable.Column("half of 20,000 blocks end"), TextTable.Column("blocks moved, MB", .right),
      TextTable.Column("ms", .right), TextTable.Column("MB/s", .right),
    ])
    let plain = Self.halvedHeap { _ in }
    for (name, move) in [
      ("compact()", { $0.compact() }), ("step(budget: 65536)", { $0.step(65_536, times: 120) }),
    ] as [(String, (inout CompactionTraceBuilder) -> Void)] {
      progress.update("compaction: \(name)")
      let trace = Self.halvedHeap(move)
      func milliseconds(_ trace: Trace) throws -> Double {
        let row = try benchmark.compare([subject], on: trace, rounds: rounds)[0]
        return row.nanoseconds * Double(trace.operations.count) / 1e6
      }
      let spent = max(try milliseconds(trace) - milliseconds(plain), 0.001)
      let seen = try benchmark.witness(subject, libraryDriver: "", [trace]) { CompactionOracle(for: $0) }
      let moved = (seen[0].measurements.first { $0.name == "bytes moved" }?.value ?? 0) / 1e6
      table.append([name, nanoseconds(moved), nanoseconds(spent), "\(Int((moved / spent * 1000).rounded()))"])
    }
    progress.clear()
    print(style.bold("compaction: with 1.5 references a block, all updated"))
    print(table.text(style: style, indent: 2))
  }

  /// Blocks of 24 to 700 bytes that refer to each other; every second ends, and then something moves.
  private static func halvedHeap(_ move: (inout CompactionTraceBuilder) -> Void) -> Trace {
    var builder = CompactionTraceBuilder()
    var generator = SeededGenerator(seed: 1, purpose: "bench compaction")
    var blocks: [Int] = []
    for number in 0..<20_000 {
      blocks.append(builder.allocate(generator.pick(24...700), references: number % 4))
      for field in 0..<number % 4 { builder.refer(field, of: blocks[number], to: generator.pick(blocks)) }
    }
    for number in stride(from: 0, to: blocks.count, by: 2) { builder.end(blocks[number]) }
    move(&builder)
    return builder.trace(heapLimit: 32 << 20)
  }
}
