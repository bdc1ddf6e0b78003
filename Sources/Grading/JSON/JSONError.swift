/// What can go wrong between text, JSON and Swift values; every message names the source and the place in it.
package enum JSONError: Error, Equatable {
  /// The text is not JSON, or is JSON that two readers could read differently.
  case syntax(source: String, position: JSONPosition, problem: String)
  /// The text is over the byte limit, and was not looked at.
  case oversized(source: String, byteCount: Int, limit: Int)
  /// A value holds what JSON cannot say, such as NaN.
  case unencodable(path: String, problem: String)
  /// JSON of another shape than the Swift type asked for; the position is nil where the document was not read from text.
  case mismatch(source: String, position: JSONPosition?, path: String, problem: String)
  /// A key that the Swift type does not know, with the key probably meant.
  case unknownKey(source: String, position: JSONPosition?, path: String, suggestion: String?)
  /// A schema that uses a keyword in a way that is not understood; the pointer is into the schema.
  case schema(source: String, pointer: String, problem: String)
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .syntax(let source, let position, let problem):
      return "\(source):\(position): \(problem) (byte \(position.byteOffset))"
    case .oversized(let source, let byteCount, let limit):
      return "\(source): \(byteCount) bytes of JSON are over the limit of \(limit)"
    case .unencodable(let path, let problem):
      return "cannot write \(path) as JSON: \(problem)"
    case .mismatch(let source, let position, let path, let problem):
      return "\(Self.place(source, position)): \(path): \(problem)"
    case .unknownKey(let source, let position, let path, let suggestion):
      let hint = suggestion.map { "did you mean \"\($0)\"?" } ?? "remove it"
      return "\(Self.place(source, position)): unknown key \(path); \(hint)"
    case .schema(let source, let pointer, let problem):
      return "\(source): at \(pointer.isEmpty ? "the schema's root" : pointer): \(problem)"
    }
  }

  private static func place(_ source: String, _ position: JSONPosition?) -> String {
    position.map { "\(source):\($0)" } ?? source
  }
}

/// A place in a text, for people and editors.
package struct JSONPosition: Equatable, Sendable, CustomStringConvertible {
  /// Bytes before the place.
  package var byteOffset: Int
  /// Counted from 1.
  package var line: Int
  /// Counted from 1, in Unicode scalars.
  package var column: Int

  package init(byteOffset: Int, line: Int, column: Int) {
    self.byteOffset = byteOffset
    self.line = line
    self.column = column
  }

  package var description: String { "\(line):\(column)" }
}
