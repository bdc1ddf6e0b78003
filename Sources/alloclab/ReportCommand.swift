import ArgumentParser
import Exercises
import Gradebook
import Grading
import Judging
import SystemPackage

/// Writes one report as other systems read it.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report for Gradescope, PrairieLearn, Autolab, JUnit or CTRF, or as a page.",
    discussion: """
      The report is the JSON that `alloclab grade` wrote for one submission. What comes of it holds nothing that a student may \
      not see, whichever report it is made from; but with --instructor, for html, all that the report tells. Where the report \
      is missing or cannot be read, the result says that the grader failed: so it is there whatever happened, and the exit \
      status is 2. Of a whole class, `alloclab gradebook export` writes them.
      """)

  @Argument(help: ArgumentHelp("gradescope, prairielearn, autolab, junit, ctrf or html.")) var format: ResultFormat
  @Argument(help: ArgumentHelp("The report, like .build/reports/ada.json.", valueName: "report")) var file: String
  @Option(help: ArgumentHelp("Where it goes; otherwise it is printed.", valueName: "file")) var to: String?
  @Flag(help: "For html: what is hidden from students, too. The report is the one in the instructor folder.")
  var instructor = false

  func validate() throws {
    if instructor, format != .html { throw ValidationError("--instructor is for html; the others go to students.") }
  }

  func run() throws {
    try reportingErrors {
      let result = StudentResult(reading: FilePath(file), .all)
      let text =
        instructor
        ? ReportPage(result, result.full, .all).text : try format.text(result, .all)
      if let to {
        try Files.write(Array(text.utf8), to: FilePath(to), for: instructor ? .owner : .everybody)
      } else {
        print(text, terminator: "")
      }
      if let fault = result.fault {
        tell("alloclab: \(fault)")
        throw Verdict.graderError
      }
    }
  }
}

extension ResultFormat: ExpressibleByArgument {}
