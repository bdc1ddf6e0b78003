/// A schema in a subset of JSON Schema 2020-12, to check reports and course files against.
///
/// Keywords: `type`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `enum`, `const`,
/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `minLength`, `maxLength`, `pattern`, `oneOf`, `anyOf`,
/// `allOf`, `$ref` to `#` or `#/$defs/…`, and `$defs` at the root. Annotations say nothing about validity and are passed
/// over. Any other keyword is an error: a check that silently does nothing is worse than none.
package struct JSONSchema: Sendable {
  let root: Rule
  let definitions: [String: Rule]

  /// What a value must meet, keyword by keyword.
  struct Rule: Sendable {
    var checks: [Check] = []
  }

  enum Check: Sendable {
    /// The schema `false`.
    case never
    case type([JSONType])
    case properties([String: Rule])
    case required([String])
    /// For all members but those named in `properties`.
    case additionalProperties(Rule, except: Set<String>)
    case items(Rule)
    case itemCount(JSONLimit)
    case oneOfConstants([JSONConstant])
    case number(JSONLimit)
    /// In Unicode scalars.
    case length(JSONLimit)
    case pattern(String)
    case allOf([Rule])
    case anyOf([Rule])
    case oneOf([Rule])
    /// The root for nil.
    case reference(String?)
  }

  /// One way in which a document does not meet its schema.
  package struct Problem: Equatable, Sendable, CustomStringConvertible {
    /// Where in the document: a JSON pointer (RFC 6901), empty for the whole.
    package var pointer: String
    package var message: String

    package var description: String { "\(pointer.isEmpty ? "the document" : pointer): \(message)" }
  }
}

/// A bound on a number, a length or a count.
struct JSONLimit: Sendable {
  enum Side: Sendable { case minimum, maximum, exclusiveMinimum, exclusiveMaximum }
  var side: Side
  var bound: JSONConstant

  func admits(_ value: JSONConstant) -> Bool {
    switch side {
    case .minimum: JSONConstant.isBelow(value, bound) == false
    case .maximum: JSONConstant.isBelow(bound, value) == false
    case .exclusiveMinimum: JSONConstant.isBelow(bound, value) == true
    case .exclusiveMaximum: JSONConstant.isBelow(value, bound) == true
    }
  }

  /// The limit as in "expected … 3".
  var text: String {
    switch side {
    case .minimum: "\(bound.text) or more"
    case .maximum: "\(bound.text) or less"
    case .exclusiveMinimum: "more than \(bound.text)"
    case .exclusiveMaximum: "less than \(bound.text)"
    }
  }
}

/// One step of a JSON pointer.
func pointerStep(_ name: String) -> String {
  var step = "/"
  for scalar in name.unicodeScalars {
    switch scalar {
    case "~": step += "~0"
    case "/": step += "~1"
    default: step.unicodeScalars.append(scalar)
    }
  }
  return step
}
