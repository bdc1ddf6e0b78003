private import CJSON

/// A whole JSON text as a tree: it owns one reference to json-c's root object and gives it back when it ends.
package struct JSONDocument: ~Copyable {
  let root: JSONNode
  /// Nil for a document that was built, not read.
  let source: JSONSource?

  /// Deepest nesting, read or written, unless told otherwise: steps from the root to a value.
  package static let maximumDepth = 128
  /// Largest text read, in bytes, unless told otherwise: far above any report.
  package static let maximumByteCount = 64 << 20

  /// How a document is laid out as text.
  package enum Layout {
    /// Two spaces a level, one member or element a line, and a line feed at the end.
    case pretty
    /// No white space at all.
    case compact
  }

  /// The document as JSON text: members in the order in which they were added, slashes unescaped.
  package func text(_ layout: Layout = .pretty) -> String {
    var flags = JSON_C_TO_STRING_NOSLASHESCAPE
    if layout == .pretty {
      flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED
      root.writeEmptyContainersShort()
    }
    var count = 0
    // Safe: json-c owns the `count` bytes until the root is next written or ends; they are copied here.
    let start = unsafe json_object_to_json_string_length(root.object, flags, &count)
    let text = unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    return layout == .pretty ? text + "\n" : text
  }
}

extension JSONNode {
  /// json-c would write an empty container of a pretty text over two lines.
  fileprivate func writeEmptyContainersShort() {
    switch value {
    case .array where count == 0: writeAlways(as: "[]")
    case .object where count == 0: writeAlways(as: "{}")
    case .array: for element in elements { element.writeEmptyContainersShort() }
    case .object: for member in members { member.node.writeEmptyContainersShort() }
    default: break
    }
  }

  private func writeAlways(as text: StaticString) {
    // Safe: a static string is NUL-terminated and never freed; json-c only reads it, and has no destructor to call.
    let bytes = unsafe UnsafeMutableRawPointer(mutating: text.utf8Start)
    unsafe json_object_set_serializer(object, json_object_userdata_to_json_string, bytes, nil)
  }
}
