import ArgumentParser
import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Workloads

struct ExercisesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercises",
    abstract: "List the exercises by assignment, with what they count, or show one with its workloads.")

  @Option(help: ArgumentHelp("Where course.json and the rubrics lie.", valueName: "directory"))
  var course: String?

  @Argument(help: "The exercise to show.", completion: .list(Catalogue.all.exercises.map(\.id)))
  var id: String?

  func run() throws {
    try reportingErrors {
      let style = TerminalStyle.detected()
      let course = try Course.here(self.course)
      guard let id else { return print(ExerciseList.text(.all, course, style: style), terminator: "") }
      let known = try exercise(named: id)
      let row = course?.row(of: known)
      let exercise = course?.extended(known) ?? known
      print("\(style.bold(exercise.title)) (\(exercise.id)), of \(exercise.assignment)\n\(exercise.summary)\n")
      print("hand in:   \(exercise.file), with a type that conforms to \(exercise.protocolName)")
      print("measured:  \((["correctness"] + exercise.meters.map(\.name)).joined(separator: ", "))")
      if let row { print("points:    \(ExerciseList.points(row, exercise))") }
      var table = TextTable(["workload", "timed", "counts", "what it does"].map { TextTable.Column($0) })
      for workload in exercise.workloads {
        table.append([
          workload.name, workload.isTimed ? "yes" : "",
          workload.weight == 1 ? "" : "\(Score.short(workload.weight))×",
          workload.summary + (workload.isGenerated ? "" : " (only when graded)"),
        ])
      }
      print("\n" + table.text(style: style), terminator: "")
    }
  }
}

extension Course {
  /// The course in a folder, or else that of this installation; nil where it has none, as at a student's.
  static func here(_ folder: String?) throws -> Course? {
    let path = try folder.map { FilePath($0) } ?? Installation().course
    return folder == nil && !Files.exists(path.appending("course.json")) ? nil : try Course(path, .all)
  }

  /// What the reference solutions took on an instructor's machine; nil where nobody measured them.
  func yardstick() throws(JudgeError) -> Yardstick? {
    let file = folder.appending(Yardstick.fileName)
    return Files.exists(file) ? try Course.read(Yardstick.self, file) : nil
  }
}
