import ArgumentParser
import SystemPackage
import Traces

/// `alloclab record`: runs a program and writes down what it asks of malloc.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record what a program asks of malloc, as a trace.",
    usage: "alloclab record [-o <trace>] [--operations <n>] [--skip <n>] [--] <program> [<argument> ...]",
    discussion: """
      Runs the program with a small library loaded into it. The program keeps its input, output and exit status. \
      Every process that it starts gets a trace of its own, named after the first one with the process's number \
      appended; where a process ran several programs one after another, the earlier ones are counted: \
      app.trace.4711.1. The trace is written however the program ends, Ctrl-C and SIGKILL included.

      A statically linked or setuid program, or one with an allocator of its own, cannot be recorded.
      """)

  @Option(name: .shortAndLong, help: "Where the trace goes.")
  var output = "app.trace"

  @Option(help: "End each trace after this many operations.")
  var operations: Int?

  @Option(help: "Leave this many operations out at the start.")
  var skip = 0

  @Flag(name: .customLong("no-children"), help: "Write no traces of the processes that the program starts.")
  var noChildren = false

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Option(
    help: ArgumentHelp(
      "Write the traces of a folder that a killed `alloclab record` left behind, and run nothing.",
      valueName: "folder"))
  var recover: String?

  @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
  var command: [String] = []

  func validate() throws {
    // Everything after the options is the program's, so these get here too.
    if command.first == "--help" || command.first == "-h" { throw CleanExit.helpRequest(self) }
    if let first = command.first, first.hasPrefix("-") && first != "--" {
      throw ValidationError("Unknown option '\(first)'; for a program of that name, put -- before it")
    }
    if let operations, operations < 1 { throw ValidationError("--operations takes a number from 1") }
    if skip < 0 { throw ValidationError("--skip takes a number from 0") }
    if recover == nil && program.isEmpty { throw ValidationError("Missing the program to record") }
    if recover != nil && !program.isEmpty { throw ValidationError("--recover runs no program") }
  }

  private var program: [String] { command.first == "--" ? Array(command.dropFirst()) : command }

  func run() throws {
    var recording = Recording(arguments: program, output: FilePath(output))
    recording.skip = skip
    recording.limit = operations
    recording.includesChildren = !noChildren
    recording.isQuiet = quiet
    let status: Int32
    do throws(RecordingError) {
      if let recover {
        describe(try recording.convert(FilePath(recover)), ran: false)
        status = 0
      } else {
        let report = try recording.run()
        describe(report, ran: true)
        status = report.status
      }
    } catch {
      tell("alloclab: \(error)")
      status = error.exitStatus
    }
    if status != 0 { throw ExitCode(status) }
  }

  /// Tells what was written, on standard error: standard output is the program's.
  private func describe(_ report: RecordingReport, ran: Bool) {
    guard !quiet else { return }
    if let signal = report.signal { tell("alloclab: the program was ended by signal \(signal)") }
    for trace in report.traces.prefix(Self.listedTraces) {
      let summary = trace.summary
      tell(
        "alloclab: \(trace.path): \(trace.program) (process \(trace.process)): "
          + "\(count(summary.operations, "operation")), at most \(count(summary.peakBlocks, "block")) live, "
          + count(summary.threads, "thread") + (summary.isCut ? ", cut" : ""))
      for remark in summary.remarks { tell("  \(remark)") }
    }
    let more = report.traces.dropFirst(Self.listedTraces)
    if !more.isEmpty {
      let operations = more.reduce(0) { $0 + $1.summary.operations }
      tell("alloclab: \(count(more.count, "more trace")) with \(count(operations, "operation")): \(output).*")
    }
    if report.traces.count > 1, !noChildren {
      tell("alloclab: --no-children records the program alone, without those that it starts")
    }
    if report.silentPrograms > 0 {
      tell("alloclab: \(count(report.silentPrograms, "program")) left no operations")
    }
    if ran {
      tell("alloclab: the program ran \(seconds(report.seconds)) s, \(seconds(report.processorSeconds)) s of CPU")
    }
  }

  /// How many traces are described one by one.
  private static let listedTraces = 8

  private func count(_ number: Int, _ noun: String) -> String {
    "\(TraceSummary.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Three decimals.
  private func seconds(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    return "\(thousandths / 1000).\(String(1000 + thousandths % 1000).dropFirst())"
  }
}
