import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run the public checks on your work, and explain the first thing that is wrong.",
    discussion: """
      Name an exercise to check your file for it, or a directory to check all that is in it. Nothing is measured \
      against the clock, and nothing leaves this machine. Exit status: 0 where all is right, 1 where something is \
      wrong, 2 where the check itself could not be done.
      """)

  @OptionGroup var shared: SharedOptions

  @OptionGroup var files: SubjectOptions

  @OptionGroup var invariants: InvariantOptions

  @Flag(help: "Show the trace as it is, and look for no shorter one.")
  var noShrink = false

  @Argument(help: ArgumentHelp("An exercise, or a directory.", valueName: "exercise|directory"))
  var subject: String

  func run() throws {
    try reportingErrors {
      let installation = try Installation()
      var judge = try shared.judge(installation, hiddenSeed: nil)
      let (submission, exercises) = try choose(installation)
      judge.standIn = submission
      judge.asksInvariants = try invariants.isAsked(of: exercises)
      let style = TerminalStyle.detected()
      var hasFailed = false
      let progress = SharedProgress()
      for exercise in exercises {
        progress.update("\(exercise.id): compiling")
        var judgement = Judgement(exercise: exercise, digest: "")
        var shrinking: CheckText.Shrinking?
        switch try judge.builder.build(exercise, of: submission, asksInvariants: judge.asksInvariants) {
        case .refused(let messages): judgement.compilerMessages = messages
        case .built(let worker):
          defer { judge.builder.discard(worker) }
          judgement = try judge.judge([Judge.Work(exercise, digest: "", worker: worker)], stopsAtFirst: true) {
            progress.update("\($0.exercise.id): \($0.done + 1)/\($0.count) \($0.what)")
          }[0]
          if let failed = judgement.cases.last, let violation = failed.violation, let failing = failed.failing,
            !noShrink
          {
            progress.update("\(exercise.id): looking for the shortest trace that shows it")
            shrinking = try CheckText.Shrinking(
              judge, Subject(exercise, worker: worker), failing, violation, in: "", replay: replay(exercise))
          }
        }
        progress.clear()
        print(CheckText.text(judgement, shrinking: shrinking, style: style), terminator: "")
        hasFailed = hasFailed || judgement.compilerMessages != nil || judgement.cases.contains { $0.violation != nil }
      }
      if hasFailed { throw Verdict.pointsLost }
    }
  }

  /// The command that replays a trace against the same files.
  private func replay(_ exercise: Exercise) -> String {
    let folder = Catalogue.all.exercise(subject) == nil ? subject : files.directory
    return "alloclab replay \(exercise.id)" + (folder.map { " --in \($0)" } ?? "")
  }

  private func choose(_ installation: Installation) throws -> (Submission, [Exercise]) {
    if Catalogue.all.exercise(subject) == nil, Files.isDirectory(FilePath(subject)) {
      let submission = try Submission(FilePath(subject))
      let exercises = Catalogue.all.exercises.filter { submission.contains($0) }
      guard !exercises.isEmpty else {
        throw ValidationError(
          "\(subject) holds none of \(Catalogue.all.exercises.map(\.file).joined(separator: ", ")).")
      }
      return (submission, exercises)
    }
    let exercise = try exercise(named: subject)
    return (try files.submission(for: exercise, installation), [exercise])
  }
}
