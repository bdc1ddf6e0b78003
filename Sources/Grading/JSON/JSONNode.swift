private import CJSON

/// One JSON value and the reference to json-c's object that keeps it alive.
///
/// Ownership: a node owns exactly one reference, given back in `deinit`. Children hold references of their own, so
/// that a decoder, or a container that outlives its encoder, never points into freed memory. json-c writes JSON's
/// `null` as a null pointer, which counts no references.
@safe final class JSONNode {
  let object: OpaquePointer?

  /// Takes over a reference that the caller owns.
  init(adopting object: OpaquePointer?) {
    unsafe self.object = object
  }

  /// Adds a reference to an object that something else keeps alive during the call.
  convenience init(retaining object: OpaquePointer?) {
    // Safe: json_object_get takes null and returns its argument.
    unsafe self.init(adopting: json_object_get(object))
  }

  deinit {
    _ = unsafe json_object_put(object)
  }

  /// Tells nodes of one document apart, as long as both are alive.
  var identity: UInt { UInt(bitPattern: unsafe object) }
}

/// A node's own value; what an array or object holds is asked of the node.
enum JSONValue: Equatable {
  case null
  case boolean(Bool)
  /// From `Int64.min` to `UInt64.max`, which is what json-c holds.
  case integer(Int128)
  case real(Double)
  case string(String)
  case array
  case object
}

extension JSONNode {
  /// - Complexity: O(1), or O(n) for a string of n bytes, which is copied.
  var value: JSONValue {
    switch unsafe json_object_get_type(object) {
    case json_type_boolean: return .boolean(unsafe json_object_get_boolean(object) != 0)
    case json_type_int:
      // Both readers saturate: the signed one tells negative numbers exactly, the unsigned one all others.
      let signed = unsafe json_object_get_int64(object)
      return .integer(signed < 0 ? Int128(signed) : Int128(unsafe json_object_get_uint64(object)))
    case json_type_double: return .real(unsafe json_object_get_double(object))
    case json_type_string: return .string(string)
    case json_type_array: return .array
    case json_type_object: return .object
    default: return .null
    }
  }

  var isNull: Bool { unsafe object == nil }

  private var string: String {
    let count = Int(unsafe json_object_get_string_len(object))
    guard let start = unsafe json_object_get_string(object) else { return "" }
    // Safe: json-c owns `count` bytes at `start` for as long as the node lives; they are copied here.
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// Elements of an array or members of an object; 0 for all else.
  var count: Int {
    switch unsafe json_object_get_type(object) {
    case json_type_array: Int(unsafe json_object_array_length(object))
    case json_type_object: Int(unsafe json_object_object_length(object))
    default: 0
    }
  }

  /// An array's element; the index must be below `count`.
  func element(at index: Int) -> JSONNode {
    precondition(index >= 0 && index < count, "JSON array index out of range")
    return unsafe JSONNode(retaining: json_object_array_get_idx(object, index))
  }

  /// An array's elements, in order; empty for all else.
  var elements: [JSONNode] {
    guard value == .array else { return [] }
    return (0..<count).map { element(at: $0) }
  }

  /// An object's member, or nil where it has none of that name or the value is no object.
  func member(_ name: String) -> JSONNode? {
    guard unsafe json_object_is_type(object, json_type_object) != 0, !name.utf8.contains(0) else { return nil }
    var member: OpaquePointer?
    guard unsafe json_object_object_get_ex(object, name, &member) != 0 else { return nil }
    return unsafe JSONNode(retaining: member)
  }

  /// An object's members in the order in which they were added; empty for all else.
  var members: [(name: String, node: JSONNode)] {
    guard unsafe json_object_is_type(object, json_type_object) != 0 else { return [] }
    var members: [(name: String, node: JSONNode)] = []
    // Safe: nothing changes the object while the iterators live, and each is used before the end only.
    var next = unsafe json_object_iter_begin(object)
    var end = unsafe json_object_iter_end(object)
    while unsafe json_object_iter_equal(&next, &end) == 0 {
      if let name = unsafe json_object_iter_peek_name(&next) {
        let node = unsafe JSONNode(retaining: json_object_iter_peek_value(&next))
        members.append((unsafe String(cString: name), node))
      }
      unsafe json_object_iter_next(&next)
    }
    return members
  }

  /// The value as an error message shows it.
  var summary: String {
    switch value {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .string(let value): "\"\(printable(value, maximumBytes: 60))\""
    case .array: count == 1 ? "an array of 1 element" : "an array of \(count) elements"
    case .object: "an object"
    }
  }
}
