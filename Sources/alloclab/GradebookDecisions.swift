import ArgumentParser
import Examining
import Glibc
import Gradebook
import Grading
import Judging

/// What an instructor decides by hand.
extension GradebookCommand {
  /// Why, and who says so.
  struct Grounds: ParsableArguments {
    @Option(help: "Why; the student reads it.") var reason: String
    @Option(help: "Who decides; otherwise the user who is logged in.") var by: String?

    func validate() throws {
      let length = reason.utf8.count
      guard length > 0, length <= 1000 else {
        throw ValidationError("A reason has 1 to 1000 bytes, and this one has \(length).")
      }
    }

    /// Writes the decision down, and shows where the student stands with it.
    func decide(_ kind: Decision.Kind, _ student: String, _ options: Options) throws {
      let store = try options.store()
      let author = by ?? Installation.environment("USER") ?? "uid \(getuid())"
      let decision = try store.decide(kind, student: student, author: author, reason: reason, at: time(nil))
      print("\(decision.number). \(printable(student)): \(DecisionText.summary(kind))")
      let run = try store.run(nil)
      guard let standing = try store.standings(run.number).first(where: { $0.student == student }) else { return }
      print("total: \(Score.short(standing.total(try options.policy())))")
    }
  }

  /// The last run's standing of a student, and its report.
  private static func last(_ student: String, _ options: Options) throws -> (standing: Standing, report: Report?) {
    let store = try options.store()
    let standing = try standing(of: student, in: store.standings(store.run(nil).number))
    return (standing, try standing.result.map { try store.report($0) })
  }

  struct Override: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give an exercise other points than the grader did, from now on.")
    @OptionGroup var options: Options
    @OptionGroup var grounds: Grounds
    @Argument(help: "The student, by id, name or email.") var student: String
    @Argument(help: "The exercise.") var exercise: String
    @Argument(help: "Its points.") var points: Double

    func run() throws {
      try reportingErrors {
        let (standing, report) = try last(student, options)
        guard let report else {
          throw ValidationError("\(standing.student) has nothing that was graded; `award` gives points without.")
        }
        let all = report.assignments.flatMap(\.exercises)
        guard let found = all.first(where: { $0.exercise == exercise }) else {
          let names = all.map(\.exercise)
          let guess = closestMatch(to: exercise, in: names).map { " Did you mean '\($0)'?" } ?? ""
          throw ValidationError(
            "\(standing.student) was not graded for '\(exercise)', but for \(names.joined(separator: ", ")).\(guess)")
        }
        guard points >= 0, points <= found.maximum else {
          throw ValidationError("\(exercise) has 0 to \(Score.short(found.maximum)) points; `award` gives more.")
        }
        try grounds.decide(.override(exercise: exercise, points: points), standing.student, options)
      }
    }
  }

  struct Award: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Give points by hand on top, which lateness does not touch: for a design essay, say.")
    @OptionGroup var options: Options
    @OptionGroup var grounds: Grounds
    @Argument(help: "The student, by id, name or email.") var student: String
    @Argument(help: "How many; less than 0 behind a --.") var points: Double

    func run() throws {
      try reportingErrors {
        guard points.magnitude <= 1000, points != 0 else {
          throw ValidationError("Give up to 1000 points, more or less than 0.")
        }
        try grounds.decide(.award(points: points), last(student, options).standing.student, options)
      }
    }
  }

  struct Extend: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give a student some days more before anything is late.")
    @OptionGroup var options: Options
    @OptionGroup var grounds: Grounds
    @Argument(help: "The student, by id, name or email.") var student: String
    @Argument(help: "How many, 1 to 366.") var days: Int

    func run() throws {
      try reportingErrors {
        guard (1...366).contains(days) else { throw ValidationError("An extension has 1 to 366 days.") }
        try grounds.decide(.extend(days: days), last(student, options).standing.student, options)
      }
    }
  }

  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a decision back; it stays in the log, and holds no more.")
    @OptionGroup var options: Options
    @OptionGroup var grounds: Grounds
    @Argument(help: "Its number, which `gradebook log` shows.") var number: Int64

    func run() throws {
      try reportingErrors {
        let log = try options.store().decisions()
        guard let decision = log.entries.first(where: { $0.number == number }) else {
          throw ValidationError("There is no decision \(number); there are \(log.entries.count).")
        }
        guard log.inForce(for: decision.student).contains(decision) else {
          throw ValidationError("Decision \(number) is withdrawn already, or withdraws another: decide anew.")
        }
        try grounds.decide(.withdraw(number: number), decision.student, options)
      }
    }
  }

  struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show all decisions; each is chained to the one before it by a hash, which is verified.")
    @OptionGroup var options: Options
    @Option(help: ArgumentHelp("Fail unless the log had this last hash once.", valueName: "hash")) var has: String?

    func run() throws {
      try reportingErrors {
        let store = try options.store()
        let log = try store.decisions()
        print(DecisionText.table(log, style: .detected()), terminator: "")
        if let has, !log.entries.contains(where: { $0.hash == has.lowercased() }) {
          throw JudgeError.file(
            store.file, "its log never ended in \(has): decisions were changed, left out or put in")
        }
      }
    }
  }
}
