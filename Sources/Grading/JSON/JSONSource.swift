/// The text that a document was read from, kept to say where in it a value stands.
struct JSONSource {
  /// A file's path, or what else the text came from.
  var name: String
  var bytes: [UInt8]

  /// - Complexity: O(offset)
  func position(at offset: Int) -> JSONPosition {
    var line = 1
    var column = 1
    for byte in bytes.prefix(offset) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if !UTF8.isContinuation(byte) {
        column += 1
      }
    }
    return JSONPosition(byteOffset: offset, line: line, column: column)
  }

  /// Where the value at the end of the path starts, or the innermost value on the way to it that is there.
  func position(of path: [any CodingKey]) -> JSONPosition {
    var scanner = JSONScanner(bytes)
    scanner.locate(path.map { JSONKey($0) })
    return position(at: scanner.offset)
  }
}
