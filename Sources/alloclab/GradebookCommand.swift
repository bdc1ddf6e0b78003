import ArgumentParser
import Examining
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

/// Shows and exports what `alloclab grade --class` found and people decided.
struct GradebookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradebook", abstract: "Show, explain, compare and export the grades of a class, and decide by hand.",
    discussion: "Grades are made by `alloclab grade --class`. What is late is taken off by course.json's latePolicy.",
    subcommands: [
      Show.self, Explain.self, Diff.self, Statistics.self, Export.self, Override.self, Award.self, Extend.self,
      Withdraw.self, Log.self,
    ], defaultSubcommand: Show.self)

  /// Which gradebook, and which run of it.
  struct Options: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Where the reports went.", valueName: "directory"))
    var output = ".build/reports"

    @Option(help: ArgumentHelp("Where course.json and the rubrics lie.", valueName: "directory"))
    var course: String?

    func store() throws(JudgeError) -> GradebookStore {
      try GradebookStore(FilePath(output).appending("instructor").appending(GradebookStore.fileName), creates: false)
    }

    func policy() throws(JudgeError) -> LatePolicy? {
      let folder: FilePath
      if let course { folder = FilePath(course) } else { folder = try Installation().course }
      return try Course(folder, .all).settings.latePolicy
    }
  }

  struct RunOption: ParsableArguments {
    @Option(help: ArgumentHelp("The run, by its number; otherwise the last.", valueName: "number"))
    var run: Int64?

    func standings(_ store: GradebookStore) throws(JudgeError) -> [Standing] {
      let run = try store.run(run)
      if run.finished == nil {
        tell("alloclab: run \(run.number) was interrupted; the same `grade --class` goes on with it")
      }
      return try store.standings(run.number)
    }
  }

  /// Where the student stands who is known by that id, name or email.
  static func standing(of student: String, in all: [Standing]) throws -> Standing {
    let found = all.filter { [$0.student, $0.name, $0.email].contains(student) }
    guard let standing = found.first else {
      let guess = closestMatch(to: student, in: all.map(\.student)).map { " Did you mean '\($0)'?" } ?? ""
      throw ValidationError("There is no student '\(student)' in the gradebook.\(guess)")
    }
    guard found.count == 1 else {
      throw ValidationError("'\(student)' may be \(found.map(\.student).joined(separator: " or ")); give the id.")
    }
    return standing
  }

  /// Those of a run; a group's counts once.
  static func reports(of standings: [Standing], _ store: GradebookStore) throws(JudgeError) -> [Report] {
    try Set(standings.compactMap(\.result)).sorted().map { (result) throws(JudgeError) in try store.report(result) }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show everybody's points.")
    @OptionGroup var options: Options
    @OptionGroup var chosen: RunOption

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let standings = try chosen.standings(store)
        print(GradebookText.table(standings, try options.policy(), style: .detected()), terminator: "")
      }
    }
  }

  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explain one student's grade: each trace that failed, each criterion's arithmetic, lateness.")
    @OptionGroup var options: Options
    @OptionGroup var chosen: RunOption
    @Argument(help: "The student, by id, name or email.") var student: String

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let all = try chosen.standings(store)
        let standing = try GradebookCommand.standing(of: student, in: all)
        let report = try standing.result.map { try store.report($0) }
        print(
          GradebookText.explanation(standing, report, try options.policy(), style: .detected()), terminator: "")
      }
    }
  }

  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell what changed between two runs, and why; without numbers, between the last two.")
    @OptionGroup var options: Options
    @Argument(help: "The first run.") var first: Int64?
    @Argument(help: "The second run.") var second: Int64?

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let runs = try store.runs()
        let after = try store.run(second)
        guard let before = try first.map({ try store.run($0) }) ?? runs.last(where: { $0.number < after.number }) else {
          throw ValidationError("There is one run only; grade again, and there is something to compare.")
        }
        let text = try GradebookText.difference(
          store.standings(before.number), store.standings(after.number), options.policy(),
          report: { (result) throws(JudgeError) in try store.report(result) })
        print("run \(before.number) → run \(after.number)\n\(text)", terminator: "")
      }
    }
  }

  struct Statistics: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell how the class did: the distribution, the hardest workloads, the commonest findings.")
    @OptionGroup var options: Options
    @OptionGroup var chosen: RunOption

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let standings = try chosen.standings(store)
        let reports = try GradebookCommand.reports(of: standings, store)
        print(GradebookText.statistics(standings, reports, try options.policy()), terminator: "")
      }
    }
  }
}
