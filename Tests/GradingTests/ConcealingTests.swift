import Examining
import Exercises
import Grading
import Judging
import Testing

/// A student's report is the same, whatever is changed of what it must not tell.
@Suite struct ConcealingTests {
  /// The sample, its one trace a hidden one.
  private func hidden() throws -> Report {
    var report = try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      Report.self, from: JSONDocument(parsing: SampleReport.text))
    report.assignments[0].exercises[0].cases[0].isHidden = true
    report.assignments[0].exercises[0].counterexample?.isHidden = true
    return report
  }

  private func texts(_ report: Report) throws -> String {
    try JSONReportEncoder().encode(report).text() + ReportText.text(report, style: .plain)
  }

  typealias Change = @Sendable (inout Report) -> Void
  private static func inCase(_ change: @escaping @Sendable (inout CaseReport) -> Void) -> Change {
    { change(&$0.assignments[0].exercises[0].cases[0]) }
  }

  private static let changes: [(String, Change)] = [
    ("seed", { $0.provenance.hiddenSeed = String(repeating: "0", count: 64) }),
    ("no seed", { $0.provenance.hiddenSeed = nil }),
    ("operations", inCase { $0.operations = 7 }), ("hash", inCase { $0.trace?.hash = "f" }),
    ("origin", inCase { $0.trace?.origin = "o" }), ("message", inCase { $0.violation?.message = "m" }),
    ("operation", inCase { $0.violation?.operation = 8 }), ("evidence", inCase { $0.violation?.evidence = [] }),
    ("explanation", inCase { $0.violation?.explanation = "e" }),
    ("peak", inCase { $0.meters[0].value = 4100 }), ("reference", inCase { $0.meters[0].reference = 3 }),
    ("third digit", inCase { $0.meters[0].ratio = 1.0199 }), ("share", inCase { $0.meters[0].share = 0.9999 }),
    (
      "a figure",
      inCase {
        $0.meters.append($0.meters[0])
        ($0.meters[1].name, $0.meters[1].ratio) = ("size", nil)
      }
    ),
    ("nanoseconds", inCase { $0.timing?.nanosecondsPerOperation = 9 }),
    ("reference's nanoseconds", inCase { $0.timing?.referenceNanosecondsPerOperation = 9 }),
    ("latency", inCase { $0.timing?.latencyNanoseconds = nil }),
    (
      "third digit of time",
      inCase { $0.timing?.ratio = RatioEstimate(median: 1.0101, low: 0.991, high: 1.031, pairs: 8) }
    ),
    ("counterexample", { $0.assignments[0].exercises[0].counterexample?.operations = 40 }),
    ("no counterexample", { $0.assignments[0].exercises[0].counterexample = nil }),
    ("share of all", { $0.assignments[0].exercises[0].arithmetic[0].share += 0.001 }),
    (
      "kind",
      {
        $0.assignments[0].exercises[0].cases[0].violation?.kind = .misaligned
        $0.assignments[0].exercises[0].findings = [.misaligned, .slow]
      }
    ),
  ]

  @Test(arguments: changes.map(\.0)) func nothingHiddenIsTold(name: String) throws {
    let report = try hidden()
    var changed = report
    for (other, change) in Self.changes where other == name { change(&changed) }
    #expect(try texts(report) != texts(changed), "the change is one")
    #expect(try texts(report.concealed) == texts(changed.concealed))
  }

  @Test func whatIsOpenIsTold() throws {
    let report = try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      Report.self, from: JSONDocument(parsing: SampleReport.text))
    for (name, change) in Self.changes where !name.contains("seed") && name != "share of all" {
      var changed = report
      change(&changed)
      #expect(try texts(report.concealed) != texts(changed.concealed), "\(name)")
    }
  }

  @Test func onlyGeneralKindsAreToldOfHiddenTraces() throws {
    let specific = Set(Catalogue.all.kinds.map(\.rawValue))
    var told: Set<String> = []
    for kind in Catalogue.all.kinds {
      var report = try hidden()
      report.assignments[0].exercises[0].cases[0].violation?.kind = kind
      report.assignments[0].exercises[0].findings = [kind]
      let exercise = report.concealed.assignments[0].exercises[0]
      let violation = try #require(exercise.cases[0].violation)
      #expect(exercise.findings == [violation.kind])
      #expect(!violation.kind.explanation.isEmpty && specific.contains(violation.kind.rawValue))
      told.insert(violation.kind.rawValue)
    }
    #expect(told == ["hidden-fault", "hidden-end", "hidden-limit", "overfitted"])
    // Of what went wrong on a public trace as well, nothing is left out.
    var report = try hidden()
    var open = report.assignments[0].exercises[0].cases[0]
    open.isHidden = false
    report.assignments[0].exercises[0].cases.append(open)
    #expect(
      report.concealed.assignments[0].exercises[0].findings == ["overlap", "slow"].map { ViolationKind(rawValue: $0) })
  }

  @Test func aConcealedReportMeetsTheSchemaAndIsConcealed() throws {
    let report = try hidden().concealed
    #expect(report.concealed == report)
    let text = try JSONReportEncoder().encode(report).text()
    let read = try JSONReportDecoder(rejectsUnknownKeys: true).decode(Report.self, from: JSONDocument(parsing: text))
    #expect(read == report)
  }
}
