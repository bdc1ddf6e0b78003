/// A collection whose order differs from run to run, so that its JSON has to be sorted.
protocol JSONUnorderedCollection {
  /// Array elements that belong together where the collection is written as an array.
  static var elementsPerEntry: Int { get }
}

extension Set: JSONUnorderedCollection {
  static var elementsPerEntry: Int { 1 }
}

/// Dictionaries whose keys are neither strings, integers nor `CodingKeyRepresentable` are written as key, value, key …
extension Dictionary: JSONUnorderedCollection {
  static var elementsPerEntry: Int { 2 }
}

extension JSONNode {
  /// Members by name (integers by value), or groups of `stride` elements by their JSON text.
  func sorted(stride: Int) -> JSONNode {
    switch value {
    case .object:
      let object = JSONNode.object()
      for member in members.sorted(by: { Self.precedes($0.name, $1.name) }) {
        _ = object.setMember(member.name, to: member.node)
      }
      return object
    case .array:
      let elements = elements
      let groups = Swift.stride(from: 0, to: elements.count, by: stride).map { start in
        let group = elements[start..<min(start + stride, elements.count)]
        return (group: group, text: group.first.map { JSONDocument(root: $0, source: nil).text(.compact) } ?? "")
      }
      let array = JSONNode.array()
      for entry in groups.sorted(by: { Self.precedes($0.text, $1.text) }) {
        for element in entry.group { array.append(element) }
      }
      return array
    default:
      return self
    }
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    if let left = Int(left), let right = Int(right), left != right { return left < right }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
