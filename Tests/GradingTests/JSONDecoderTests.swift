import Grading
import Testing

@Suite struct JSONDecoderTests {
  struct Course: Codable, Equatable {
    enum Goal: String, Codable, CaseIterable { case time, space }
    struct Exercise: Codable, Equatable {
      var id: String
      var points: UInt8
      var weight: Double?
      var goal: Goal?
    }
    var title: String
    var seed: UInt64
    var exercises: [Exercise]
    var notes: [String: String]?
  }

  private func course(_ text: String) throws(JSONError) -> Course {
    try JSONReportDecoder(rejectsUnknownKeys: true)
      .decode(Course.self, from: JSONDocument(parsing: text, source: "course.json"))
  }

  private func message(_ text: String) -> String {
    do throws(JSONError) {
      return "accepted: \(try course(text))"
    } catch {
      return error.description
    }
  }

  @Test func coursesAreRead() throws {
    let text = """
      {
        "$schema": "schemas/course.json",
        "title": "Memory",
        "seed": 18446744073709551615,
        "exercises": [
          {"id": "pool", "points": 30, "weight": 1, "goal": "time"},
          {"id": "slab", "points": 3e1, "weight": null}
        ],
        "notes": {"any": "key", "is": "known"}
      }
      """
    let read = try course(text)
    #expect(read.seed == .max)
    #expect(
      read.exercises == [
        .init(id: "pool", points: 30, weight: 1, goal: .time), .init(id: "slab", points: 30, weight: nil, goal: nil),
      ])
    #expect(read.notes == ["any": "key", "is": "known"])
  }

  private func withExercise(_ line: String) -> String {
    "{\n  \"title\": \"T\", \"seed\": 1,\n  \"exercises\": [\n    {\"id\": \"a\", \"points\": 1},\n    \(line)\n  ]\n}"
  }

  @Test(arguments: [
    (#"{"id": "b", "points": 300}"#, "5:27: exercises[1].points: expected an integer from 0 to 255, found 300"),
    (#"{"id": "b", "points": -1}"#, "5:27: exercises[1].points: expected an integer from 0 to 255, found -1"),
    (#"{"id": "b", "points": 1.5}"#, "5:27: exercises[1].points: expected an integer from 0 to 255, found 1.5"),
    (#"{"id": "b", "points": "ten"}"#, "5:27: exercises[1].points: expected an integer from 0 to 255, found \"ten\""),
    (#"{"id": 7, "points": 1}"#, "5:12: exercises[1].id: expected a string, found 7"),
    (#"{"id": null, "points": 1}"#, "5:12: exercises[1].id: expected a string, found null"),
    (#"{"id": {}, "points": 1}"#, "5:12: exercises[1].id: expected a string, found an object"),
    (#"{"id": "b", "points": 1, "weight": true}"#, "5:40: exercises[1].weight: expected a number, found true"),
    (#"[1, 2]"#, "5:5: exercises[1]: expected an object, found an array of 2 elements"),
    (#"{"points": 1}"#, "5:5: exercises[1]: the key \"id\" is missing"),
    (
      #"{"id": "b", "pionts": 1}"#,
      "5:5: exercises[1]: the key \"points\" is missing; it has \"pionts\": was \"points\" meant?"
    ),
    (
      #"{"id": "b", "points": 1, "wieght": 2}"#,
      "5:40: unknown key exercises[1].wieght; did you mean \"weight\"?"
    ),
    (#"{"id": "b", "points": 1, "point": 2}"#, "5:39: unknown key exercises[1].point; remove it"),
    (#"{"id": "b", "points": 1, "colour": 2}"#, "5:40: unknown key exercises[1].colour; remove it"),
    (
      #"{"id": "b", "points": 1, "goal": "spcae"}"#,
      "5:38: exercises[1].goal: expected one of \"time\", \"space\", found \"spcae\"; did you mean \"space\"?"
    ),
  ])
  func errorsSayWhereAndWhat(line: String, message expected: String) {
    #expect(message(withExercise(line)) == "course.json:" + expected)
  }

  @Test func placesAreFoundBehindEscapedKeysAndLongValues() {
    let text = #"{"title":"}]\"","notes":{"\u0061\n":"x","b":[1,{"c":"]"}]},"seed":1,"exercises":[]}"#
    #expect(message(text) == #"course.json:1:45: notes.b: expected a string, found an array of 2 elements"#)
    #expect(
      message(#"{"title":"","notes":{"a\u000a":1},"seed":1,"exercises":[]}"#).hasPrefix(
        "course.json:1:32: notes[\"a\\n\"]:"))
  }

  @Test func unknownKeysAreToleratedUnlessRefused() throws {
    let document = try JSONDocument(parsing: #"{"id":"a","points":1,"other":[{}]}"#)
    #expect(try JSONReportDecoder().decode(Course.Exercise.self, from: document).id == "a")
    #expect(throws: JSONError.self) {
      try JSONReportDecoder(rejectsUnknownKeys: true).decode(Course.Exercise.self, from: document)
    }
  }

  /// Either of two shapes: tried in turn on the same object.
  enum Either: Decodable, Equatable {
    case left(Int)
    case right(String)
    struct Left: Decodable { var number: Int }
    struct Right: Decodable { var name: String }
    init(from decoder: any Decoder) throws {
      if let left = try? Left(from: decoder) {
        self = .left(left.number)
      } else {
        self = .right(try Right(from: decoder).name)
      }
    }
  }

  @Test func alternativesShareOneRecordOfKeys() throws {
    let decoder = JSONReportDecoder(rejectsUnknownKeys: true)
    #expect(
      try decoder.decode([Either].self, from: JSONDocument(parsing: #"[{"name":"x"},{"number":1}]"#))
        == [.right("x"), .left(1)])
    #expect(throws: JSONError.self) {
      try decoder.decode([Either].self, from: JSONDocument(parsing: #"[{"name":"x","nmae":1}]"#))
    }
  }

  struct ByHand: Decodable {
    enum Key: String, CodingKey { case list, object, late }
    var sum = 0
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      #expect(container.allKeys == [.list, .object])
      #expect(!container.contains(.late))
      var list = try container.nestedUnkeyedContainer(forKey: .list)
      #expect(list.count == 4)
      #expect(try !list.decodeNil())
      sum += try list.decode(Int.self)
      #expect(try list.decodeNil())
      sum += try list.nestedContainer(keyedBy: Key.self).decode(Int.self, forKey: .late)
      let element = try list.superDecoder().singleValueContainer()
      #expect(!element.decodeNil())
      sum += try element.decode(Int.self)
      #expect(list.isAtEnd)
      #expect(throws: DecodingError.self) { try list.decode(Int.self) }
      sum += try container.nestedContainer(keyedBy: Key.self, forKey: .object).decode(Int.self, forKey: .late)
      sum += try container.superDecoder(forKey: .object).container(keyedBy: Key.self).decode(Int.self, forKey: .late)
    }
  }

  @Test func containersCanBeReadByHand() throws {
    let document = try JSONDocument(parsing: #"{"list":[1,null,{"late":10},100],"object":{"late":1000}}"#)
    #expect(try JSONReportDecoder(rejectsUnknownKeys: true).decode(ByHand.self, from: document).sum == 2111)
  }

  struct Refusing: Decodable {
    struct Refusal: Error, CustomStringConvertible { var description: String { "no such exercise" } }
    init(from decoder: any Decoder) throws { throw Refusal() }
  }

  enum Guarded: String, Decodable, CaseIterable {
    case open, shut
    init(from decoder: any Decoder) throws {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not today"))
    }
  }

  @Test func aTypesOwnReasonIsKept() throws {
    let document = try JSONDocument(parsing: #"["shut"]"#, source: "f")
    #expect {
      try JSONReportDecoder().decode([Guarded].self, from: document)
    } throws: {
      "\($0)" == "f:1:2: [0]: not today"
    }
  }

  @Test func aTypesOwnErrorGetsAPlace() throws {
    let document = try JSONDocument(parsing: #"{"a":[1,2]}"#, source: "f")
    #expect {
      try JSONReportDecoder().decode([String: [Refusing]].self, from: document)
    } throws: {
      "\($0)" == "f:1:7: a[0]: no such exercise"
    }
  }

  @Test func integersAreExact() throws {
    func read<T: Decodable>(_ type: T.Type, _ text: String) throws -> T {
      try JSONReportDecoder().decode(type, from: JSONDocument(parsing: text))
    }
    #expect(try read(Int64.self, "-9223372036854775808") == .min)
    #expect(try read(UInt64.self, "9223372036854775808") == 1 << 63)
    #expect(throws: JSONError.self) { try read(Int.self, "9223372036854775808") }
    #expect(throws: JSONError.self) { try read(UInt64.self, "-1") }
    #expect(throws: JSONError.self) { try read(Int.self, "1e17") }
    #expect(try read(Int.self, "4.0") == 4)
    #expect(throws: JSONError.self) { try read(Float.self, "1e300") }
    #expect(throws: JSONError.self) { try read(Bool.self, "1") }
  }

  /// A decoder that outlives its document reads memory that is still there.
  struct Hoarder: Decodable {
    let decoder: any Decoder
    init(from decoder: any Decoder) { self.decoder = decoder }
  }

  @Test func decodersKeepWhatTheyRead() throws {
    func hoarded() throws -> Hoarder {
      try JSONReportDecoder().decode([Hoarder].self, from: JSONDocument(parsing: #"[["kept"]]"#))[0]
    }
    #expect(try [String](from: hoarded().decoder) == ["kept"])
  }
}
