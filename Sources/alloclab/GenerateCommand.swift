import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Traces
import Workloads

extension TraceCommand {
  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the trace of an exercise's workload, or of a chaos generator.",
      discussion: """
        A generated trace is a pure function of workload, seed and number of operations. `alloclab exercises pool` lists \
        workloads, `alloclab chaos --list` generators. chaos/robson is a trace for any allocator, pool/chaos/robson what \
        becomes of it for the exercise.
        """)

    @Option(help: "Draw the trace from this seed; without it, from the public one.")
    var seed: UInt64?

    @Option(
      help: ArgumentHelp(
        "Draw the hidden trace that this submission is judged by, for instructors.", valueName: "directory"))
    var submission: String?

    @Option(help: ArgumentHelp("Where course.json and the recorded traces lie.", valueName: "directory"))
    var course: String?

    @Option(help: "End a workload's trace after so many operations; let a chaos generator make about so many.")
    var operations: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the trace goes.", valueName: "file"))
    var output: String?

    @Argument(help: ArgumentHelp("For example pool/churn, chaos/robson or pool/chaos/robson.", valueName: "workload"))
    var workload: String

    func validate() throws {
      if let operations, operations < 1 { throw ValidationError("--operations takes a number from 1") }
      if seed != nil, submission != nil { throw ValidationError("--submission has a seed already") }
    }

    func run() throws {
      try reportingErrors {
        let parts = workload.split(separator: "/").map(String.init)
        let seed = try chosenSeed(parts)
        let trace =
          switch (parts.count, parts.first, parts.dropFirst().first) {
          case (2, "chaos", let name?): try generator(name).trace(operations: operations ?? Self.length, seed: seed)
          case (3, let id?, "chaos"): try chaos(of: exercise(named: id), parts[2], seed)
          case (2, let id?, let name?): try recordedOrGenerated(exercise(named: id), name, seed)
          default: throw ValidationError("Name a workload, for example pool/churn, or chaos/robson.")
          }
        do {
          let file = FilePath(output ?? "\(trace.name).trace")
          try trace.write(to: file)
          print("\(file): \(trace.operations.count) operations, content hash \(trace.contentHash)")
        } catch { throw JudgeError.trace("\(error)") }
      }
    }

    private func chosenSeed(_ parts: [String]) throws -> UInt64 {
      guard let submission else { return seed ?? Exercise.publicSeed }
      guard parts.count == 2, let exercise = Catalogue.all.exercise(parts[0]) else {
        throw ValidationError("--submission takes a workload of an exercise, for example pool/churn.")
      }
      let folder = try course.map { FilePath($0) } ?? Installation().course
      let course = try Course(folder, .all)
      let portfolio = try Portfolio(FilePath(submission), course)
      guard let files = portfolio.submission(for: exercise.assignment) else {
        throw JudgeError.missing(
          "\(submission)'s \(exercise.assignment)", remedy: "name a directory that holds \(exercise.file)")
      }
      let settings = course.settings
      return HiddenDraw(
        settings.hiddenSeed, exercise, student: settings.sharesHiddenTraces == true ? nil : portfolio.name,
        content: files.digest(for: exercise)
      ).seed(of: parts[1])
    }

    /// Operations of a chaos trace, unless told otherwise.
    private static let length = 20_000

    private func generator(_ name: String) throws -> ChaosGenerator {
      if let generator = ChaosCatalogue.generator(name) { return generator }
      let guess = closestMatch(to: name, in: ChaosCatalogue.all.map(\.name)).map { " Did you mean '\($0)'?" } ?? ""
      throw ValidationError("There is no generator '\(name)'.\(guess) `alloclab chaos --list` shows them.")
    }

    private func chaos(of exercise: Exercise, _ name: String, _ seed: UInt64) throws -> Trace {
      guard let fit = exercise.chaos else {
        throw ValidationError("\(exercise.id) is not about allocation; chaos is made of allocations.")
      }
      var trace = fit.trace(try generator(name), operations: operations ?? Self.length, seed: seed)
      trace.name = "\(exercise.id)-chaos-\(name)"
      return trace
    }

    private func recordedOrGenerated(_ known: Exercise, _ name: String, _ seed: UInt64) throws -> Trace {
      let course = try Course.here(self.course)
      let exercise = course?.extended(known) ?? known
      guard let workload = exercise.workloads.first(where: { $0.name == name }) else {
        let names = exercise.workloads.map(\.name)
        let guess = closestMatch(to: name, in: names).map { " Did you mean '\($0)'?" } ?? ""
        throw ValidationError(
          "\(exercise.id) has no workload '\(name)'.\(guess) Workloads: \(names.joined(separator: ", ")).")
      }
      do {
        let recordings = try (course?.folder ?? Installation().course).appending("traces")
        var trace = try workload.trace(seed: seed) { name throws(TraceError) in
          try Trace(contentsOf: recordings.appending("\(name).trace"))
        }
        trace.name = "\(exercise.id)-\(workload.name)"
        if let operations { trace.operations = Array(trace.operations.prefix(operations)) }
        return trace
      } catch let error as TraceError { throw JudgeError.trace("\(error)") }
    }
  }
}
