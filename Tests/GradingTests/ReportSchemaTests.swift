import Examining
import Exercises
import Grading
import Judging
import SystemPackage
import Testing

@Suite struct ReportSchemaTests {
  static let file = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    .appending("grading/schemas/report.schema.json")

  private func schema() throws -> JSONSchema {
    try JSONSchema(JSONDocument(parsing: Files.read(Self.file), source: "report.schema.json"))
  }

  private func problems(_ value: some Encodable) throws -> [String] {
    try schema().problems(in: JSONReportEncoder().encode(value)).map(\.description)
  }

  @Test func aReportMeetsTheSchema() throws {
    let report = try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      Report.self, from: JSONDocument(parsing: SampleReport.text))
    #expect(try problems(report) == [])
    // The sample holds every key that the type has, and the type writes every key of the sample.
    #expect(try JSONTree(JSONReportEncoder().encode(report).text()).sorted == JSONTree(SampleReport.text).sorted)
  }

  @Test func whatAStudentReadsMeetsTheSchema() throws {
    var report = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
    report.assignments[0].exercises[0].cases[0].isHidden = true
    #expect(try problems(report.concealed) == [])
  }

  @Test func aMissingMemberIsFound() throws {
    // What a report may leave out.
    let optional: Set = [
      "hiddenSeed", "compilerMessages", "violation", "timing", "operation", "message", "ratio", "latencyNanoseconds",
      "overfit", "change", "counterexample", "reference", "unread", "budget", "value", "nanosecondsPerOperation",
      "referenceNanosecondsPerOperation",
    ]
    let variants = try JSONTree(SampleReport.text).variants { tree in
      guard case .object(let members) = tree else { return [] }
      return members.map { gone in ("/\(gone.name)", .object(members.filter { $0 != gone })) }
    }
    #expect(variants.count > 60)
    for (path, tree) in variants {
      let name = String(path.split(separator: "/").last ?? "")
      // These two are required where they stand beside the provenance and the median.
      let isOptional =
        optional.contains(name) && path != "/provenance/timing" && !path.hasSuffix("timing/ratio")
        || path.hasSuffix("counterexample/trace") || path.hasSuffix("counterexample/heap")
        || path.hasSuffix("heap/subject")
        || path == "/course" || path.hasSuffix("/meters/0/share")
        || path.hasSuffix("/timing/share") || path.hasSuffix("/weight") || path.hasSuffix("cases/0/operations")
        || path.hasSuffix("cases/0/trace")
      #expect(try problems(tree).isEmpty == isOptional, "without \(path)")
    }
  }

  @Test func anExtraMemberIsFound() throws {
    let variants = try JSONTree(SampleReport.text).variants { tree in
      guard case .object(let members) = tree else { return [] }
      return [("/extra", .object(members + [JSONTree.Member(name: "extra", value: .number(1))]))]
    }
    #expect(variants.count > 15)
    for (path, tree) in variants { #expect(try !problems(tree).isEmpty, "with \(path)") }
  }

  @Test func anIllTypedMemberIsFound() throws {
    let variants = try JSONTree(SampleReport.text).variants { tree in
      switch tree {
      case .null: []
      case .boolean: [("", .number(0)), ("", .text("true"))]
      case .number: [("", .text("1")), ("", .null), ("", .number(-1e300))]
      case .text: [("", .number(1)), ("", .null)]
      case .array: [("", .object([])), ("", .text(""))]
      case .object: [("", .array([])), ("", .null)]
      }
    }
    #expect(variants.count > 150)
    for (path, tree) in variants where !path.hasSuffix("/value") {
      #expect(try !problems(tree).isEmpty, "\(path) in \(tree)")
    }
  }

  @Test(arguments: Catalogue.all.kinds) func everyKindMayStandInAReport(_ kind: ViolationKind) throws {
    var report = try JSONReportDecoder().decode(Report.self, from: JSONDocument(parsing: SampleReport.text))
    report.assignments[0].exercises[0].findings = [kind]
    #expect(try problems(report) == [])
    report.assignments[0].exercises[0].findings = [ViolationKind(rawValue: "\(kind.rawValue)!")]
    #expect(try !problems(report).isEmpty)
  }
}

extension JSONTree {
  /// With the members of every object in alphabetical order.
  fileprivate var sorted: JSONTree {
    switch self {
    case .object(let members):
      .object(members.map { Member(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name })
    case .array(let elements): .array(elements.map(\.sorted))
    default: self
    }
  }
}
