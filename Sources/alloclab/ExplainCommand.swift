import ArgumentParser
import Examining
import Exercises
import Grading

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain what can be found wrong: what it means, its usual causes, and what to look at.",
    discussion:
      "Without a name, lists all kinds of violation there are. The names are those that checks and reports give.")

  @Argument(
    help: "A kind of violation, for example overlap.", completion: .list(Catalogue.all.kinds.map(\.rawValue)))
  var kind: String?

  @Argument(
    help: ArgumentHelp("Only the causes in this exercise; --exercise says the same.", valueName: "exercise"),
    completion: .list(Catalogue.all.exercises.map(\.id)))
  var place: String?

  @Option(help: ArgumentHelp("Only the causes in this exercise.", valueName: "exercise"))
  var exercise: String?

  func run() throws {
    if let place, let exercise, place != exercise {
      throw ValidationError("\(place) and --exercise \(exercise) are two; name one exercise.")
    }
    let chosen = try (exercise ?? place).map { try alloclab.exercise(named: $0) }
    let style = TerminalStyle.detected()
    guard let kind else {
      return print(ExplanationText.list(chosen?.kinds ?? Catalogue.all.kinds, style), terminator: "")
    }
    let name = kind.lowercased().split(separator: " ").joined(separator: "-")
    guard let found = Catalogue.all.kind(name) else {
      let guess = closestMatch(to: name, in: Catalogue.all.kinds.map(\.rawValue))
      throw ValidationError(
        "There is no kind of violation '\(kind)'." + (guess.map { " Did you mean '\($0)'?" } ?? "")
          + " `alloclab explain` lists them.")
    }
    print(ExplanationText.text(found, chosen.map { [$0] } ?? Catalogue.all.exercises, style), terminator: "")
  }
}
