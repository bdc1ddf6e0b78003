import Grading
import Testing

@Suite struct JSONDocumentTests {
  @Test func prettyTextKeepsOrderAndEndsWithALineFeed() throws {
    let document = try JSONDocument(parsing: #"{"b":1,"a":[],"c":{"path":"x/y","list":[1.50,null]},"e":{}}"#)
    #expect(
      document.text() == """
        {
          "b": 1,
          "a": [],
          "c": {
            "path": "x/y",
            "list": [
              1.50,
              null
            ]
          },
          "e": {}
        }

        """)
    #expect(document.text(.compact) == #"{"b":1,"a":[],"c":{"path":"x/y","list":[1.50,null]},"e":{}}"#)
  }

  @Test(arguments: [
    "null", "true", "-5", "18446744073709551615", "-9223372036854775808", "0.1", "1e300", #""""#, "[]", "{}", "[[],{}]",
    "[10,0.5,-0.25,0e0,1E+5]",
    #""\u0000\u001f é 😀 \" \\ /""#, #"{"":0,"a/b~c":1}"#,
  ])
  func compactTextIsAFixedPoint(text: String) throws {
    let once = try JSONDocument(parsing: text).text(.compact)
    #expect(try JSONDocument(parsing: once).text(.compact) == once)
    #expect(try JSONDocument(parsing: JSONDocument(parsing: text).text()).text(.compact) == once)
  }

  @Test func byteOrderMarkIsPassedOver() throws {
    let document = try JSONDocument(parsing: [0xef, 0xbb, 0xbf] + Array("[1]".utf8))
    #expect(document.text(.compact) == "[1]")
    #expect(problem(of: "\u{feff}[1,\n]")?.description == "JSON:2:1: unexpected character (byte 7)")
  }

  /// Text, the byte at which it fails, and a part of the message.
  static let malformed: [(String, Int, String)] = [
    ("", 0, "unexpected end"), ("  ", 2, "unexpected end"), ("nul", 3, "unexpected end"), ("NULL", 1, "null expected"),
    ("{\"a\":1,}", 7, "unexpected character"), ("[1,]", 3, "unexpected character"), ("[1 2]", 3, "separator"),
    ("/*x*/1", 0, "unexpected character"), ("[1] [2]", 4, "unexpected character"), ("{a:1}", 1, "quoted"),
    ("[\"abc", 5, "unexpected end"), ("\"\\x\"", 2, "invalid string"), ("01", 2, "unexpected end"), ("+1", 0, "unexp"),
    // What json-c itself lets through.
    ("[NaN]", 1, "NaN and infinity"), ("[Infinity]", 1, "NaN and infinity"), ("[-Infinity]", 1, "a number has digits"),
    ("[1.]", 1, "a number has digits"), ("[1.e3]", 1, "a number has digits"), ("[1e400]", 1, "out of range"),
    ("[-.5]", 1, "a number has digits"), ("[01.5]", 1, "a number has digits"), ("[-01e5]", 1, "a number has digits"),
    ("[-09]", 1, "a number has digits"), ("[1e400]", 1, "out of range"), ("[-1e400]", 1, "out of range"),
    ("[18446744073709551616]", 1, "out of range"), ("[-9223372036854775809]", 1, "out of range"),
    ("['a']", 1, "unexpected character"), ("'a'", 0, "unexpected character"), ("{'a':1}", 1, "double quotes"),
    ("[\"a\tb\"]", 3, "control characters"),
    ("{\"a\":1, \"a\":2}", 8, "duplicate key \"a\""), ("{\"a\":1,\"\\u0061\":2}", 7, "duplicate key \"a\""),
    (#"{"x\b\f\n\r\t\"\\\/é":1,"x\u0008\u000c\u000a\u000D\u0009\u0022\u005c/\u00e9":2}"#, 25, "duplicate key"),
    ("{\"😀\":1,\"\\ud83d\\ude00\":2}", 10, "duplicate key \"😀\""), ("[{\"a\\u0000b\":1}]", 2, "\\u0000"),
    ("[1]\0", 3, "NUL byte"), ("[\"\0\"]", 2, "NUL byte"),
  ]

  @Test(arguments: malformed)
  func malformedTextIsRefusedAtItsPlace(text: String, offset: Int, part: String) {
    guard case .syntax(_, let position, let problem)? = problem(of: text) else {
      Issue.record("\(text) was accepted")
      return
    }
    #expect(position.byteOffset == offset)
    #expect(problem.contains(part), "\(problem)")
  }

  /// Bytes that are no UTF-8, and where they start to be wrong: surrogates, overlong forms, past U+10FFFF, cut short.
  @Test(
    arguments: [
      ([0x22, 0xff, 0x22], 1), ([0x22, 0xed, 0xa0, 0x80, 0x22], 1), ([0x22, 0xc0, 0x80, 0x22], 1),
      ([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0x61, 0xe2, 0x82, 0x22], 2),
    ] as [([UInt8], Int)])
  func invalidUTF8IsRefused(bytes: [UInt8], offset: Int) {
    #expect(
      throws: JSONError.syntax(
        source: "x", position: JSONPosition(byteOffset: offset, line: 1, column: offset + 1), problem: "invalid UTF-8")
    ) { () throws in _ = try JSONDocument(parsing: bytes, source: "x") }
  }

  @Test func positionsCountLinesAndCharacters() {
    #expect(
      problem(of: "{\n  \"é😀\": 1,\n  \"ö\" 2\n}")
        == .syntax(
          source: "JSON", position: JSONPosition(byteOffset: 24, line: 3, column: 7),
          problem: "object property name separator ':' expected"))
  }

  @Test func depthAndSizeAreLimited() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    // The innermost of four arrays is three steps from the root; what it holds would be four.
    _ = try JSONDocument(parsing: nested(4), maximumDepth: 3)
    #expect(throws: JSONError.self) { _ = try JSONDocument(parsing: "[[[[1]]]]", maximumDepth: 3) }
    #expect(throws: JSONError.self) { _ = try JSONDocument(parsing: nested(5), maximumDepth: 3) }
    _ = try JSONDocument(parsing: "1", maximumDepth: 0)
    #expect(problem(of: nested(130))?.description == "JSON:1:130: nested deeper than 128 levels (byte 129)")
    #expect(problem(of: nested(1_000_000)) != nil)
    #expect(throws: JSONError.oversized(source: "x", byteCount: 9, limit: 8)) { () throws in
      _ = try JSONDocument(parsing: "[1,2,3,4]", source: "x", maximumByteCount: 8)
    }
  }

  /// Any damage to a text is an error or another document, never a crash; what is accepted can be read again.
  @Test func damagedTextsAreHandled() throws {
    let original = Array(#"{"a":[1,-2.5e3,"x\u00e9\n"],"b":{"c":true,"d":null},"é":"😀"}"#.utf8)
    var generator = SplitMix(state: 7)
    for _ in 0..<5_000 {
      var bytes = original
      for _ in 0...Int(generator.next() % 3) {
        let index = Int(generator.next() % UInt64(bytes.count))
        switch generator.next() % 3 {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
        case 1: bytes.remove(at: index)
        default: bytes.insert(Array(#"{}[]",:\0e-."#.utf8)[Int(generator.next() % 12)], at: index)
        }
      }
      guard let text = try? JSONDocument(parsing: bytes).text(.compact) else { continue }
      #expect(try JSONDocument(parsing: text).text(.compact) == text)
    }
  }

  private func problem(of text: String) -> JSONError? {
    do throws(JSONError) {
      _ = try JSONDocument(parsing: text)
      return nil
    } catch {
      return error
    }
  }
}

/// A small seeded generator (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
