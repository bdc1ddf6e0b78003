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

      Each submission is judged in a process of its own. If that comes to an end, it is tried once more; if that fails as \
      well, the submission has the finding grader-failed and no points, neither some nor zero, and the others are graded.

      With --class, a folder is graded as Canvas, Moodle or Gradescope give it out, unpacked once: folders, zip and tar.gz \
      files, or single files whose names say who handed them in. Results go into a gradebook in the output's instructor \
      folder, which `alloclab gradebook` shows and exports. Interrupted at any moment, the same command goes on; what has \
      not changed is not graded again.
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

  @Flag(
    help: "The submissions are C allocators of a CS:APP malloc lab: directories with an mm.c, or directories of such.")
  var csapp = false

  @Option(
    help: ArgumentHelp("With --csapp: the folder of the lab's traces, .rep or .trace.", valueName: "directory"))
  var traces: String?

  @OptionGroup(title: "Class options") var classOptions: ClassOptions

  @OptionGroup(title: "Malloc lab options") var lab: MallocLabOptions

  @Argument(help: "Submissions, or directories of them.")
  var directories: [String] = []

  func validate() throws {
    if classOptions.folder != nil {
      if csapp || json {
        throw ValidationError("--class goes with neither --csapp nor --json; `alloclab gradebook` exports.")
      }
      if !directories.isEmpty { throw ValidationError("--class names the folder of the class; name no other.") }
    } else {
      if directories.isEmpty {
        throw ValidationError("Name submissions or directories of them, or --class and a folder.")
      }
      if classOptions.roster != nil || classOptions.due != nil {
        throw ValidationError("--roster and --due are for --class.")
      }
    }
    if csapp { try refuseWhatMallocLabsHaveNot() }
    if csapp, traces == nil { throw ValidationError("--csapp needs --traces, the folder of the lab's traces.") }
    if !csapp, traces != nil { throw ValidationError("--traces is for --csapp.") }
  }

  func run() throws {
    if let folder = classOptions.folder { return try reportingErrors { try gradeClass(Self.path(folder)) } }
    if csapp { return try reportingErrors { try gradeMallocLab() } }
    try reportingErrors {
      let start = ContinuousClock.now
      for id in only { _ = try exercise(named: id) }
      // What no submission could be graded with is told before the first.
      let course = try grader().course
      warn(course)
      try Files.makeDirectory(FilePath(output))
      let all = handIns(course)
      // Who hands in nothing is graded by what the others handed in.
      let grading = SubmissionGrading(
        arguments: Array(CommandLine.arguments.dropFirst(2)),
        expected: Portfolio.assignments(of: all.map(\.folder), course), profile: GradingProfile())
      var (reports, failed): ([Report], [GraderFailure]) = ([], [])
      var hasLost = false
      for handIn in all {
        do throws(GraderFailure) {
          let (report, losesPoints) = try write(handIn, grading, course)
          reports.append(report)
          hasLost = hasLost || losesPoints
          // What is told so far is not lost with an interruption.
          fflush(nil)
          Interruption.say(
            "alloclab: \(reports.count) \(reports.count == 1 ? "report is" : "reports are") complete in \(output); "
              + "what was being graded has none\n")
        } catch {
          tell("alloclab: \(handIn.problem == nil ? "\(error.submission): the grader failed: " : "")\(error.reason)")
          failed.append(error)
        }
      }
      if profile {
        let clock = (ContinuousClock.now - start).inSeconds
        tell(ProfileText.text(grading.profile, clock: clock, style: .detected()))
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

  /// What grades by these options.
  func grader() throws(JudgeError) -> Grader {
    let installation = try Installation()
    let course = try Course(shared.courseFolder(installation), .all)
    let judge = try shared.judge(installation, hiddenSeed: seed ?? course.settings.hiddenSeed)
    return Grader(judge: judge, course: course)
  }

  /// Tells what an instructor should know before anybody is graded.
  func warn(_ course: Course) {
    for warning in course.warnings(usesSeed: seed == nil) { tell("alloclab: warning: \(warning)") }
  }

  /// All that is named, each once.
  private func handIns(_ course: Course) -> [HandedIn] {
    HandedIn.all(directories.flatMap { Portfolio.folders(in: Self.path($0), course) })
  }

  /// The path that was named, byte for byte: arguments that are no text have been made some.
  static func path(_ argument: String) -> FilePath {
    // Safe: the arguments live as long as the program, each ended by a zero byte.
    for number in 1..<Int(CommandLine.argc) {
      if let raw = unsafe CommandLine.unsafeArgv[number], unsafe String(cString: raw) == argument {
        return unsafe FilePath(platformString: raw)
      }
    }
    return FilePath(argument)
  }

  /// Grades one submission, in the process that is there for it.
  func grade(_ folder: FilePath, _ grader: Grader, _ expected: [Rubric]) throws(JudgeError) -> Report {
    let progress = SharedProgress()
    defer { progress.clear() }
    return try grader.grade(
      Portfolio(folder, grader.course), exercises: only.isEmpty ? nil : Set(only), expecting: expected,
      revealsHidden: reveal, counterexamplesIn: noShrink ? nil : FilePath(output)
    ) { progress.update($0) }
  }

  /// Has a submission graded, writes its report, for machines, for people and for instructors, and prints it.
  ///
  /// - Returns: what may be shown: where some exercises only were graded, with what still holds of the report
  ///   before; and whether what was graded now lost points.
  private func write(
    _ handIn: HandedIn, _ grading: SubmissionGrading, _ course: Course
  ) throws(GraderFailure) -> (report: Report, losesPoints: Bool) {
    // Its name may be another's, whose report would be overwritten.
    if let problem = handIn.problem { throw GraderFailure(submission: handIn.name, reason: problem, tries: 0) }
    let stem = Portfolio.fileStem(handIn.name)
    let folder = FilePath(output).appending("instructor")
    let full = folder.appending("\(stem).json")
    let (file, text) = (FilePath(output).appending("\(stem).json"), FilePath(output).appending("\(stem).txt"))
    do {
      let graded = try grading.grade(handIn.folder, name: handIn.name)
      let (known, remark) = try keep(full, in: graded, handIn.folder, course)
      let explained = known.explained(by: course.catalogue)
      let report = reveal ? explained : explained.concealed
      try Files.makePrivateDirectory(folder)
      try Files.write(Self.encoded(known, full), to: full, for: .owner)
      try Files.write(Self.encoded(report, file), to: file)
      try Files.write(Array(ReportText.text(report, style: .plain).utf8), to: text)
      if !json { print(ReportText.text(report, style: .detected()) + remark + "  report: \(file)\n") }
      return (report, graded.losesPoints)
    } catch let failure as GraderFailure {
      // What was found out about other exercises before stays.
      if only.isEmpty || !Files.exists(full) {
        if let bytes = try? Self.encoded(failure, file) {
          Files.remove(full)
          try? Files.write(bytes, to: file)
        }
        try? Files.write(Array(failure.text(style: .plain).utf8), to: text)
      }
      throw failure
    } catch { throw GraderFailure(submission: handIn.name, reason: "\(error)", tries: 1) }
  }

  static func encoded(_ value: some Encodable, _ file: FilePath) throws(JudgeError) -> [UInt8] {
    do { return Array(try JSONReportEncoder().encode(value).text().utf8) } catch { throw .file(file, "\(error)") }
  }

  static func encoded(_ report: Report, _ file: FilePath) throws(JudgeError) -> [UInt8] {
    do { return Array(try JSONReportEncoder().encode(report).text().utf8) } catch { throw .file(file, "\(error)") }
  }

  /// Takes over what an earlier report says of other exercises.
  private func keep(
    _ file: FilePath, in graded: Report, _ folder: FilePath, _ course: Course
  ) throws(JudgeError) -> (report: Report, remark: String) {
    guard !only.isEmpty, Files.exists(file) else { return (graded, "") }
    let portfolio = try Portfolio(folder, course)
    var report = graded
    do {
      let earlier = try Course.read(Report.self, file)
      let (kept, dropped) = report.keep(earlier, of: portfolio, course)
      let keptText = kept.isEmpty ? "" : "  kept from the report before: \(kept.joined(separator: ", "))\n"
      let droppedText =
        dropped.isEmpty
        ? "" : "  not kept, since files, rubric, seed or grader have changed: \(dropped.joined(separator: ", "))\n"
      return (report, keptText + droppedText)
    } catch {
      return (graded, "  the report before could not be read, and nothing of it was kept: \(error)\n")
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
