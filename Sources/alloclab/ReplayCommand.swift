import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Traces
import Vocabularies

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay a trace against your work, with every operation verified.",
    discussion: """
      The trace may be one that `alloclab trace generate` made, one that `alloclab record` recorded, or a .rep file. \
      The trace of a real program is fitted to the exercise: a pool is given the blocks of the commonest size.

      The subject is an exercise, whose file is then yours; or a library with a malloc of its own, by its path or its name \
      (libmimalloc.so.2, or libc for the system's); or, with --csapp, a C allocator of the CS:APP malloc lab.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var files: SubjectOptions

  @Flag(
    help:
      "Look at everything after each operation, so that what is wrong is told at the one that did it; --step does so too, and shows it. Slow."
  )
  var lockstep = false

  @OptionGroup var invariants: InvariantOptions

  @Flag(
    help: """
      Walk through the replay: each operation, its outcome, and a map of the heap before and after it; ? shows the keys. \
      Where the output is no terminal, the steps are printed.
      """)
  var step = false

  @Argument(
    help: ArgumentHelp("What is to replay it; left out with --csapp.", valueName: "exercise|library"),
    completion: .list(Catalogue.all.exercises.map(\.id) + ["libc"]))
  var subject: String

  @Argument(
    help: "The trace; with --csapp also a folder of traces, which gives a table.",
    completion: .file(extensions: ["trace", "rep"]))
  var trace: String?

  /// The trace's path: with `--csapp` it is the only argument.
  var traceName: String { trace ?? subject }

  func validate() throws {
    if files.csapp.isEmpty, trace == nil { throw ValidationError("Name a subject and a trace.") }
    if !files.csapp.isEmpty, trace != nil { throw ValidationError("--csapp is the subject; name only a trace.") }
  }

  func run() throws {
    try reportingErrors {
      let choice = try files.choice(subject)
      if step, case .library(let library) = choice {
        throw ValidationError("\(library.name) has no heap of one piece to show; --step is for exercises and --csapp.")
      }
      let exercise = choice.exercise
      if !files.csapp.isEmpty, Files.isDirectory(FilePath(traceName)) { return try replayFolder(choice) }
      let trace = try load(FilePath(traceName), for: exercise)
      let installation = try Installation()
      var judge = try shared.judge(installation, hiddenSeed: nil)
      judge.asksInvariants = try invariants.isAsked(of: [exercise])
      let style = TerminalStyle.detected()
      if let submission = try files.submission(of: choice, installation) {
        print(style.dim("replaying on \(submission.path(of: exercise))"))
      }
      let progress = SharedProgress()
      progress.update("\(exercise.id): compiling")
      let built = try files.build(choice, judge)
      progress.clear()
      switch built {
      case .refused(let refusal):
        print(CheckText.text(Judgement(exercise: exercise, digest: "", refusal: refusal), style: style))
        throw Verdict.pointsLost
      case .subject(let subject):
        defer { judge.builder.discard(subject.worker) }
        if step { return try walk(subject, try files.submission(of: choice, installation), trace, judge) }
        progress.update("\(subject.name): replaying \(TraceSummary.grouped(trace.operations.count)) operations")
        let result = try judge.replay(subject, trace, lockstep: lockstep)
        progress.clear()
        print(CheckText.text(result, exercise, trace, style: style), terminator: "")
        if result.violation != nil { throw Verdict.pointsLost }
      }
    }
  }

  /// All traces of a folder, with one compilation and one table.
  private func replayFolder(_ choice: SubjectOptions.Choice) throws {
    if step || lockstep { throw ValidationError("--step and --lockstep are for one trace, not for a folder.") }
    let judge = try shared.judge(try Installation(), hiddenSeed: nil)
    let traces = try MallocLab.traces(in: FilePath(traceName))
    let style = TerminalStyle.detected()
    let result = try MallocLab(judge: judge, options: files, traces: traces).run(choice)
    print(result.text(style: style), terminator: "")
    if !result.isAllRight { throw Verdict.pointsLost }
  }

  private func load(_ path: FilePath, for exercise: Exercise) throws -> Trace {
    let loaded: Trace
    do {
      loaded = path.extension == "rep" ? try importScript(path) : try Trace(contentsOf: path)
    } catch { throw JudgeError.trace("\(error)") }
    guard loaded.vocabulary == exercise.vocabulary.name else {
      throw JudgeError.trace(
        "\(path): a trace of the vocabulary \(loaded.vocabulary); \(exercise.id) takes \(exercise.vocabulary.name)")
    }
    // What a generator made says how large the heap may be; what a program did does not.
    let isFitted =
      exercise.general == nil
      ? loaded.parameter("heap.limit") != nil : loaded.parameter(Exercise.General.fittedParameter) != nil
    guard loaded.vocabulary == "allocation", !isFitted else { return loaded }
    var fitted = exercise.adapt(loaded)
    fitted.name = loaded.name
    return fitted
  }
}
