import ArgumentParser
import Exercises
import Grading
import Judging
import SystemPackage
import Traces

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replay a trace against your work, with every operation verified.",
    discussion: """
      The trace may be one that `alloclab trace generate` made, one that `alloclab record` recorded, or a .rep file. \
      The trace of a real program is fitted to the exercise: a pool is given the blocks of the commonest size.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup var files: SubjectOptions

  @Flag(help: "Look at everything after each operation. Slow.")
  var lockstep = false

  @OptionGroup var invariants: InvariantOptions

  @Flag(
    help: """
      Walk through the replay: each operation, its outcome, and a map of the heap before and after it; ? shows the keys. \
      Where the output is no terminal, the steps are printed.
      """)
  var step = false

  @Argument(help: "The exercise whose file is the subject.", completion: .list(Catalogue.exercises.map(\.id)))
  var subject: String

  @Argument(help: "The trace.", completion: .file(extensions: ["trace", "rep"]))
  var trace: String

  func run() throws {
    try reportingErrors {
      let exercise = try exercise(named: subject)
      let trace = try load(for: exercise)
      let installation = try Installation()
      var judge = try shared.judge(installation, hiddenSeed: nil)
      judge.asksInvariants = try invariants.isAsked(of: [exercise])
      let submission = try files.submission(for: exercise, installation)
      let style = TerminalStyle.detected()
      switch try judge.builder.build(exercise, of: submission, asksInvariants: judge.asksInvariants) {
      case .refused(let messages):
        print(CheckText.text(Judgement(exercise: exercise, digest: "", compilerMessages: messages), style: style))
        throw Verdict.pointsLost
      case .built(let worker):
        defer { judge.builder.discard(worker) }
        if step { return try walk(exercise, worker, submission, trace, judge) }
        let result = try judge.replay(exercise, worker: worker, trace, lockstep: lockstep)
        print(CheckText.text(result, exercise, trace, style: style), terminator: "")
        if result.violation != nil { throw Verdict.pointsLost }
      }
    }
  }

  private func load(for exercise: Exercise) throws -> Trace {
    let path = FilePath(trace)
    let loaded: Trace
    do {
      loaded = path.extension == "rep" ? try RepImporter.read(path).trace : try Trace(contentsOf: path)
    } catch { throw JudgeError.trace("\(error)") }
    guard loaded.vocabulary == exercise.vocabulary else {
      throw JudgeError.trace(
        "\(path): a trace of the vocabulary \(loaded.vocabulary); \(exercise.id) takes \(exercise.vocabulary)")
    }
    // What a generator made says how large the heap may be; what a program did does not.
    return loaded.vocabulary == "allocation" && loaded.parameter("heap.limit") == nil ? exercise.adapt(loaded) : loaded
  }
}
