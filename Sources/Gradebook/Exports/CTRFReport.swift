import Grading

/// A result in the Common Test Report Format.
///
/// Source: ctrf.io, specification and schema. Of tests, an exercise stands in the name and in `extra`, since versions of the schema
/// differ in what a suite is.
package struct CTRFReport: Sendable, Encodable {
  struct Results: Sendable, Encodable {
    let tool: Tool
    let summary: Summary
    let tests: [Test]
    let extra: Points
  }

  struct Tool: Sendable, Encodable {
    let name = "AllocLab"
    let version = Grader.version

    enum CodingKeys: CodingKey { case name, version }
  }

  struct Summary: Sendable, Encodable {
    let tests: Int
    let passed: Int
    let failed: Int
    let pending = 0
    let skipped = 0
    let other: Int
    /// In milliseconds since 1970.
    let start: Int
    let stop: Int

    enum CodingKeys: CodingKey { case tests, passed, failed, pending, skipped, other, start, stop }
  }

  struct Test: Sendable, Encodable {
    let name: String
    let status: String
    /// In milliseconds; not known by test.
    let duration = 0
    let message: String?
    let trace: String?
    let rawStatus: String?
    let extra: Exercise

    enum CodingKeys: CodingKey { case name, status, duration, message, trace, rawStatus, extra }
  }

  struct Exercise: Sendable, Encodable {
    let exercise: String
    let points: Double
    let maximum: Double
  }

  struct Points: Sendable, Encodable {
    let student: String
    let points: Double
    let maximum: Double
    let remarks: [String]
  }

  let reportFormat = "CTRF"
  let specVersion = "0.0.0"
  let results: Results

  enum CodingKeys: CodingKey { case reportFormat, specVersion, results }

  package init(_ result: StudentResult) {
    let groups = TestCases(result).groups
    let cases = groups.flatMap(\.cases)
    let timing = result.report?.provenance.timing
    let start = (timing?.start ?? 0) * 1000
    results = Results(
      tool: Tool(),
      summary: Summary(
        tests: cases.count, passed: cases.count { $0.outcome == .passed },
        failed: cases.count { $0.outcome == .failed }, other: cases.count { $0.outcome == .broken }, start: start,
        stop: start + Int((timing?.seconds ?? 0) * 1000)),
      tests: groups.flatMap { group in
        group.cases.map { item in
          Test(
            name: "\(group.name): \(item.name)", status: item.outcome == .broken ? "other" : item.outcome.rawValue,
            message: item.message.isEmpty ? nil : item.message, trace: item.details.isEmpty ? nil : item.details,
            rawStatus: item.kind.isEmpty ? nil : item.kind,
            extra: Exercise(exercise: group.name, points: group.points, maximum: group.maximum))
        }
      },
      extra: Points(
        student: result.student, points: result.total, maximum: result.maximum, remarks: result.remarks))
  }
}
