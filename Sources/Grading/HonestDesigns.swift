package import Examining
package import Judging
package import SystemPackage

/// Submissions of one exercise that are right and unlike the reference solution: `grading/honest/<family>/<exercise>/<design>/`.
///
/// A rule that takes correctness from one of them is wrong, or asks for what no student was told.
package enum HonestDesigns {
  /// The designs of an exercise in the course's folder, by name; none where it has no folder of them.
  package static func designs(of exercise: Exercise, in course: FilePath) throws(JudgeError) -> [Submission] {
    let folder = course.appending("honest")
    let families = Files.names(in: folder).map { folder.appending($0).appending(exercise.id) }
    guard let designs = families.first(where: Files.exists) else { return [] }
    var submissions: [Submission] = []
    for name in Files.names(in: designs).sorted() { submissions.append(try Submission(designs.appending(name))) }
    return submissions
  }
}
