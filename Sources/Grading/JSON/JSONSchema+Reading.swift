import Examining

extension JSONSchema {
  /// - Throws: `JSONError.schema` with the pointer to what is not understood, and for a reference that leads nowhere
  ///   or back to itself.
  package init(_ document: borrowing JSONDocument) throws(JSONError) {
    var reader = SchemaReader(source: document.source?.name ?? "schema")
    let root = try reader.rule(document.root, at: "")
    var definitions: [String: Rule] = [:]
    if let members = document.root.member("$defs") {
      for member in members.members {
        definitions[member.name] = try reader.rule(member.node, at: "/$defs" + pointerStep(member.name))
      }
    }
    self.root = root
    self.definitions = definitions
    for reference in reader.references where reference.name.map({ definitions[$0] == nil }) ?? false {
      throw reader.error(reference.pointer, "there is no such definition in $defs")
    }
    for (name, pointer) in [(String?.none, "")] + definitions.keys.sorted().map({ ($0, "/$defs" + pointerStep($0)) })
    where isCircular(name) {
      throw reader.error(pointer, "the schema refers to itself for the same value")
    }
  }

  /// Whether checking a value by that definition would come back to the definition before any of its parts.
  private func isCircular(_ start: String?) -> Bool {
    var seen: Set<String?> = []
    var pending = [start]
    while let name = pending.popLast() {
      guard let rule = name.map({ definitions[$0] }) ?? root else { continue }
      for next in Self.references(of: rule) {
        if next == start { return true }
        if seen.insert(next).inserted { pending.append(next) }
      }
    }
    return false
  }

  /// References that apply to the very value that the rule applies to.
  private static func references(of rule: Rule) -> [String?] {
    rule.checks.flatMap { check -> [String?] in
      switch check {
      case .reference(let name): [name]
      case .allOf(let rules), .anyOf(let rules), .oneOf(let rules): rules.flatMap { references(of: $0) }
      default: []
      }
    }
  }
}

/// Turns schema documents into rules.
private struct SchemaReader {
  let source: String
  var references: [(name: String?, pointer: String)] = []

  static let keywords = [
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "enum", "const",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "oneOf", "anyOf",
    "allOf", "$ref",
  ]
  static let annotations: Set<String> = [
    "$schema", "$id", "$comment", "title", "description", "examples", "default", "format",
  ]

  init(source: String) {
    self.source = source
  }

  func error(_ pointer: String, _ problem: String) -> JSONError {
    .schema(source: source, pointer: pointer, problem: problem)
  }

  mutating func rule(_ node: JSONNode, at pointer: String) throws(JSONError) -> JSONSchema.Rule {
    if case .boolean(let admitsAll) = node.value { return JSONSchema.Rule(checks: admitsAll ? [] : [.never]) }
    guard node.value == .object else { throw error(pointer, "expected a schema, found \(node.summary)") }
    var rule = JSONSchema.Rule()
    for member in node.members {
      if Self.annotations.contains(member.name) || (member.name == "$defs" && pointer.isEmpty) { continue }
      let at = pointer + pointerStep(member.name)
      rule.checks.append(try check(member.name, member.node, at: at, beside: node))
    }
    return rule
  }

  private mutating func check(
    _ keyword: String, _ node: JSONNode, at pointer: String, beside sibling: JSONNode
  ) throws(JSONError) -> JSONSchema.Check {
    switch keyword {
    case "type": return .type(try types(node, at: pointer))
    case "properties":
      guard node.value == .object else { throw error(pointer, "expected an object, found \(node.summary)") }
      var rules: [String: JSONSchema.Rule] = [:]
      for member in node.members { rules[member.name] = try rule(member.node, at: pointer + pointerStep(member.name)) }
      return .properties(rules)
    case "required": return .required(try strings(node, at: pointer))
    case "additionalProperties":
      let named = sibling.member("properties")?.members.map { $0.name } ?? []
      return .additionalProperties(try rule(node, at: pointer), except: Set(named))
    case "items": return .items(try rule(node, at: pointer))
    case "enum":
      guard node.value == .array, node.count > 0 else { throw error(pointer, "expected an array of values") }
      return .oneOfConstants(node.elements.map { JSONConstant($0) })
    case "const": return .oneOfConstants([JSONConstant(node)])
    case "minimum": return .number(try limit(.minimum, node, at: pointer))
    case "maximum": return .number(try limit(.maximum, node, at: pointer))
    case "exclusiveMinimum": return .number(try limit(.exclusiveMinimum, node, at: pointer))
    case "exclusiveMaximum": return .number(try limit(.exclusiveMaximum, node, at: pointer))
    case "minItems": return .itemCount(try limit(.minimum, node, at: pointer))
    case "maxItems": return .itemCount(try limit(.maximum, node, at: pointer))
    case "minLength": return .length(try limit(.minimum, node, at: pointer))
    case "maxLength": return .length(try limit(.maximum, node, at: pointer))
    case "pattern":
      let pattern = try string(node, at: pointer)
      guard (try? Regex(pattern)) != nil else { throw error(pointer, "not a regular expression") }
      return .pattern(pattern)
    case "allOf": return .allOf(try rules(node, at: pointer))
    case "anyOf": return .anyOf(try rules(node, at: pointer))
    case "oneOf": return .oneOf(try rules(node, at: pointer))
    case "$ref": return .reference(try reference(node, at: pointer))
    default:
      let hint = closestMatch(to: keyword, in: Self.keywords).map { "; did you mean \"\($0)\"?" } ?? ""
      throw error(pointer, "the keyword is not supported\(hint)")
    }
  }

  private func string(_ node: JSONNode, at pointer: String) throws(JSONError) -> String {
    guard case .string(let text) = node.value else { throw error(pointer, "expected a string, found \(node.summary)") }
    return text
  }

  private func strings(_ node: JSONNode, at pointer: String) throws(JSONError) -> [String] {
    guard node.value == .array else { throw error(pointer, "expected an array of strings, found \(node.summary)") }
    var strings: [String] = []
    for element in node.elements { strings.append(try string(element, at: pointer)) }
    return strings
  }

  private func types(_ node: JSONNode, at pointer: String) throws(JSONError) -> [JSONType] {
    var types: [JSONType] = []
    for name in node.value == .array ? try strings(node, at: pointer) : [try string(node, at: pointer)] {
      guard let type = JSONType(rawValue: name) else {
        let names = JSONType.allCases.map { $0.rawValue }.joined(separator: ", ")
        throw error(pointer, "expected one of \(names), found \"\(printable(name, maximumBytes: 60))\"")
      }
      types.append(type)
    }
    return types
  }

  private func limit(_ side: JSONLimit.Side, _ node: JSONNode, at pointer: String) throws(JSONError) -> JSONLimit {
    let bound = JSONConstant(node)
    guard JSONType.number.includes(bound.type) else { throw error(pointer, "expected a number, found \(node.summary)") }
    return JSONLimit(side: side, bound: bound)
  }

  private mutating func rules(_ node: JSONNode, at pointer: String) throws(JSONError) -> [JSONSchema.Rule] {
    guard node.value == .array, node.count > 0 else { throw error(pointer, "expected an array of schemas") }
    var rules: [JSONSchema.Rule] = []
    for (index, element) in node.elements.enumerated() { rules.append(try rule(element, at: "\(pointer)/\(index)")) }
    return rules
  }

  private mutating func reference(_ node: JSONNode, at pointer: String) throws(JSONError) -> String? {
    let text = try string(node, at: pointer)
    let prefix = "#/$defs/"
    guard text == "#" || (text.hasPrefix(prefix) && !text.dropFirst(prefix.count).contains { "/~%".contains($0) })
    else {
      throw error(pointer, "only \"#\" and \"#/$defs/name\" are supported")
    }
    let name = text == "#" ? nil : String(text.dropFirst(prefix.count))
    references.append((name, pointer))
    return name
  }
}
