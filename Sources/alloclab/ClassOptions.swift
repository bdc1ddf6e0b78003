import ArgumentParser
import Gradebook

/// Options of `alloclab grade` for a whole class.
struct ClassOptions: ParsableArguments {
  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("Grade what a class handed in, into a gradebook.", valueName: "directory"))
  var folder: String?

  @Option(
    help: ArgumentHelp(
      "With --class: who is in it. A CSV with a column id, SID, email or login; Canvas's, Moodle's and Gradescope's will do.",
      valueName: "file"))
  var roster: String?

  @Option(
    help: ArgumentHelp(
      "With --class: the deadline, for downloads that say when something was handed in, like 2026-11-20T23:59:00-05:00.",
      valueName: "moment"),
    transform: Self.moment)
  var due: Int?

  private static func moment(_ text: String) throws -> Int {
    guard let seconds = Moment.seconds(text) else {
      throw ValidationError("'\(text)' is no moment; write it like 2026-11-20T23:59:00-05:00.")
    }
    return seconds
  }
}
