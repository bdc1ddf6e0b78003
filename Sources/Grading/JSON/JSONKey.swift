/// One step from a JSON value to a part of it.
enum JSONKey: CodingKey, Equatable {
  case name(String)
  case index(Int)

  init(stringValue: String) { self = .name(stringValue) }
  init(intValue: Int) { self = .index(intValue) }

  /// Elements of arrays come as index keys; a struct's or dictionary's keys always go by their text.
  init(_ key: any CodingKey) { self = (key as? JSONKey) ?? .name(key.stringValue) }

  var stringValue: String {
    switch self {
    case .name(let name): name
    case .index(let index): String(index)
    }
  }

  var intValue: Int? {
    guard case .index(let index) = self else { return nil }
    return index
  }
}

extension Collection where Element == any CodingKey {
  /// The path as a reader would write it, for example `exercises[2].points`.
  var jsonPath: String {
    var text = ""
    for key in self {
      switch JSONKey(key) {
      case .index(let index): text += "[\(index)]"
      case .name(let name):
        let isWord = !name.isEmpty && name.utf8.allSatisfy { $0.isJSONWordByte }
        text += isWord ? (text.isEmpty ? name : ".\(name)") : "[\"\(printable(name, maximumBytes: 80))\"]"
      }
    }
    return text.isEmpty ? "the top level" : text
  }
}

extension UInt8 {
  fileprivate var isJSONWordByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"): true
    default: false
    }
  }
}
