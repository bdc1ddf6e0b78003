import Grading
import Testing

@Suite struct JSONSchemaTests {
  private func problems(_ schema: String, _ text: String) throws -> [String] {
    let schema = try JSONSchema(JSONDocument(parsing: schema))
    return schema.problems(in: try JSONDocument(parsing: text)).map { $0.description }
  }

  /// A keyword, a value that meets it, one that does not, and the problem.
  static let keywords: [(schema: String, good: String, bad: String, problem: String)] = [
    (#"{"type":"null"}"#, "null", "0", "the document: expected null, found 0"),
    (#"{"type":"boolean"}"#, "false", "0", "the document: expected a boolean, found 0"),
    (#"{"type":"integer"}"#, "3.0", "3.5", "the document: expected an integer, found 3.5"),
    (#"{"type":"number"}"#, "3", #""3""#, #"the document: expected a number, found "3""#),
    (#"{"type":"string"}"#, #""""#, "{}", "the document: expected a string, found an object"),
    (#"{"type":"array"}"#, "[]", "{}", "the document: expected an array, found an object"),
    (#"{"type":"object"}"#, "{}", "[1]", "the document: expected an object, found an array of 1 element"),
    (
      #"{"type":["string","null"]}"#, "null", "true", "the document: expected a string or null, found true"
    ),
    (
      #"{"properties":{"a/b":{"properties":{"~":{"type":"null"}}}}}"#, #"{"a/b":{"~":null}}"#, #"{"a/b":{"~":1}}"#,
      "/a~1b/~0: expected null, found 1"
    ),
    (#"{"required":["a"]}"#, #"{"a":null}"#, "{}", #"the document: the property "a" is missing"#),
    (
      #"{"properties":{"points":{}},"additionalProperties":false}"#, #"{"points":1}"#, #"{"pionts":1}"#,
      #"/pionts: the property is unknown; did you mean "points"?"#
    ),
    (
      #"{"properties":{"a":{}},"additionalProperties":{"type":"integer"}}"#, #"{"a":"","b":1}"#, #"{"a":"","b":""}"#,
      #"/b: expected an integer, found """#
    ),
    (#"{"items":{"type":"integer"}}"#, "[1,2]", "[1,true]", "/1: expected an integer, found true"),
    (#"{"items":false}"#, "[]", "[1]", "/0: expected nothing here, found 1"),
    (#"{"minItems":2}"#, "[1,2]", "[1]", "the document: expected an array of 2 or more, found an array of 1 element"),
    (#"{"maxItems":0}"#, "[]", "[1]", "the document: expected an array of 0 or less, found an array of 1 element"),
    (#"{"enum":["a",1,null]}"#, "1.0", #""b""#, #"the document: expected one of "a", 1, null, found "b""#),
    (
      #"{"const":{"a":[1,{"b":2}]}}"#, #"{"a":[1.0,{"b":2}]}"#, #"{"a":[1,{"b":3}]}"#,
      "the document: expected an object, found an object"
    ),
    (#"{"minimum":0}"#, "0", "-0.5", "the document: expected 0 or more, found -0.5"),
    (#"{"maximum":1.5}"#, "1", "2", "the document: expected 1.5 or less, found 2"),
    (
      #"{"maximum":18446744073709551614}"#, "18446744073709551614", "18446744073709551615",
      "the document: expected 18446744073709551614 or less, found 18446744073709551615"
    ),
    (#"{"exclusiveMinimum":0}"#, "0.1", "0", "the document: expected more than 0, found 0"),
    (#"{"exclusiveMaximum":1}"#, "0.9", "1", "the document: expected less than 1, found 1"),
    (#"{"minLength":2}"#, #""é😀""#, #""😀""#, #"the document: expected a string of 2 or more characters, found "😀""#),
    (#"{"maxLength":1}"#, #""😀""#, #""ab""#, #"the document: expected a string of 1 or less characters, found "ab""#),
    (
      #"{"pattern":"^[0-9a-f]{4}$"}"#, #""09af""#, #""09afg""#,
      #"the document: expected a string that matches ^[0-9a-f]{4}$, found "09afg""#
    ),
    (#"{"pattern":"b+"}"#, #""abbc""#, #""ac""#, #"the document: expected a string that matches b+, found "ac""#),
    (#"{"pattern":"^\\d$"}"#, #""3""#, #""٣""#, #"the document: expected a string that matches ^\d$, found "٣""#),
    (
      #"{"pattern":"^..$"}"#, #""e\u0301""#, #""é""#,
      #"the document: expected a string that matches ^..$, found "é""#
    ),
    (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "1", "3", "the document: expected 2 or less, found 3"),
    (
      ##"{"$ref":"#/$defs/n","$defs":{"n":{"type":"null"}}}"##, "null", "1", "the document: expected null, found 1"
    ),
    (
      ##"{"items":{"$ref":"#"},"type":"array"}"##, "[[],[[]]]", "[[],[[1]]]", "/1/0/0: expected an array, found 1"
    ),
    ("false", "", "1", "the document: expected nothing here, found 1"),
  ]

  @Test(arguments: keywords)
  func eachKeywordAcceptsAndRefuses(schema: String, good: String, bad: String, problem: String) throws {
    if !good.isEmpty { #expect(try problems(schema, good) == []) }
    #expect(try problems(schema, bad) == [problem])
  }

  /// A keyword says nothing about values of other types.
  @Test(arguments: [
    #"{"properties":{"a":false}}"#, #"{"required":["a"]}"#, #"{"additionalProperties":false}"#, #"{"items":false}"#,
    #"{"minItems":9}"#, #"{"minimum":9}"#, #"{"minLength":9}"#, #"{"pattern":"x"}"#, "true", "{}",
  ])
  func keywordsPassOverOtherTypes(schema: String) throws {
    #expect(try problems(schema, "null") == [])
  }

  @Test func alternativesExplainTheNearest() throws {
    let schema = #"""
      {"oneOf": [
        {"properties": {"kind": {"const": "points"}, "value": {"type": "integer"}}, "required": ["kind", "value"]},
        {"properties": {"kind": {"const": "grade"}, "value": {"type": "string"}}, "required": ["kind", "value"]},
        {"type": "null"}
      ]}
      """#
    #expect(try problems(schema, #"{"kind":"grade","value":"A"}"#) == [])
    #expect(
      try problems(schema, #"{"kind":"grade","value":1.5}"#) == [
        "the document: none of the schema's 3 alternatives holds; number 2 is the nearest",
        "/value: expected a string, found 1.5",
      ])
    #expect(
      try problems(#"{"oneOf":[{"minimum":1},{"maximum":5},{"type":"string"}]}"#, "3")
        == ["the document: expected one alternative of the schema to hold, found 2: 1, 2"])
    #expect(try problems(#"{"anyOf":[{"minimum":1},{"maximum":5}]}"#, "3") == [])
    #expect(
      try problems(#"{"anyOf":[{"type":"null"},{"type":"array"}]}"#, "3") == [
        "the document: none of the schema's 2 alternatives holds; number 1 is the nearest",
        "the document: expected null, found 3",
      ])
  }

  @Test func annotationsArePassedOver() throws {
    let schema = #"""
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x", "$comment": "c", "title": "t",
       "description": "d", "examples": [1], "default": 1, "format": "date"}
      """#
    #expect(try problems(schema, "{}") == [])
  }

  /// Schemas that are refused, where, and why.
  @Test(arguments: [
    (#"{"propertees":{}}"#, "/propertees", #"the keyword is not supported; did you mean "properties"?"#),
    (#"{"properties":{"a":{"uniqueItems":true}}}"#, "/properties/a/uniqueItems", "the keyword is not supported"),
    (#"{"$defs":{"unused":{"not":{}}}}"#, "/$defs/unused/not", "the keyword is not supported"),
    (#"{"items":{"$defs":{}}}"#, "/items/$defs", "the keyword is not supported"),
    (
      #"{"type":"int"}"#, "/type",
      "expected one of null, boolean, integer, number, string, array, object, found \"int\""
    ),
    (#"{"type":3}"#, "/type", "expected a string, found 3"),
    (#"{"required":"a"}"#, "/required", "expected an array of strings, found \"a\""),
    (#"{"properties":[]}"#, "/properties", "expected an object, found an array of 0 elements"),
    (#"{"items":[{}]}"#, "/items", "expected a schema, found an array of 1 element"),
    (#"{"minimum":"1"}"#, "/minimum", "expected a number, found \"1\""),
    (#"{"enum":[]}"#, "/enum", "expected an array of values"),
    (#"{"anyOf":[]}"#, "/anyOf", "expected an array of schemas"),
    (#"{"pattern":"("}"#, "/pattern", "not a regular expression"),
    (#"{"$ref":"other.json"}"#, "/$ref", "only \"#\" and \"#/$defs/name\" are supported"),
    (##"{"items":{"$ref":"#/$defs/x"}}"##, "/items/$ref", "there is no such definition in $defs"),
    (##"{"anyOf":[{"$ref":"#"}]}"##, "", "the schema refers to itself for the same value"),
    (
      ##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}}}"##, "/$defs/a",
      "the schema refers to itself for the same value"
    ),
  ])
  func schemasNotUnderstoodAreRefused(schema: String, pointer: String, problem: String) {
    #expect(throws: JSONError.schema(source: "s", pointer: pointer, problem: problem)) { () throws in
      _ = try JSONSchema(JSONDocument(parsing: schema, source: "s"))
    }
  }

  @Test func allProblemsAreListed() throws {
    let schema = #"{"type":"object","required":["a","b"],"properties":{"c":{"type":"null"}}}"#
    #expect(try problems(schema, #"{"c":1}"#).count == 3)
  }
}
