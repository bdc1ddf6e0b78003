import Grading

/// What the Common Test Report Format asks for, as a schema of ours: required members, types, and no members that it does not know.
///
/// Source: ctrf.io, schema/ctrf.schema.json, specification 0.0; of what we never write only that it may be there.
enum CTRFRules {
  private static func object(_ members: [(String, String)], required: [String]) -> String {
    let names = required.map { "\"\($0)\"" }.joined(separator: ", ")
    let properties = members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
    return """
      { "type": "object", "required": [\(names)], "additionalProperties": false, "properties": { \(properties) } }
      """
  }

  private static func members(_ names: String, _ type: String) -> [(String, String)] {
    names.split(separator: " ").map { (String($0), #"{ "type": "\#(type)" }"#) }
  }

  private static let name = #"{ "type": "string", "minLength": 1 }"#
  private static let status = #"{ "enum": ["passed", "failed", "skipped", "pending", "other"] }"#
  private static let counts = "tests passed failed skipped pending other start stop"

  private static let test = object(
    [("name", name), ("status", status)] + members("duration start stop line retries", "integer")
      + members("id message trace snippet ai rawStatus type filePath threadId browser device screenshot", "string")
      + members("flaky", "boolean") + members("labels parameters insights extra", "object")
      + members("suite tags retryAttempts stdout stderr attachments steps", "array"),
    required: ["name", "status", "duration"])

  private static let results = object(
    [
      (
        "tool", object([("name", name)] + members("version", "string") + members("extra", "object"), required: ["name"])
      ),
      (
        "summary",
        object(
          members("\(counts) flaky suites duration", "integer") + members("extra", "object"),
          required: counts.split(separator: " ").map(String.init))
      ), ("tests", #"{ "type": "array", "items": \#(test) }"#),
    ] + members("environment extra", "object"),
    required: ["tool", "summary", "tests"])

  private static let report = object(
    [
      ("reportFormat", #"{ "const": "CTRF" }"#),
      ("specVersion", #"{ "type": "string", "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+$" }"#), ("results", results),
    ] + members("reportId timestamp generatedBy", "string") + members("extra insights baseline", "object"),
    required: ["results", "reportFormat", "specVersion"])

  private struct Counted: Decodable {
    struct Results: Decodable {
      let summary: [String: Int]
      let tests: [Test]
    }
    struct Test: Decodable {
      let status: String
    }
    let results: Results
  }

  /// Everything that is not as it should be, counts that do not add up included.
  static func problems(_ text: String) throws -> [String] {
    let document = try JSONDocument(parsing: text)
    let problems = try JSONSchema(JSONDocument(parsing: report)).problems(in: document).map(\.description)
    guard problems.isEmpty else { return problems }
    let results = try JSONReportDecoder().decode(Counted.self, from: document).results
    let summary = results.summary
    var wrong = ["passed", "failed", "skipped", "pending", "other"].filter { status in
      summary[status] != results.tests.count { $0.status == status }
    }
    if summary["tests"] != results.tests.count { wrong.append("tests") }
    if summary["stop"] ?? 0 < summary["start"] ?? 0 { wrong.append("stop") }
    return wrong.map { "/results/summary/\($0): does not add up" }
  }
}
