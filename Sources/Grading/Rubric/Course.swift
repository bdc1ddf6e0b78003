package import Examining
package import Judging
package import SystemPackage
import Workloads

/// The instructor's settings: what `grading/` holds.
package struct Course: Sendable {
  package let settings: CourseSettings
  /// Of the assignments that can be graded, in the order of the course.
  package let rubrics: [Rubric]
  /// The folder of `course.json`.
  package let folder: FilePath
  /// The exercises that there are.
  package let catalogue: Catalogue

  /// Reads `course.json` and the rubrics that it names; whatever is wrong with one of them is an error that names file and line.
  package init(_ folder: FilePath, _ catalogue: Catalogue) throws(JudgeError) {
    self.folder = folder
    self.catalogue = catalogue
    settings = try Self.read(CourseSettings.self, folder.appending("course.json")) { $0.problems }
    let traces = Self.traces(in: folder)
    var rubrics: [Rubric] = []
    for assignment in settings.assignments {
      guard let name = assignment.rubric else { continue }
      rubrics.append(
        try Self.read(Rubric.self, folder.appending(name)) {
          $0.problems(asOf: assignment.name, in: catalogue, traces: traces)
        })
    }
    self.rubrics = rubrics
  }

  /// The names of the recorded traces that there are, without `.trace`; nil where nothing is recorded, as at a student's.
  private static func traces(in folder: FilePath) -> [String]? {
    let traces = folder.appending("traces")
    guard Files.isDirectory(traces) else { return nil }
    return Files.names(in: traces).filter { $0.hasSuffix(".trace") }.map { String($0.dropLast(6)) }
  }

  /// What to say before anybody is graded.
  ///
  /// - Parameter usesSeed: whether the hidden traces are drawn from the course's seed.
  package func warnings(usesSeed: Bool) -> [String] {
    [usesSeed ? seedWarning : nil, unusedTraces].compactMap(\.self)
  }

  /// What to say about recorded traces that no exercise is judged by; nil where there are none.
  private var unusedTraces: String? {
    let used = catalogue.exercises.flatMap { $0.workloads.compactMap(\.recordedFile) }
    let named = rubrics.flatMap { $0.exercises.flatMap { $0.recorded ?? [] } }
    let unused = Set(Self.traces(in: folder) ?? []).subtracting(used).subtracting(named).sorted()
    guard let first = unused.first else { return nil }
    let files = unused.map { "\($0).trace" }.joined(separator: ", ")
    return
      "\(folder.appending("traces")): no exercise is judged by \(files); name it in a rubric's row, \"recorded\": [\"\(first)\"]"
  }

  /// What to say about a seed that is no secret; nil where there is nothing.
  private var seedWarning: String? {
    guard settings.hiddenSeed == .example else { return nil }
    let file = folder.appending("course.json")
    let place = (try? Self.place(of: .name("hiddenSeed"), in: file)) ?? "\(file)"
    return
      "\(place): the seed is the example's, so anybody can have the hidden traces; before you grade a class, put a "
      + "seed there that `alloclab course new-seed` makes"
  }

  /// File, line and column of a value in a JSON file.
  private static func place(of key: JSONKey, in file: FilePath) throws -> String {
    let document = try JSONDocument(parsing: Files.read(file), source: file.string)
    return document.source.map { "\(file):\($0.position(of: [key]))" } ?? "\(file)"
  }

  /// The rubric's row of an exercise; nil where no rubric has one.
  package func row(of exercise: Exercise) -> Rubric.Row? {
    rubrics.lazy.flatMap(\.exercises).first { $0.exercise == exercise.id }
  }

  /// The exercise with the recorded traces that its rubric's row names; as it is where no rubric has one.
  package func extended(_ exercise: Exercise) -> Exercise { row(of: exercise)?.extended(exercise) ?? exercise }

  /// Reads a JSON file, every key of which must be known, and of which nothing else may be wrong.
  package static func read<T: Decodable>(
    _ type: T.Type, _ file: FilePath, problems: (T) -> [CourseProblem] = { _ in [] }
  ) throws(JudgeError) -> T {
    let text = String(decoding: try Files.read(file), as: UTF8.self)
    do {
      let document = try JSONDocument(parsing: text, source: file.string)
      let value = try JSONReportDecoder(rejectsUnknownKeys: true).decode(type, from: document)
      guard let problem = problems(value).first else { return value }
      let path: [any CodingKey] = problem.path
      throw JSONError.mismatch(
        source: file.string, position: document.source?.position(of: path), path: path.jsonPath, problem: problem.text)
    } catch { throw .course("\(error)") }
  }

  /// The rubric of an assignment.
  package func rubric(for assignment: String) -> Rubric? { rubrics.first { $0.assignment == assignment } }

  /// Whether an assignment's points come on top of full marks.
  package func isExtraCredit(_ assignment: String) -> Bool {
    settings.groups.contains { $0.givesExtraCredit && $0.assignments.contains { $0.name == assignment } }
  }
}

/// Something in a file of the course that makes no sense.
package struct CourseProblem: Sendable, Equatable {
  /// Where in the file.
  let path: [JSONKey]
  /// What is wrong, and what to do about it.
  package let text: String

  init(_ path: [JSONKey], _ text: String) {
    self.path = path
    self.text = text
  }
}
