import ArgumentParser
import Examining
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

  @Option(
    help: ArgumentHelp(
      "Draw the hidden traces from this seed instead of the course's, for trials: other users of the machine can read it.",
      valueName: "seed"), transform: courseSeed)
  var seed: CourseSeed?

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
      let course = try Course(shared.courseFolder(installation), .all)
      if seed == nil, let warning = course.seedWarning { tell("alloclab: warning: \(warning)") }
      let judge = try shared.judge(installation, hiddenSeed: seed ?? course.settings.hiddenSeed)
      let grader = Grader(judge: judge, course: course)
      try Files.makeDirectory(FilePath(output))
      let folders = try submissions(course)
      // Who hands in nothing is graded by what the others handed in.
      let expected = Portfolio.assignments(of: folders, course)
      var (reports, failed): ([Report], [String]) = ([], [])
      var hasLost = false
      for folder in folders {
        do throws(JudgeError) {
          let portfolio = try Portfolio(folder, course)
          let graded = try grade(portfolio, grader, expected)
          hasLost = hasLost || graded.losesPoints
          reports.append(try write(graded, portfolio, course))
          // What is told so far is not lost with an interruption.
          fflush(nil)
          Interruption.say(
            "alloclab: \(reports.count) \(reports.count == 1 ? "report is" : "reports are") complete in \(output); "
              + "what was being graded has none\n")
        } catch {
          tell("alloclab: \(error)")
          failed.append(folder.lastComponent?.string ?? "\(folder)")
        }
      }
      if profile {
        let clock = (ContinuousClock.now - start).inSeconds
        tell(ProfileText.text(judge.profile, clock: clock, style: .detected()))
      }
      if json {
        print(try Self.json(reports), terminator: "")
      } else if reports.count + failed.count > 1 {
        print(ClassText.text(reports, failed: failed, style: .detected()), terminator: "")
      }
      if !failed.isEmpty || reports.isEmpty { throw Verdict.graderError }
      if hasLost { throw Verdict.pointsLost }
    }
  }

  /// The folders of all submissions that are named, each once.
  private func submissions(_ course: Course) throws(JudgeError) -> [FilePath] {
    var places: [String: FilePath] = [:]
    var folders: [FilePath] = []
    for folder in directories.flatMap({ Portfolio.folders(in: FilePath($0), course) }) {
      let place = Files.realPath(folder) ?? folder
      let name = place.lastComponent?.string ?? ""
      guard let other = places.updateValue(place, forKey: name) else {
        folders.append(folder)
        continue
      }
      guard other == place else {
        throw .file(
          folder,
          "has the name of \(other), so that they would share a report and hidden traces; rename one, or grade them "
            + "one by one, each with an --output of its own")
      }
    }
    return folders
  }

  private func grade(_ portfolio: Portfolio, _ grader: Grader, _ expected: [Rubric]) throws(JudgeError) -> Report {
    let progress = SharedProgress()
    defer { progress.clear() }
    return try grader.grade(
      portfolio, exercises: only.isEmpty ? nil : Set(only), expecting: expected, revealsHidden: reveal,
      counterexamplesIn: noShrink ? nil : FilePath(output)
    ) { progress.update($0) }
  }

  /// Writes the report, for machines, for people and for instructors, and prints it.
  ///
  /// - Returns: what may be shown: where some exercises only were graded, with what still holds of the report before.
  private func write(_ graded: Report, _ portfolio: Portfolio, _ course: Course) throws(JudgeError) -> Report {
    let file = FilePath(output).appending("\(portfolio.name).json")
    let folder = FilePath(output).appending("instructor")
    let full = folder.appending("\(portfolio.name).json")
    var known = graded
    let remark = only.isEmpty || !Files.exists(full) ? "" : keep(full, in: &known, portfolio, course)
    let report = reveal ? known : known.concealed
    try Files.makePrivateDirectory(folder)
    try Files.write(Self.encoded(known, full), to: full, for: .owner)
    try Files.write(Self.encoded(report, file), to: file)
    let text = ReportText.text(report, style: .plain)
    try Files.write(Array(text.utf8), to: FilePath(output).appending("\(portfolio.name).txt"))
    if !json {
      print(ReportText.text(report, style: .detected()) + remark + "  report: \(file)\n")
    }
    return report
  }

  private static func encoded(_ report: Report, _ file: FilePath) throws(JudgeError) -> [UInt8] {
    do { return Array(try JSONReportEncoder().encode(report).text().utf8) } catch { throw .file(file, "\(error)") }
  }

  /// Takes over what an earlier report says of other exercises.
  private func keep(_ file: FilePath, in report: inout Report, _ portfolio: Portfolio, _ course: Course) -> String {
    do {
      let earlier = try Course.read(Report.self, file)
      let (kept, dropped) = report.keep(earlier, of: portfolio, course)
      let keptText = kept.isEmpty ? "" : "  kept from the report before: \(kept.joined(separator: ", "))\n"
      let droppedText =
        dropped.isEmpty
        ? "" : "  not kept, since files, rubric, seed or grader have changed: \(dropped.joined(separator: ", "))\n"
      return keptText + droppedText
    } catch {
      return "  the report before could not be read, and nothing of it was kept: \(error)\n"
    }
  }

  private static func json(_ reports: [Report]) throws -> String {
    reports.count == 1
      ? try JSONReportEncoder().encode(reports[0]).text() : try JSONReportEncoder().encode(reports).text()
  }
}

extension Report {
  /// Whether anything is missing from full marks, extra credit included.
  var losesPoints: Bool { assignments.isEmpty || assignments.contains { $0.points < $0.maximum } }
}
