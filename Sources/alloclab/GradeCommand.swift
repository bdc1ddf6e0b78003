import ArgumentParser
import Exercises
import Glibc
import Grading
import Judging
import SystemPackage

struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Grade submissions, and write a JSON report for each.",
    discussion: """
      A submission is a directory of Swift files, or a folder with such a directory for each assignment, whose part of \
      the whole course is then told. A directory of submissions is graded one by one. Exit status: 0 where everyone has \
      full marks, 1 where points were lost, 2 where the grader itself failed.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Where the reports go.", valueName: "directory"))
  var output = ".build/reports"

  @Option(help: ArgumentHelp("Grade only these exercises.", valueName: "exercise"))
  var only: [String] = []

  @Option(help: ArgumentHelp("Draw the hidden traces from this seed instead of the course's.", valueName: "number"))
  var seed: UInt64?

  @Flag(help: "Print the report as JSON and nothing else; several of them as an array.")
  var json = false

  @Flag(help: "Show what is known about hidden traces too. Not for students' eyes.")
  var reveal = false

  @Flag(help: "Look for no shorter traces that show what is wrong.")
  var noShrink = false

  @Flag(help: "Tell where the time went: compiling, drawing traces, starting, replaying, judging, timing, shrinking.")
  var profile = false

  @Argument(help: "Submissions, or directories of them.")
  var directories: [String]

  func run() throws {
    try reportingErrors {
      let start = ContinuousClock.now
      for id in only { _ = try exercise(named: id) }
      let installation = try Installation()
      let course = try Course(shared.courseFolder(installation))
      let judge = try shared.judge(installation, hiddenSeed: seed ?? course.settings.hiddenSeed)
      let grader = Grader(judge: judge, course: course)
      try Files.makeDirectory(FilePath(output))
      var reports: [Report] = []
      var hasFailed = false
      for folder in directories.flatMap({ HandIn.folders(in: FilePath($0), course) }) {
        do throws(JudgeError) {
          let report = try grade(HandIn(folder, course), grader)
          reports.append(report)
          // What is told so far is not lost with an interruption.
          fflush(nil)
          Interruption.say(
            "alloclab: \(reports.count) \(reports.count == 1 ? "report is" : "reports are") complete in \(output); "
              + "what was being graded has none\n")
        } catch {
          tell("alloclab: \(error)")
          hasFailed = true
        }
      }
      if profile {
        let clock = (ContinuousClock.now - start).inSeconds
        tell(ProfileText.text(judge.profile, clock: clock, style: .detected()))
      }
      if json { print(try Self.json(reports), terminator: "") }
      if hasFailed || reports.isEmpty { throw Verdict.graderError }
      if reports.contains(where: { $0.losesPoints }) { throw Verdict.pointsLost }
    }
  }

  private func grade(_ handIn: HandIn, _ grader: Grader) throws(JudgeError) -> Report {
    let progress = SharedProgress()
    let report = try grader.grade(
      handIn, exercises: only.isEmpty ? nil : Set(only), revealsHidden: reveal,
      counterexamplesIn: noShrink ? nil : FilePath(output)
    ) { progress.update($0) }
    progress.clear()
    let file = FilePath(output).appending("\(handIn.name).json")
    do {
      let text = try JSONReportEncoder().encode(report).text()
      try Files.write(Array(text.utf8), to: file)
    } catch let error as JudgeError { throw error } catch { throw .file(file, "\(error)") }
    if !json {
      print(ReportText.text(report, style: .detected()), terminator: "")
      print("  report: \(file)\n")
    }
    return report
  }

  private static func json(_ reports: [Report]) throws -> String {
    reports.count == 1
      ? try JSONReportEncoder().encode(reports[0]).text() : try JSONReportEncoder().encode(reports).text()
  }
}

extension Report {
  /// Whether anything is missing from full marks, extra credit included.
  var losesPoints: Bool { assignments.contains { $0.points < $0.maximum } }
}
