import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Check an exercise again whenever you save, and show what is wrong.",
    discussion: """
      Shows what the last check found; a fault's trace is saved as `check` saves it. Keys: h shows the next hint, what the fault means and then its \
      usual causes; r checks again; the arrows scroll; q ends. Exit status: 0 where the last check found all right, 1 where it \
      found something wrong or none was done, 2 where none could be done, 130 after Ctrl-C.
      """)

  @OptionGroup var shared: SharedOptions

  @OptionGroup var files: SubjectOptions

  @Argument(help: "The exercise.", completion: .list(Catalogue.all.exercises.map(\.id)))
  var id: String

  func run() throws {
    try reportingErrors {
      let exercise = try exercise(named: id)
      let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !TerminalSession.isDumb
      guard isTerminal else {
        throw JudgeError.missing("a terminal to watch on", remedy: "run `alloclab check \(id)` instead")
      }
      let installation = try Installation()
      let folder = try files.submission(for: exercise, installation).folder
      let progress = SharedProgress()
      progress.update("getting ready")
      let judge = try shared.judge(installation, hiddenSeed: nil)
      progress.clear()
      let (end, last) = try WatchScreen(WatchedExercise(exercise, folder, place: files.directory, judge)).run()
      judge.builder.discardAll()
      if let last { print(last.text, terminator: "") }
      fflush(nil)
      if end == .interrupt {
        signal(SIGINT, SIG_DFL)
        raise(SIGINT)
      }
      // A check may be at work on another thread, and what it uses is not to be taken down under it.
      _exit(end == .interrupt ? 128 + SIGINT : last.map { $0.isRight ? 0 : $0.isFault ? 2 : 1 } ?? 1)
    }
  }
}
