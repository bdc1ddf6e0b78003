private import CJSON

extension JSONDocument {
  /// Reads strict JSON (RFC 8259), and refuses duplicate keys and numbers out of range as well.
  ///
  /// `source` names the text in errors.
  package init(
    parsing text: String, source: String = "JSON", maximumDepth: Int = JSONDocument.maximumDepth,
    maximumByteCount: Int = JSONDocument.maximumByteCount
  ) throws(JSONError) {
    try self.init(
      parsing: Array(text.utf8), source: source, maximumDepth: maximumDepth, maximumByteCount: maximumByteCount)
  }

  /// - Complexity: O(n) in the bytes; memory is bounded by a multiple of them.
  package init(
    parsing bytes: [UInt8], source name: String = "JSON", maximumDepth: Int = JSONDocument.maximumDepth,
    maximumByteCount: Int = JSONDocument.maximumByteCount
  ) throws(JSONError) {
    let limit = min(maximumByteCount, Int(Int32.max) - 1)
    guard bytes.count <= limit else {
      throw .oversized(source: name, byteCount: bytes.count, limit: limit)
    }
    let source = JSONSource(name: name, bytes: bytes)
    do {
      try Self.checkText(bytes)
      let root = try Self.parse(bytes, maximumDepth: maximumDepth)
      var scanner = JSONScanner(bytes)
      try scanner.check()
      self.init(root: root, source: source)
    } catch {
      throw .syntax(source: name, position: source.position(at: error.offset), problem: error.problem)
    }
  }

  /// json-c takes a NUL for the end of the text, and checks UTF-8 only roughly.
  private static func checkText(_ bytes: [UInt8]) throws(JSONScanner.Failure) {
    if let offset = bytes.firstIndex(of: 0) {
      throw JSONScanner.Failure(offset: offset, problem: "a NUL byte is no part of JSON")
    }
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw JSONScanner.Failure(offset: error.byteOffsets.lowerBound, problem: "invalid UTF-8")
    }
  }

  private static func parse(_ bytes: [UInt8], maximumDepth: Int) throws(JSONScanner.Failure) -> JSONNode {
    let start = JSONScanner(bytes).offset
    // json-c counts the value at the end of the path as a level of its own.
    guard let tokener = unsafe json_tokener_new_ex(Int32(clamping: max(maximumDepth, 0) + 1)) else {
      throw JSONScanner.Failure(offset: 0, problem: "out of memory")
    }
    defer { unsafe json_tokener_free(tokener) }
    unsafe json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8)
    // The final NUL tells json-c that a number at the end is complete.
    let terminated = bytes[start...] + [0]
    // Safe: json-c reads the given count of bytes and keeps none; an object that it returns is ours.
    let object = unsafe terminated.withUnsafeBytes { buffer in
      unsafe json_tokener_parse_ex(
        tokener, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
    }
    let root = unsafe JSONNode(adopting: object)
    let status = unsafe json_tokener_get_error(tokener)
    guard status == json_tokener_success else {
      let offset = min(start + Int(unsafe json_tokener_get_parse_end(tokener)), bytes.count)
      throw JSONScanner.Failure(offset: offset, problem: problem(status, maximumDepth: maximumDepth))
    }
    return root
  }

  private static func problem(_ status: json_tokener_error, maximumDepth: Int) -> String {
    if status == json_tokener_error_depth { return "nested deeper than \(maximumDepth) levels" }
    if status == json_tokener_continue { return "unexpected end of data" }
    // Safe: a static string of json-c's.
    return unsafe json_tokener_error_desc(status).map { unsafe String(cString: $0) } ?? "no JSON"
  }
}
