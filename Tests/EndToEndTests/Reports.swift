import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

extension Report {
  /// A report as `grade` wrote it.
  init(_ file: FilePath) throws {
    let document = try JSONDocument(parsing: Files.read(file), source: file.string)
    self = try JSONReportDecoder(rejectsUnknownKeys: true).decode(Report.self, from: document)
  }

  init(_ text: String) throws {
    self = try JSONReportDecoder(rejectsUnknownKeys: true).decode(Report.self, from: JSONDocument(parsing: text))
  }

  var exercises: [ExerciseReport] { assignments.flatMap(\.exercises) }

  func exercise(_ id: String) throws -> ExerciseReport { try #require(exercises.first { $0.exercise == id }) }

  /// Without what depends on the clock.
  var timeless: Report {
    var report = self
    (report.provenance.timing.start, report.provenance.timing.seconds) = (0, 0)
    (report.points, report.extraCredit) = (0, 0)
    for number in report.assignments.indices {
      report.assignments[number].points = 0
      for place in report.assignments[number].exercises.indices {
        report.assignments[number].exercises[place].forgetTime()
      }
    }
    return report
  }
}

extension ExerciseReport {
  fileprivate mutating func forgetTime() {
    points = 0
    arithmetic.removeAll { $0.criterion == "time" }
    findings.removeAll { $0 == .slow }
    for number in cases.indices { cases[number].timing = nil }
  }
}

/// The schema that instructors are given.
enum ReportSchema {
  static func problems(_ text: String) throws -> [String] {
    let file = CommandLineTool.root.appending("grading/schemas/report.schema.json")
    let schema = try JSONSchema(JSONDocument(parsing: Files.read(file), source: file.string))
    return schema.problems(in: try JSONDocument(parsing: text)).map(\.description)
  }
}
