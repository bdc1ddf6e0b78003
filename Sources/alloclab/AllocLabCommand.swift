import ArgumentParser
import Examining
import Exercises
import Grading
import Judging

/// `alloclab`: the command line, which parses arguments, calls the modules below, and prints.
@main
struct AllocLabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alloclab",
    abstract: "A course lab framework and autograder for advanced memory management.",
    version: Grader.version, subcommands: isHandout ? [] : [GradeSubmissionCommand.self],
    groupedSubcommands: isHandout ? [students, traces] : [students, instructors, traces])

  private static let students = CommandGroup(
    name: "For students",
    subcommands: [
      CheckCommand.self, WatchCommand.self, SubmitCommand.self, ReplayCommand.self, ChaosCommand.self,
      ViewCommand.self, CompareCommand.self, ExercisesCommand.self, ExplainCommand.self, TopologyCommand.self,
    ])
  private static let instructors = CommandGroup(
    name: "For instructors",
    subcommands: [
      HandoutCommand.self, GradeCommand.self, GradebookCommand.self, SimilarityCommand.self, ReportCommand.self,
      VerifyGraderCommand.self, BenchCommand.self, CourseCommand.self,
    ])
  private static let traces = CommandGroup(name: "Traces", subcommands: [RecordCommand.self, TraceCommand.self])

  /// Whether this is what a student was handed, who has nothing to grade by.
  private static let isHandout = Installation.isHandout
}

extension AllocLabCommand {
  /// Runs the command that the arguments name; where there is none of that name, says which was probably meant.
  static func main() {
    // What a trace file says is known in every command, not only in those that judge.
    _ = Catalogue.all
    let commands = configuration.subcommands.map { $0._commandName } + ["help"]
    if let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !commands.contains(word) {
      let guess = closestMatch(to: word, in: commands).map { " Did you mean '\($0)'?" } ?? ""
      exit(withError: ValidationError("There is no command '\(word)'.\(guess) `alloclab help` lists them."))
    }
    main(nil)
  }
}

/// The exit statuses of commands that judge.
enum Verdict {
  static let pointsLost = ExitCode(1)
  static let graderError = ExitCode(2)
}
