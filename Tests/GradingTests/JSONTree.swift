import Grading

/// Any JSON value, to take apart and change.
indirect enum JSONTree: Codable, Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case array([JSONTree])
  case object([Member])

  struct Member: Equatable {
    var name: String
    var value: JSONTree
  }

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(_ text: String) throws {
    self = try JSONReportDecoder().decode(JSONTree.self, from: JSONDocument(parsing: text))
  }

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      self = .object(
        try container.allKeys.map {
          Member(name: $0.stringValue, value: try container.decode(JSONTree.self, forKey: $0))
        })
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [JSONTree] = []
      while !container.isAtEnd { elements.append(try container.decode(JSONTree.self)) }
      self = .array(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: Key.self)
      for member in members { try container.encode(member.value, forKey: Key(stringValue: member.name)) }
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .boolean(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .text(let value): try container.encode(value)
      default: try container.encodeNil()
      }
    }
  }

  /// Every tree that differs in one place, as `change` makes them of the value there; with the place's path.
  func variants(at path: String = "", _ change: (JSONTree) -> [(String, JSONTree)]) -> [(path: String, tree: JSONTree)]
  {
    var found = change(self).map { (path: path + $0.0, tree: $0.1) }
    switch self {
    case .object(let members):
      for (place, member) in members.enumerated() {
        found += member.value.variants(at: "\(path)/\(member.name)", change).map { variant in
          var members = members
          members[place].value = variant.tree
          return (variant.path, .object(members))
        }
      }
    case .array(let elements):
      for (place, element) in elements.enumerated() {
        found += element.variants(at: "\(path)/\(place)", change).map { variant in
          var elements = elements
          elements[place] = variant.tree
          return (variant.path, .array(elements))
        }
      }
    default: break
    }
    return found
  }
}
