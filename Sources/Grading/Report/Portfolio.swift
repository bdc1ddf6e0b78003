import Examining
package import Judging
package import SystemPackage
import Traces

/// What one student handed in: a directory of Swift files, or a folder with such a directory for each assignment.
package struct Portfolio: Sendable {
  /// A directory of Swift files.
  package struct Part: Sendable {
    /// The assignment that the directory is named after; nil where its files tell.
    package let assignment: String?
    package let submission: Submission
  }

  /// The student's name: that of the directory or folder.
  package let name: String
  package let folder: FilePath
  /// In the order of the course.
  package let parts: [Part]
  /// Whether there is a directory for each assignment, so that it can be said what of the course is there.
  package let isByAssignment: Bool

  /// Folders of assignments that are not read, and why.
  package let leftOut: [(name: String, reason: String)]

  private init(
    _ folder: FilePath, name: String, _ parts: [Part], isByAssignment: Bool,
    leftOut: [(name: String, reason: String)] = []
  ) {
    self.leftOut = leftOut
    self.folder = folder
    self.name = name
    self.parts = parts
    self.isByAssignment = isByAssignment
  }

  /// A single directory of Swift files.
  package init(_ submission: Submission) {
    self.init(
      submission.folder, name: submission.name, [Part(assignment: nil, submission: submission)], isByAssignment: false)
  }

  /// Reads a directory, or the directories of assignments in a folder.
  package init(_ folder: FilePath, _ course: Course) throws(JudgeError) {
    let places = Self.isSubmission(folder) ? [] : Self.places(in: folder, course)
    let leftOut = Self.isSubmission(folder) ? [] : Self.links(in: folder, course)
    guard !places.isEmpty else {
      let submission = try Submission(folder)
      self.init(
        submission.folder, name: submission.name, [Part(assignment: nil, submission: submission)],
        isByAssignment: false,
        leftOut: leftOut)
      return
    }
    var parts: [Part] = []
    for (assignment, place) in places {
      parts.append(Part(assignment: assignment, submission: try Submission(place)))
    }
    let name = Files.realPath(folder)?.lastComponent?.string ?? "submission"
    self.init(folder, name: name, parts, isByAssignment: true, leftOut: leftOut)
  }

  /// What the files of a report are named after: the student's name, or where that is too long for a file, its start and a hash.
  package static func fileStem(_ name: String) -> String {
    guard name.utf8.count > 150 else { return name }
    var hash = SHA256.Hasher()
    hash.update(Array(name.utf8))
    var start = name
    while start.utf8.count > 120 { start.removeLast() }
    return "\(start)-\(SHA256.hexadecimal(digest: hash.finalize()).prefix(16))"
  }

  /// Where the files of an assignment are; nil where nothing was handed in for it.
  package func submission(for assignment: String) -> Submission? {
    parts.first { $0.assignment == nil || $0.assignment == assignment }?.submission
  }

  /// The folders of what was handed in: the one that is named, or those in it where it is a class.
  package static func folders(in folder: FilePath, _ course: Course) -> [FilePath] {
    if !Files.isDirectory(folder) || isSubmission(folder) || !places(in: folder, course).isEmpty
      || !links(in: folder, course).isEmpty
    {
      return [folder]
    }
    let inner = Files.entries(in: folder).filter { entry in
      entry.lastComponent?.string.hasPrefix(".") == false && (Files.isDirectory(entry) || Files.isLink(entry))
    }
    return inner.isEmpty ? [folder] : inner
  }

  /// The assignments that any of several folders has files for, without reading them.
  package static func assignments(of folders: [FilePath], _ course: Course) -> [Rubric] {
    course.rubrics.filter { rubric in
      let files = course.catalogue.exercises(ofAssignment: rubric.assignment).map(\.file)
      return folders.contains { folder in
        isSubmission(folder)
          ? Files.names(in: folder).contains { files.contains($0) }
          : places(in: folder, course).contains { $0.assignment == rubric.assignment }
      }
    }
  }

  private static func isSubmission(_ folder: FilePath) -> Bool {
    Files.names(in: folder).contains { $0.hasSuffix(".swift") && $0 != "Package.swift" }
  }

  /// The directories in a folder that are an assignment's: by its name, as in `Solutions`, or where its starters lie. Links are not
  /// followed, since nobody hands in what lies elsewhere.
  private static func places(in folder: FilePath, _ course: Course) -> [(assignment: String, place: FilePath)] {
    guard let resolved = Files.realPath(folder) else { return [] }
    return course.settings.assignments.compactMap { assignment in
      [assignment.name, assignment.folder].map { resolved.appending($0) }
        .first { Files.isDirectory($0) && Files.realPath($0) == $0 }.map { (assignment.name, $0) }
    }
  }

  /// The assignments' folders that are links, which nobody hands in, or lead through one.
  private static func links(in folder: FilePath, _ course: Course) -> [(name: String, reason: String)] {
    guard let resolved = Files.realPath(folder) else { return [] }
    let taken = Set(places(in: folder, course).map(\.assignment))
    return course.settings.assignments.filter { !taken.contains($0.name) }.flatMap { assignment in
      Set([assignment.name, assignment.folder]).sorted().filter { name in
        let path = resolved.appending(name)
        return Files.isLink(path) || Files.isDirectory(path) && Files.realPath(path) != path
      }.map { ($0, "is a symbolic link, or lies behind one; hand in the folder itself") }
    }
  }
}
