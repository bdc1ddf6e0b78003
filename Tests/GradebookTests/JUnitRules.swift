/// What readers of JUnit's XML ask for: which elements stand where, which attributes they must and may have, and that counts add up.
///
/// Source: what junit-10.xsd of Jenkins's xUnit plugin allows, less what nobody else reads.
enum JUnitRules {
  private struct Rule {
    var parents: [String?]
    var required: Set<String>
    var optional: Set<String> = []
  }

  private static let rules: [String: Rule] = [
    "testsuites": Rule(parents: [nil], required: [], optional: ["name", "time", "tests", "failures", "errors"]),
    "testsuite": Rule(
      parents: ["testsuites", "testsuite"], required: ["name", "tests", "failures", "errors"],
      optional: ["time", "skipped", "timestamp", "hostname", "id", "package", "file"]),
    "properties": Rule(parents: ["testsuite"], required: []),
    "property": Rule(parents: ["properties"], required: ["name", "value"]),
    "testcase": Rule(parents: ["testsuite"], required: ["name", "classname"], optional: ["time"]),
    "failure": Rule(parents: ["testcase"], required: [], optional: ["type", "message"]),
    "error": Rule(parents: ["testcase"], required: [], optional: ["type", "message"]),
    "skipped": Rule(parents: ["testcase"], required: [], optional: ["type", "message"]),
    "system-out": Rule(parents: ["testsuite", "testcase"], required: []),
    "system-err": Rule(parents: ["testsuite", "testcase"], required: []),
  ]
  private static let numbers: Set = ["tests", "failures", "errors", "skipped"]

  /// Everything that is not as it should be.
  static func problems(_ text: String) throws -> [String] {
    var scanner = MarkupScanner(text)
    let elements = try scanner.elements(allowsVoid: false)
    var problems: [String] = []
    for element in elements {
      guard let rule = rules[element.name] else {
        problems.append("\(element.name) is no element")
        continue
      }
      let names = Set(element.attributes.keys)
      if !rule.parents.contains(element.parent) {
        problems.append("\(element.name) stands in \(element.parent ?? "nothing")")
      }
      problems += rule.required.subtracting(names).sorted().map { "\(element.name) has no \($0)" }
      problems += names.subtracting(rule.required).subtracting(rule.optional).sorted().map {
        "\(element.name) may have no \($0)"
      }
      for name in names.intersection(numbers) where element.attributes[name].flatMap({ UInt($0) }) == nil {
        problems.append("\(name) is no number")
      }
      if let time = element.attributes["time"], Double(time).map({ $0 >= 0 }) != true { problems.append("no time") }
    }
    return problems + counts(elements)
  }

  /// Where the numbers of a suite, or of all, are not those of the cases.
  private static func counts(_ elements: [MarkupScanner.Element]) -> [String] {
    var problems: [String] = []
    var found: [String: Int] = [:]
    var all: [String: Int] = [:]
    func compare(_ element: MarkupScanner.Element?, _ counts: [String: Int]) {
      for (name, child) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        if let told = element?.attributes[name], told != "\(counts[child] ?? 0)" {
          problems.append("\(name) is \(told), and there are \(counts[child] ?? 0)")
        }
      }
    }
    var suite: MarkupScanner.Element?
    for element in elements {
      if element.name == "testsuite" {
        compare(suite, found)
        (suite, found) = (element, [:])
      }
      found[element.name, default: 0] += 1
      all[element.name, default: 0] += 1
    }
    compare(suite, found)
    compare(elements.first, all)
    return problems
  }
}
