import Examining
import Judging
import SystemPackage

/// Right solutions unlike the reference: `grading/honest/<family>/<exercise>/<name>/`.
enum HonestDesigns {
  /// The folders of those of an exercise, by name.
  static func folders(of exercise: Exercise, in course: FilePath) -> [FilePath] {
    let root = course.appending("honest")
    return Files.names(in: root).sorted().flatMap { family in
      let folder = root.appending(family).appending(exercise.id)
      return Files.names(in: folder).sorted().map { folder.appending($0) }.filter(Files.isDirectory)
    }
  }
}
