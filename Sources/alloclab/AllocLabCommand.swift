import ArgumentParser
import Grading

/// `alloclab`: the command line, which parses arguments, calls the modules below, and prints.
@main
struct AllocLabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alloclab",
    abstract: "A course lab framework and autograder for advanced memory management.",
    version: Grader.version,
    groupedSubcommands: [
      CommandGroup(
        name: "For students",
        subcommands: [
          CheckCommand.self, ReplayCommand.self, ChaosCommand.self, CompareCommand.self, ExercisesCommand.self,
          ExplainCommand.self,
        ]),
      CommandGroup(
        name: "For instructors", subcommands: [GradeCommand.self, VerifyGraderCommand.self, BenchCommand.self]),
      CommandGroup(name: "Traces", subcommands: [RecordCommand.self, TraceCommand.self]),
    ])
}

/// The exit statuses of commands that judge.
enum Verdict {
  static let pointsLost = ExitCode(1)
  static let graderError = ExitCode(2)
}
