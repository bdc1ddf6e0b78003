import ArgumentParser
import Exercises
import Grading
import Judging
import SystemPackage
import Traces
import Workloads

extension TraceCommand {
  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the trace of an exercise's workload.",
      discussion:
        "A generated trace is a pure function of workload and seed. `alloclab exercises pool` lists workloads.")

    @Option(help: "Draw the trace from this seed.")
    var seed = Exercise.publicSeed

    @Option(help: "End the trace after so many operations.")
    var operations: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the trace goes.", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("For example pool/churn.", valueName: "exercise/workload"))
    var workload: String

    func validate() throws {
      if let operations, operations < 1 { throw ValidationError("--operations takes a number from 1") }
    }

    func run() throws {
      try reportingErrors {
        let parts = workload.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
          throw ValidationError("Name a workload as exercise/workload, for example pool/churn.")
        }
        let exercise = try exercise(named: parts[0])
        guard let workload = exercise.workloads.first(where: { $0.name == parts[1] }) else {
          let names = exercise.workloads.map(\.name)
          let guess = closestMatch(to: parts[1], in: names).map { " Did you mean '\($0)'?" } ?? ""
          throw ValidationError(
            "\(exercise.id) has no workload '\(parts[1])'.\(guess) Workloads: \(names.joined(separator: ", ")).")
        }
        var trace: Trace
        do {
          let recordings = try Installation().root.appending("grading/traces")
          trace = try workload.trace(seed: seed) { name throws(TraceError) in
            try Trace(contentsOf: recordings.appending("\(name).trace"))
          }
          trace.name = "\(exercise.id)-\(workload.name)"
          if let operations { trace.operations = Array(trace.operations.prefix(operations)) }
          let file = FilePath(output ?? "\(trace.name).trace")
          try trace.write(to: file)
          print("\(file): \(trace.operations.count) operations, content hash \(trace.contentHash)")
        } catch let error as TraceError { throw JudgeError.trace("\(error)") }
      }
    }
  }
}
