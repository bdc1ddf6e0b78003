import ArgumentParser
import Grading
import Judging

/// What an instructor does once a year.
struct CourseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course", abstract: "Set up a course.", subcommands: [NewSeed.self])

  struct NewSeed: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new-seed",
      abstract: "Make a seed for the hidden traces, and print it.",
      discussion: """
        It is 128 bits from the system's source of randomness. Put it into course.json, as "hiddenSeed", change it each \
        year, and let only graders read that file: whoever knows the seed has every hidden trace.
        """)

    func run() { print(CourseSeed.random().text) }
  }
}

/// The seed that an option names.
func courseSeed(_ text: String) throws -> CourseSeed {
  do { return try CourseSeed(text) } catch { throw ValidationError("\(error)") }
}
