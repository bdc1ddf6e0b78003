/// A JSON value apart from json-c, for a schema to hold and compare; 3 and 3.0 are the same number.
indirect enum JSONConstant: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int128)
  case real(Double)
  case string(String)
  case array([JSONConstant])
  case object([String: JSONConstant])

  init(_ node: JSONNode) {
    switch node.value {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .real(let value): self = Int128(exactly: value).map { .integer($0) } ?? .real(value)
    case .string(let value): self = .string(value)
    case .array: self = .array(node.elements.map { JSONConstant($0) })
    case .object:
      let members = node.members.map { ($0.name, JSONConstant($0.node)) }
      self = .object(Dictionary(members) { _, last in last })
    }
  }

  var type: JSONType {
    switch self {
    case .null: .null
    case .boolean: .boolean
    case .integer: .integer
    case .real: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  /// Whether the first number is below the second, exactly where both are integers; nil where one is no number.
  static func isBelow(_ left: JSONConstant, _ right: JSONConstant) -> Bool? {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.integer(let left), .real(let right)): Double(left) < right
    case (.real(let left), .integer(let right)): left < Double(right)
    case (.real(let left), .real(let right)): left < right
    default: nil
    }
  }

  var text: String {
    switch self {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// The types of JSON Schema.
enum JSONType: String, CaseIterable {
  case null, boolean, integer, number, string, array, object

  /// An integer is a number too.
  func includes(_ other: JSONType) -> Bool { self == other || (self == .number && other == .integer) }
}
