import Examining

extension JSONSchema {
  /// Every way in which the document does not meet the schema, in the schema's order; empty for a valid document.
  package func problems(in document: borrowing JSONDocument) -> [Problem] {
    var validator = JSONValidator(schema: self)
    return validator.problems(document.root, root, at: "")
  }
}

private struct JSONValidator {
  let schema: JSONSchema
  /// Patterns compiled so far.
  private var expressions: [String: Regex<AnyRegexOutput>] = [:]

  init(schema: JSONSchema) {
    self.schema = schema
  }

  mutating func problems(_ node: JSONNode, _ rule: JSONSchema.Rule, at pointer: String) -> [JSONSchema.Problem] {
    var problems: [JSONSchema.Problem] = []
    for check in rule.checks { problems += self.problems(node, check, at: pointer) }
    return problems
  }

  private mutating func problems(
    _ node: JSONNode, _ check: JSONSchema.Check, at pointer: String
  ) -> [JSONSchema.Problem] {
    func problem(_ expected: String) -> [JSONSchema.Problem] {
      [JSONSchema.Problem(pointer: pointer, message: "expected \(expected), found \(node.summary)")]
    }
    switch check {
    case .never: return problem("nothing here")
    case .type(let types):
      let found = JSONConstant.type(of: node)
      guard !types.contains(where: { $0.includes(found) }) else { return [] }
      return problem(types.map { $0.article }.joined(separator: " or "))
    case .properties(let rules):
      return node.members.flatMap { member in
        rules[member.name].map { problems(member.node, $0, at: pointer + pointerStep(member.name)) } ?? []
      }
    case .required(let names):
      guard node.value == .object else { return [] }
      return names.filter { node.member($0) == nil }.map {
        JSONSchema.Problem(pointer: pointer, message: "the property \"\($0)\" is missing")
      }
    case .additionalProperties(let rule, let known):
      return node.members.filter { !known.contains($0.name) }.flatMap { member -> [JSONSchema.Problem] in
        let at = pointer + pointerStep(member.name)
        guard case .never? = rule.checks.first else { return problems(member.node, rule, at: at) }
        let hint = closestMatch(to: member.name, in: known.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
        return [JSONSchema.Problem(pointer: at, message: "the property is unknown\(hint)")]
      }
    case .items(let rule):
      return node.elements.enumerated().flatMap { problems($1, rule, at: "\(pointer)/\($0)") }
    case .itemCount(let limit):
      guard node.value == .array, !limit.admits(.integer(Int128(node.count))) else { return [] }
      return problem("an array of \(limit.text)")
    case .oneOfConstants(let constants):
      guard !constants.contains(JSONConstant(node)) else { return [] }
      return problem((constants.count == 1 ? "" : "one of ") + constants.map { $0.text }.joined(separator: ", "))
    case .number(let limit):
      let number = JSONConstant.number(node)
      guard let number, !limit.admits(number) else { return [] }
      return problem(limit.text)
    case .length(let limit):
      guard case .string(let text) = node.value else { return [] }
      guard !limit.admits(.integer(Int128(text.unicodeScalars.count))) else { return [] }
      return problem("a string of \(limit.text) characters")
    case .pattern(let pattern):
      guard case .string(let text) = node.value, !matches(text, pattern) else { return [] }
      return problem("a string that matches \(pattern)")
    case .reference(let name):
      // The reader has made sure that every name is defined.
      guard let rule = name.map({ schema.definitions[$0] }) ?? schema.root else { return [] }
      return problems(node, rule, at: pointer)
    case .allOf(let rules): return rules.flatMap { problems(node, $0, at: pointer) }
    case .anyOf(let rules): return alternatives(rules, node, at: pointer).problems
    case .oneOf(let rules):
      let (matching, problems) = alternatives(rules, node, at: pointer)
      guard matching.count > 1 else { return problems }
      let numbers = matching.map { "\($0 + 1)" }.joined(separator: ", ")
      let message = "expected one alternative of the schema to hold, found \(matching.count): \(numbers)"
      return [JSONSchema.Problem(pointer: pointer, message: message)]
    }
  }

  /// Which alternatives the value meets; if none, what keeps it from the one that it is nearest to.
  private mutating func alternatives(
    _ rules: [JSONSchema.Rule], _ node: JSONNode, at pointer: String
  ) -> (matching: [Int], problems: [JSONSchema.Problem]) {
    let attempts = rules.map { problems(node, $0, at: pointer) }
    let matching = attempts.indices.filter { attempts[$0].isEmpty }
    guard matching.isEmpty else { return (matching, []) }
    // An alternative that fails at the value itself was hardly meant; one that fails deeper, or less, may have been.
    let nearest = attempts.indices.min { left, right in
      let (a, b) = (attempts[left], attempts[right])
      let (here, there) = (a.count { $0.pointer == pointer }, b.count { $0.pointer == pointer })
      return (here, a.count) < (there, b.count)
    }
    guard let nearest else { return ([], []) }
    let message = "none of the schema's \(rules.count) alternatives holds; number \(nearest + 1) is the nearest"
    return ([], [JSONSchema.Problem(pointer: pointer, message: message)] + attempts[nearest])
  }

  /// JSON Schema's patterns match anywhere unless anchored, by Unicode scalars, with ASCII classes.
  private mutating func matches(_ text: String, _ pattern: String) -> Bool {
    if let expression = expressions[pattern] { return text.firstMatch(of: expression) != nil }
    // The reader has compiled it once, so it compiles.
    guard let expression = try? Regex(pattern) else { return true }
    let unicode = expression.matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses()
    expressions[pattern] = unicode
    return text.firstMatch(of: unicode) != nil
  }
}

extension JSONConstant {
  /// The node's type, without its parts being read.
  fileprivate static func type(of node: JSONNode) -> JSONType {
    switch node.value {
    case .array: .array
    case .object: .object
    default: JSONConstant(node).type
    }
  }

  fileprivate static func number(_ node: JSONNode) -> JSONConstant? {
    switch node.value {
    case .integer, .real: JSONConstant(node)
    default: nil
    }
  }
}

extension JSONType {
  fileprivate var article: String {
    switch self {
    case .null: "null"
    case .integer, .array, .object: "an \(rawValue)"
    default: "a \(rawValue)"
    }
  }
}
