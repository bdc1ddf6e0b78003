import ArgumentParser
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

extension GradebookCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv, canvas, moodle, overview, gradescope, prairielearn, autolab, junit, ctrf, html

    /// That of a file for each student; nil for one of the whole class.
    var ofEach: ResultFormat? { ResultFormat(rawValue: rawValue) }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write grades for a spreadsheet, for Canvas, Moodle and other systems, and as pages.",
      discussion: """
        csv, canvas, moodle and overview are one file of the whole class; overview is a page with the distribution and the \
        hardest workloads, for instructors. For Canvas, --template names the gradebook that Canvas exported; its students \
        and columns of identity come back as they are. The others are a file for each student, in a folder of the student's \
        below --to, with nothing in it that a student may not see: whoever handed in nothing or could not be graded has \
        one, too. Who is missing on either side is told on standard error.
        """)
    @OptionGroup var options: Options
    @OptionGroup var chosen: RunOption
    @Argument(help: "What for.") var format: Format
    @Option(help: ArgumentHelp("Where it goes; otherwise it is printed.", valueName: "path")) var to: String?
    @Option(help: ArgumentHelp("For canvas: the gradebook that Canvas exported.", valueName: "file"))
    var template: String?
    @Option(help: "What the column of grades is called.") var title = "AllocLab"

    func validate() throws {
      if format == .canvas, template == nil {
        throw ValidationError("Canvas needs its own rows: export the gradebook there, and name it with --template.")
      }
      if format.ofEach != nil, to == nil { throw ValidationError("Name a folder for the results with --to.") }
    }

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let (standings, policy) = (try chosen.standings(store), try options.policy())
        if let format = format.ofEach { return try write(format, standings, policy, store) }
        let text = try table(standings, policy, store)
        if let to {
          try Files.write(Array(text.utf8), to: FilePath(to))
        } else {
          print(text, terminator: "")
        }
      }
    }

    private func table(
      _ standings: [Standing], _ policy: LatePolicy?, _ store: GradebookStore
    ) throws(JudgeError) -> String {
      let table: CSVTable
      var remarks: [String] = []
      switch format {
      case .moodle: (table, remarks) = GradeExport.moodle(standings, policy, title: title)
      case .canvas:
        let file = FilePath(template ?? "")
        (table, remarks) = try GradeExport.canvas(
          standings, policy, title: title,
          template: CSVTable(parsing: Files.read(file, limit: CSVTable.limit), source: file.string),
          source: file.string)
      case .overview: return ClassPage(standings, try GradebookCommand.reports(of: standings, store), policy).text
      default: table = GradeExport.table(standings, policy)
      }
      for remark in remarks { tell("alloclab: \(printable(remark))") }
      return table.text
    }

    private func write(
      _ format: ResultFormat, _ standings: [Standing], _ policy: LatePolicy?, _ store: GradebookStore
    ) throws(JudgeError) {
      for standing in standings {
        let folder = FilePath(to ?? "").appending(Portfolio.fileStem(ClassEntry.stem(standing.student)))
        let report = try standing.result.map { (result) throws(JudgeError) in try store.report(result) }
        let result = StudentResult(standing, report?.explained(by: .all), policy)
        try Files.makeDirectory(folder)
        try Files.write(Array(format.text(result, .all).utf8), to: folder.appending(format.fileName))
      }
    }
  }
}
