import Grading
import Testing

@Suite struct JSONEncoderTests {
  private func json(_ value: some Encodable) throws -> String { try JSONReportEncoder().encode(value).text(.compact) }

  struct Everything: Codable, Equatable {
    enum Color: String, Codable { case red, green }
    enum Shape: Codable, Equatable {
      case circle(radius: Double)
      case square(side: Int)
      case point
    }
    var flag = true
    var small: Int8 = -128
    var large: UInt64 = .max
    var low: Int64 = .min
    var real = 0.1
    var single: Float = 0.1
    var text = "a/b \"q\" \\ \u{0}\u{1b}\u{7f} é 😀 \u{2028}"
    var bytes: [UInt8] = [0, 255]
    var color = Color.green
    var shapes: [Shape] = [.circle(radius: 2), .square(side: 3), .point]
    var absent: Int?
    var present: Int? = 5
    var holes: [Int?] = [1, nil, 3]
    var nested = [[1], [], [2, 3]]
    var map = ["b": 1, "a": 2, "10": 3, "9": 4]
  }

  @Test func everyKindOfValueIsWrittenInOrder() throws {
    let expected =
      #"{"flag":true,"small":-128,"large":18446744073709551615,"low":-9223372036854775808,"real":0.1,"single":0.1,"#
      + #""text":"a/b \"q\" \\ \u0000\u001b"# + "\u{7f} é 😀 \u{2028}" + #"","bytes":[0,255],"color":"green","#
      + #""shapes":[{"circle":{"radius":2.0}},{"square":{"side":3}},{"point":{}}],"present":5,"holes":[1,null,3],"#
      + #""nested":[[1],[],[2,3]],"map":{"9":4,"10":3,"a":2,"b":1}}"#
    #expect(try json(Everything()) == expected)
    let read = try JSONReportDecoder(rejectsUnknownKeys: true)
      .decode(Everything.self, from: JSONDocument(parsing: expected))
    #expect(read == Everything())
  }

  @Test func valuesWithoutPartsAreDocuments() throws {
    #expect(try json(3) == "3")
    #expect(try json("x") == #""x""#)
    #expect(try json("") == #""""#)
    #expect(try json(Int?.none) == "null")
    #expect(try json([String]()) == "[]")
    #expect(try JSONReportEncoder().encode([String]()).text() == "[]\n")
  }

  /// Each number reads back as itself, bit for bit.
  @Test func numbersSurvive() throws {
    var generator = SplitMix(state: 11)
    var reals: [Double] = [
      0, -0.0, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e16, 123_456_789.123, 1 / 3, 0x1p53 + 2,
    ]
    var integers: [UInt64] = [0, .max, 1 << 63, (1 << 63) - 1, (1 << 53) + 1]
    while reals.count < 2_000 {
      let value = Double(bitPattern: generator.next())
      if value.isFinite { reals.append(value) }
      integers.append(generator.next())
    }
    let decoder = JSONReportDecoder()
    let text = try JSONReportEncoder().encode(reals).text()
    let readReals = try decoder.decode([Double].self, from: JSONDocument(parsing: text))
    #expect(readReals.map { $0.bitPattern } == reals.map { $0.bitPattern })
    let integerText = try JSONReportEncoder().encode(integers).text()
    #expect(try decoder.decode([UInt64].self, from: JSONDocument(parsing: integerText)) == integers)
    let singles = reals.map { Float($0) }.filter { $0.isFinite }
    let singleText = try JSONReportEncoder().encode(singles).text()
    #expect(try decoder.decode([Float].self, from: JSONDocument(parsing: singleText)) == singles)
    #expect(try json([1e-7, 1e16, .leastNonzeroMagnitude, 100]) == "[1e-07,1e+16,5e-324,100.0]")
  }

  /// Every scalar of the lower planes, in keys and in values.
  @Test func anyTextSurvives() throws {
    let scalars = (1...0x2ffff).compactMap { Unicode.Scalar(UInt32($0)) }
    for start in stride(from: 0, to: scalars.count, by: 8_192) {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[start..<min(start + 8_192, scalars.count)])
      let document = try JSONReportEncoder().encode([String(text): "\0" + String(text)])
      let read = try JSONReportDecoder().decode([String: String].self, from: JSONDocument(parsing: document.text()))
      #expect(read.first?.key.utf8.elementsEqual(String(text).utf8) == true)
      #expect(read.first?.value.utf8.elementsEqual(("\0" + String(text)).utf8) == true)
    }
  }

  struct Pair: Codable, Hashable { var left: Int, right: Int }

  @Test func unorderedCollectionsAreSorted() throws {
    #expect(try json(Set((1...20).map { $0 })) == "[" + (1...20).map { "\($0)" }.joined(separator: ",") + "]")
    #expect(try json(["z": Set(["b", "a"]), "y": []]) == #"{"y":[],"z":["a","b"]}"#)
    #expect(try json([10: "x", 9: "y", -1: "z"]) == #"{"-1":"z","9":"y","10":"x"}"#)
    let pairs = [Pair(left: 2, right: 1): "b", Pair(left: 1, right: 1): "a", Pair(left: 1, right: 0): "c"]
    #expect(
      try json(pairs)
        == #"[{"left":1,"right":0},"c",{"left":1,"right":1},"a",{"left":2,"right":1},"b"]"#)
    #expect(try JSONReportDecoder().decode([Pair: String].self, from: JSONReportEncoder().encode(pairs)) == pairs)
  }

  class Base: Codable {
    var base = 1
    init() {}
  }
  final class Derived: Base {
    var derived = 2
    enum CodingKeys: String, CodingKey { case derived }
    override init() { super.init() }
    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      try super.init(from: container.superDecoder())
      derived = try container.decode(Int.self, forKey: .derived)
    }
    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try super.encode(to: container.superEncoder())
      try container.encode(derived, forKey: .derived)
    }
  }

  @Test func superclassesAreNested() throws {
    #expect(try json(Derived()) == #"{"super":{"base":1},"derived":2}"#)
    let document = try JSONDocument(parsing: #"{"super":{"base":7},"derived":8}"#)
    let read = try JSONReportDecoder(rejectsUnknownKeys: true).decode(Derived.self, from: document)
    #expect(read.base == 7 && read.derived == 8)
  }

  /// Uses every container call by hand, some of them late.
  struct ByHand: Encodable {
    enum Key: String, CodingKey { case list, object, late, unused, nothing }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      var list = container.nestedUnkeyedContainer(forKey: .list)
      let lateElement = list.superEncoder()
      var inner = list.nestedContainer(keyedBy: Key.self)
      var innerList = list.nestedUnkeyedContainer()
      try list.encodeNil()
      let late = container.superEncoder(forKey: .late)
      _ = container.superEncoder(forKey: .unused)
      var object = container.nestedContainer(keyedBy: Key.self, forKey: .object)
      try container.encodeNil(forKey: .nothing)
      try object.encode(true, forKey: .late)
      try innerList.encode(2)
      try inner.encode("x", forKey: .list)
      try late.container(keyedBy: Key.self).encodeTwice()
      var single = lateElement.singleValueContainer()
      try single.encode("late")
      #expect(list.count == 4 && list.codingPath.map { $0.stringValue } == ["list"])
      // The same encoder gives the same object again.
      var again = encoder.container(keyedBy: Key.self)
      try again.encode(0, forKey: .nothing)
    }
  }

  @Test func containersCanBeFilledInAnyOrder() throws {
    #expect(
      try json(ByHand())
        == #"{"list":["late",{"list":"x"},[2],null],"late":{"list":1,"object":2},"unused":{},"object":{"late":true},"#
        + #""nothing":0}"#)
  }

  struct Spiral: Encodable {
    var inner: [Spiral] { [Spiral()] }
    enum CodingKeys: CodingKey { case inner }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(inner, forKey: .inner)
    }
  }
  struct Nest: Encodable {
    var depth: Int
    func encode(to encoder: any Encoder) throws {
      var container = encoder.unkeyedContainer()
      if depth > 0 { try container.encode(Nest(depth: depth - 1)) }
    }
  }

  @Test func whatIsWrittenCanBeRead() throws {
    let text = try json(Nest(depth: JSONDocument.maximumDepth))
    #expect(try JSONDocument(parsing: text).text(.compact) == text)
    #expect(throws: JSONError.self) { try json(Nest(depth: JSONDocument.maximumDepth + 1)) }
  }

  struct Silent: Encodable { func encode(to encoder: any Encoder) {} }
  struct OwnError: Error {}
  struct Failing: Encodable { func encode(to encoder: any Encoder) throws { throw OwnError() } }
  struct BadKeys: Encodable {
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: TextKey.self)
      _ = container.nestedUnkeyedContainer(forKey: TextKey(stringValue: "a\0b"))
    }
  }

  @Test func whatJSONCannotSayIsAnErrorWithItsPath() throws {
    func expectError(_ value: some Encodable, _ path: String, _ part: String) {
      #expect { _ = try json(value) } throws: { error in
        guard case JSONError.unencodable(let found, let problem)? = error as? JSONError else { return false }
        return found == path && problem.contains(part)
      }
    }
    expectError(["a": [1, .nan]], "a[1]", "nan is no JSON number")
    expectError([Float.infinity], "[0]", "inf is no JSON number")
    expectError(["a b": ["a\0b": 1]], #"["a b"]["a\0b"]"#, "a key may not hold a NUL")
    expectError(BadKeys(), #"["a\0b"]"#, "a key may not hold a NUL")
    expectError([Silent()], "[0]", "encoded nothing")
    expectError(Silent(), "the top level", "encoded nothing")
    expectError([Failing()], "[0]", "OwnError")
    expectError([Int128.max], "[0]", "Int128")
    expectError(Spiral(), "inner[0].inner[0]", "nested deeper than 128 levels")
  }
}

struct TextKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension KeyedEncodingContainer where Key == JSONEncoderTests.ByHand.Key {
  fileprivate consuming func encodeTwice() throws {
    var container = self
    try container.encode(1, forKey: .list)
    try container.encode(2, forKey: .object)
  }
}
