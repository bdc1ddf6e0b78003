package import Examining
import Grading
package import Judging
package import SystemPackage

/// What of a folder is handed in: exactly the files that are graded, by assignment, and what is left out and why.
package struct Packing: Sendable {
  /// An assignment's part of it.
  package struct Part: Sendable {
    package let assignment: String
    package let submission: Submission
    /// The exercises whose files are there and can be read, in the course's order; the others of the assignment.
    package let exercises: [Exercise]
    package let missing: [Exercise]
    /// The files that are packed.
    package let files: [Submission.File]
    /// What else lies in the folder, and why it is not packed.
    package let leftOut: [(name: String, reason: String)]
  }

  /// In the order of the catalogue; none is without an exercise.
  package let parts: [Part]

  /// - Parameter folder: of an assignment's files, or with such folders, as an assignment is named or under `ProblemSets` and `Labs`.
  /// - Throws: `JudgeError.file` where nothing that could be handed in is there.
  package init(_ folder: FilePath, _ catalogue: Catalogue) throws(JudgeError) {
    guard Files.isDirectory(folder) else { throw .file(folder, "is not a folder; name the one with your files") }
    var parts: [Part] = []
    let here = try Submission(folder)
    let found = catalogue.exercises.filter(here.contains)
    if found.isEmpty {
      var seen: Set<String> = []
      for exercise in catalogue.exercises where seen.insert(exercise.assignment).inserted {
        let places = ["", "ProblemSets", "Labs"].map { folder.appending($0).appending(exercise.assignment) }
        guard let place = places.first(where: Files.isDirectory) else { continue }
        if let part = Part(exercise.assignment, try Submission(place), catalogue) { parts.append(part) }
      }
    } else {
      // A file of the same name may be asked for by several assignments; then the folder's name tells.
      let assignments = Set(found.map(\.assignment))
      let mostFiles = catalogue.exercises.map(\.assignment).max { first, second in
        found.count { $0.assignment == first } < found.count { $0.assignment == second }
      }
      let assignment = assignments.contains(here.name) ? here.name : mostFiles
      if let part = assignment.flatMap({ Part($0, here, catalogue) }) { parts.append(part) }
    }
    guard !parts.isEmpty else {
      throw .file(
        folder,
        "holds no file that an exercise asks for, nor a folder of an assignment that does; `alloclab exercises` lists them"
      )
    }
    self.parts = parts
  }

  /// The zip, in which each assignment has its folder.
  package var archive: [UInt8] {
    ZipWriter.archive(parts.flatMap { part in part.files.map { ("\(part.assignment)/\($0.name)", $0.bytes) } })
  }

  /// What the zip is called where nobody says: after the assignment, or all of them.
  package var name: String { parts.count == 1 ? "\(parts[0].assignment).zip" : "assignments.zip" }
}

extension Packing.Part {
  /// Nil where no file of the assignment's exercises can be read.
  fileprivate init?(_ assignment: String, _ submission: Submission, _ catalogue: Catalogue) {
    let all = catalogue.exercises(ofAssignment: assignment)
    let exercises = all.filter(submission.isUsable)
    guard !exercises.isEmpty else { return nil }
    let names = Set(exercises.flatMap { submission.files(for: $0).map(\.name) })
    let files = submission.files.filter { names.contains($0.name) }
    var leftOut = submission.unusable.map { (name: $0.key, reason: $0.value) }
    for name in Files.names(in: submission.folder) where !names.contains(name) && submission.unusable[name] == nil {
      let reason =
        name == "Package.swift" || name == "main.swift"
        ? "is never graded: exercises are built without a manifest or program of your own"
        : Files.isDirectory(submission.folder.appending(name))
          ? "is a folder; only files beside the exercises' are graded"
          : name.hasPrefix(".")
            ? "is hidden" : name.hasSuffix(".swift") ? "is built with no exercise" : "is no Swift file"
      leftOut.append((name, reason))
    }
    self.init(
      assignment: assignment, submission: submission, exercises: exercises,
      missing: all.filter { !submission.isUsable($0) }, files: files, leftOut: leftOut.sorted { $0.name < $1.name })
  }
}
