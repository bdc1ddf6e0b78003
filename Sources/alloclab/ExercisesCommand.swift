import ArgumentParser
import Examining
import Exercises
import Grading
import Workloads

struct ExercisesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercises", abstract: "List the exercises, or show one with its workloads.")

  @Argument(help: "The exercise to show.", completion: .list(Catalogue.all.exercises.map(\.id)))
  var id: String?

  func run() throws {
    let style = TerminalStyle.detected()
    guard let id else {
      var table = TextTable(["exercise", "assignment", "file", "what you build"].map { TextTable.Column($0) })
      for exercise in Catalogue.all.exercises {
        table.append([exercise.id, exercise.assignment, exercise.file, exercise.summary])
      }
      print(table.text(style: style), terminator: "")
      return
    }
    let exercise = try exercise(named: id)
    print("\(style.bold(exercise.title)) (\(exercise.id)), of \(exercise.assignment)\n\(exercise.summary)\n")
    print("hand in:   \(exercise.file), with a type that conforms to \(exercise.protocolName)")
    print("measured:  \((["correctness"] + exercise.meters.map(\.name)).joined(separator: ", "))\n")
    var table = TextTable(["workload", "timed", "what it does"].map { TextTable.Column($0) })
    for workload in exercise.workloads {
      table.append([workload.name, workload.isTimed ? "yes" : "", workload.summary])
    }
    print(table.text(style: style), terminator: "")
  }
}
