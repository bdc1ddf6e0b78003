package import Examining
package import Judging
package import SystemPackage

/// The instructor's settings: what `grading/` holds.
package struct Course: Sendable {
  /// `course.json`.
  package struct Settings: Sendable, Codable, Equatable {
    package var course: String
    /// Hidden traces are drawn from it. Keep it, and change it each year.
    package var hiddenSeed: UInt64
    /// Whether all students are judged by the same hidden traces; otherwise each has traces of their own, by their directory's name.
    package var sharesHiddenTraces: Bool?
    /// The rubrics' files, beside `course.json`, in the order of the course.
    package var rubrics: [String]
  }

  package let settings: Settings
  package let rubrics: [Rubric]
  /// The folder of `course.json`.
  package let folder: FilePath

  /// Reads `course.json` and the rubrics that it names; whatever is wrong with one of them is an error that names the file.
  package init(_ folder: FilePath, _ catalogue: Catalogue) throws(JudgeError) {
    self.folder = folder
    settings = try Self.read(Settings.self, folder.appending("course.json"))
    var rubrics: [Rubric] = []
    for name in settings.rubrics {
      let file = folder.appending(name)
      let rubric = try Self.read(Rubric.self, file)
      if let problem = rubric.problems(in: catalogue).first { throw .file(file, problem) }
      rubrics.append(rubric)
    }
    self.rubrics = rubrics
  }

  /// The rubric's row of an exercise; nil where no rubric has one.
  package func row(of exercise: Exercise) -> Rubric.Row? {
    rubrics.lazy.flatMap(\.exercises).first { $0.exercise == exercise.id }
  }

  /// Reads a JSON file, every key of which must be known.
  package static func read<T: Decodable>(_ type: T.Type, _ file: FilePath) throws(JudgeError) -> T {
    let text = String(decoding: try Files.read(file), as: UTF8.self)
    do {
      let document = try JSONDocument(parsing: text, source: file.string)
      return try JSONReportDecoder(rejectsUnknownKeys: true).decode(type, from: document)
    } catch { throw .file(file, "\(error)") }
  }

  /// The rubric of an assignment.
  package func rubric(for assignment: String) -> Rubric? { rubrics.first { $0.assignment == assignment } }
}
