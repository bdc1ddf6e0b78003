import ArgumentParser
import Examining
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run the public checks on your work, and explain the first thing that is wrong.",
    discussion: """
      Name an exercise to check your file for it, the file itself, or a directory to check all that is in it. Nothing is measured \
      against the clock unless --measure is given, and nothing leaves this machine. Exit status: 0 where all is right, 1 where something is \
      wrong, 2 where the check itself could not be done.
      """)

  @OptionGroup var shared: SharedOptions

  @OptionGroup var files: SubjectOptions

  @OptionGroup var invariants: InvariantOptions

  @Flag(help: "Show the trace as it is, and look for no shorter one.")
  var noShrink = false

  @Flag(help: "Where all is right, print how much of its memory each workload used for blocks, and the mean.")
  var utilisation = false

  @Flag(
    help:
      "Where all is right, measure time and space on each workload, against the reference solution where that is here, or an estimate of it where the handout has a yardstick."
  )
  var measure = false

  @Argument(
    help: ArgumentHelp("Exercises, directories, or exercises' files.", valueName: "exercise|directory|file"))
  var subjects: [String]

  /// What is checked of one submission, and how a command names where that is.
  private struct Choice {
    let submission: Submission
    let exercises: [Exercise]
    /// Nil where it is found by itself.
    let place: String?
  }

  func run() throws {
    try reportingErrors {
      let installation = try Installation()
      var judge = try shared.judge(installation, hiddenSeed: nil)
      let choices = try subjects.map { try choose($0, installation) }
      judge.asksInvariants = try invariants.isAsked(of: choices.flatMap(\.exercises))
      var hasFailed = false
      for choice in choices {
        judge.standIn = choice.submission
        for exercise in choice.exercises {
          if try !isRight(exercise, choice, judge) { hasFailed = true }
        }
      }
      if hasFailed { throw Verdict.pointsLost }
    }
  }

  /// Checks one exercise, and prints what came of it.
  private func isRight(_ exercise: Exercise, _ choice: Choice, _ judge: Judge) throws -> Bool {
    let style = TerminalStyle.detected()
    print(style.dim("checking \(choice.submission.path(of: exercise))"))
    // Read while it compiles, also through a pipe.
    fflush(nil)
    let progress = SharedProgress()
    let check = PublicCheck(
      exercise: exercise, submission: choice.submission, place: choice.place, shrinks: !noShrink,
      measures: measure, yardstick: measure ? try Course.here(shared.course)?.yardstick() : nil)
    let found = try check.run(judge) { progress.update($0) }
    progress.clear()
    print(found.text(style: style), terminator: "")
    if let figures = found.figures {
      let row = try Course.here(shared.course)?.row(of: exercise)
      print(CheckText.figures(figures, exercise, by: row, style: style), terminator: "")
    }
    if utilisation { print(CheckText.utilisation(found.judgement), terminator: "") }
    return found.isRight
  }

  private func choose(_ name: String, _ installation: Installation) throws -> Choice {
    if let exercise = Catalogue.all.exercise(name) {
      return Choice(
        submission: try files.submission(for: exercise, installation), exercises: [exercise], place: files.directory)
    }
    let path = FilePath(name)
    if Files.isDirectory(path) {
      let submission = try Submission(path)
      let exercises = Catalogue.all.exercises.filter { submission.contains($0) }
      guard !exercises.isEmpty else {
        throw ValidationError("\(name) holds none of \(Catalogue.all.exercises.map(\.file).joined(separator: ", ")).")
      }
      return Choice(submission: submission, exercises: exercises, place: name)
    }
    guard Files.exists(path) else {
      if path.components.count > 1 || path.extension == "swift" { throw ValidationError("\(name) is not there.") }
      return try choose(alloclab.exercise(named: name).id, installation)
    }
    let folder = path.components.count > 1 ? path.removingLastComponent() : "."
    return Choice(
      submission: try Submission(folder), exercises: [try exercise(ofFile: path, in: folder)], place: folder.string)
  }

  /// The exercise that a file is handed in for; of several, the one whose assignment the folder is named after.
  private func exercise(ofFile path: FilePath, in folder: FilePath) throws -> Exercise {
    let name = path.lastComponent?.string ?? ""
    let own = name.contains("+") ? "\(name.prefix { $0 != "+" }).swift" : name
    let all = Catalogue.all.exercises.filter { $0.file == own }
    let assignment = Files.realPath(folder)?.lastComponent?.string
    if let exercise = all.first(where: { $0.assignment == assignment }) ?? (all.count == 1 ? all[0] : nil) {
      return exercise
    }
    guard all.isEmpty else {
      throw ValidationError(
        "\(own) is the file of \(all.map(\.id).joined(separator: ", ")); name one of them, and --in.")
    }
    let names = Catalogue.all.exercises.map(\.file)
    let guess = closestMatch(to: own, in: names).map { " Did you mean \($0)?" } ?? ""
    throw ValidationError("No exercise asks for \(own).\(guess)")
  }
}
