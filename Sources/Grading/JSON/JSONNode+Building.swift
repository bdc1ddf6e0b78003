private import CJSON

extension JSONNode {
  static func null() -> JSONNode { unsafe JSONNode(adopting: nil) }
  static func array() -> JSONNode { unsafe JSONNode(adopting: made(json_object_new_array())) }
  static func object() -> JSONNode { unsafe JSONNode(adopting: made(json_object_new_object())) }

  static func boolean(_ value: Bool) -> JSONNode {
    unsafe JSONNode(adopting: made(json_object_new_boolean(value ? 1 : 0)))
  }

  /// Nil where the value fits neither 64-bit type.
  static func integer(_ value: some FixedWidthInteger) -> JSONNode? {
    if let value = Int64(exactly: value) { return unsafe JSONNode(adopting: made(json_object_new_int64(value))) }
    if let value = UInt64(exactly: value) { return unsafe JSONNode(adopting: made(json_object_new_uint64(value))) }
    return nil
  }

  /// A finite number that is written as `text`: json-c's own form, `%.17g`, is not the shortest.
  static func real(_ value: Double, text: String) -> JSONNode {
    unsafe JSONNode(adopting: made(json_object_new_double_s(value, text)))
  }

  /// Nil over 2 GiB, which json-c cannot hold.
  static func string(_ value: String) -> JSONNode? {
    var value = value
    return value.withUTF8 { bytes in
      guard let count = Int32(exactly: bytes.count) else { return nil }
      // Safe: json-c copies `count` bytes before it returns; an empty string may have no address, so gives "".
      let object = unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe characters.baseAddress.map { unsafe json_object_new_string_len($0, count) }
          ?? json_object_new_string_len("", 0)
      }
      return unsafe JSONNode(adopting: made(object))
    }
  }

  /// Adds or replaces a member; false where json-c's NUL-terminated keys cannot hold the name.
  func setMember(_ name: String, to node: JSONNode) -> Bool {
    guard !name.utf8.contains(0) else { return false }
    // Safe: the object takes over the reference made here; the node keeps its own.
    guard unsafe json_object_object_add(object, name, json_object_get(node.object)) == 0 else { outOfMemory() }
    return true
  }

  func append(_ node: JSONNode) {
    // Safe: as above.
    guard unsafe json_object_array_add(object, json_object_get(node.object)) == 0 else { outOfMemory() }
  }

  func setElement(_ index: Int, to node: JSONNode) {
    precondition(index >= 0 && index < count, "JSON array index out of range")
    // Safe: as above; the element that was there is given back by json-c.
    guard unsafe json_object_array_put_idx(object, index, json_object_get(node.object)) == 0 else { outOfMemory() }
  }

  private static func made(_ object: OpaquePointer?) -> OpaquePointer {
    guard let object = unsafe object else { outOfMemory() }
    return unsafe object
  }
}

/// Swift's own containers trap when memory runs out, and so does a JSON tree.
private func outOfMemory() -> Never { preconditionFailure("out of memory for a JSON value") }
