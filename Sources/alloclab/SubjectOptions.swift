import ArgumentParser
import Exercises
import Judging
import SystemPackage

/// Where a student's files are.
struct SubjectOptions: ParsableArguments {
  @Option(
    name: [.customLong("in"), .customShort("C")],
    help: ArgumentHelp("Where the files are; found by itself in the usual places.", valueName: "directory"))
  var directory: String?

  /// The submission that holds an exercise's file: here, in the assignment's folder, or where the option says.
  func submission(for exercise: Exercise, _ installation: Installation) throws -> Submission {
    var places: [FilePath] = [FilePath(directory ?? ".")]
    if directory == nil {
      for folder in [FilePath("."), installation.root] {
        places += ["ProblemSets", "Labs"].map { folder.appending($0).appending(exercise.assignment) }
      }
    }
    guard let place = places.first(where: { Files.exists($0.appending(exercise.file)) }) else {
      throw ValidationError("\(exercise.file) is not here; name its directory with --in.")
    }
    return try Submission(place)
  }
}
