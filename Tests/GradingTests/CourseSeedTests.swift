import Exercises
import Grading
import Judging
import Testing

@Suite struct CourseSeedTests {
  private static let good = "9c1e0b7755d2a3f84e6610c9b38f27ad"

  private func decoded(_ seed: String) throws -> CourseSettings {
    try JSONReportDecoder(rejectsUnknownKeys: true).decode(
      CourseSettings.self,
      from: JSONDocument(
        parsing: """
          {
            "course": "c",
            "hiddenSeed": \(seed), "groups": []
          }
          """, source: "course.json"))
  }

  private func refusal(_ text: String) -> String? {
    do throws(CourseSeed.Refusal) {
      _ = try CourseSeed(text)
      return nil
    } catch { return error.description }
  }

  @Test(arguments: [
    ("", "has 0 hexadecimal digits instead of 32"),
    ("42", "has 2 hexadecimal digits instead of 32"),
    ("9c1e0b7755d2a3f84e6610c9b38f27ad0", "has 33 hexadecimal digits instead of 32"),
    ("9c1e0b7755d2a3f84e6610c9b38f27ag", "has other characters than hexadecimal digits"),
    ("9c1e0b7755d2a3f8 4e6610c9b38f27ad", "has other characters than hexadecimal digits"),
    ("00000000000000000000068d5e4b9c25", "has only"),
    ("0000000000000000f1e2a7450b96c38d", "has only 9 different bytes"),
    ("deadbeefdeadbeefdeadbeefdeadbeef", "has only 4 different bytes"),
    ("9c1e0b7755d2a3f89c1e0b7755d2a3f8", "has only 8 different bytes"),
    ("000102030405060708090a0b0c0d0e0f", "counts in even steps"),
    ("f0e0d0c0b0a090807060504030201000", "counts in even steps"),
    ("9c1e0b77010203040506070855d2a3f8", "counts in even steps"),
    ("20260907123849065718345627910392", "is made of decimal digits only"),
    ("5468697320697320746865204b65792e", "spells a text"),
    ("5e1fa9037cd462b8960be34d218af770", "is that of the example"),
    ("5E1FA9037CD462B8960BE34D218AF770", "is that of the example"),
  ])
  func guessableSeedsAreRefused(text: String, reason: String) throws {
    let said = try #require(refusal(text))
    #expect(said.contains(reason), "\(said)")
    #expect(said.contains("alloclab course new-seed"))
    // In a file, with its place.
    let error = #expect(throws: JSONError.self) { try decoded("\"\(text)\"") }
    #expect(error?.description.hasPrefix("course.json:3:17: hiddenSeed: the seed \(reason)") == true, "\(error as Any)")
  }

  @Test(arguments: ["7204186532901", "1", "1e300", "-3"]) func numbersAreRefused(number: String) {
    let error = #expect(throws: JSONError.self) { try decoded(number) }
    #expect(error?.description.contains("course.json:3:17: hiddenSeed: the seed is a number") == true)
  }

  @Test func whatIsMadeIsTaken() throws {
    var seen: Set<String> = []
    for _ in 0..<2000 {
      let text = CourseSeed.random().text
      #expect(refusal(text) == nil, "\(text)")
      seen.insert(text)
    }
    #expect(seen.count == 2000)
    let settings = try decoded("\"\(Self.good)\"")
    #expect(settings.hiddenSeed.text == Self.good)
    #expect(try decoded("\"example\"").hiddenSeed == .example)
    #expect(try CourseSeed(Self.good.uppercased()) == settings.hiddenSeed)
  }

  /// Each of what a draw depends on changes all of it, and no two lists of fields are taken for the same.
  @Test func drawsHaveNothingInCommon() throws {
    let seed = try CourseSeed(Self.good)
    let other = try CourseSeed("9c1e0b7755d2a3f84e6610c9b38f27ae")
    let draws = [
      HiddenDraw(seed, exercise: "pool"), HiddenDraw(other, exercise: "pool"), HiddenDraw(seed, exercise: "slab"),
      HiddenDraw(seed, exercise: "pool", student: "ada"), HiddenDraw(seed, exercise: "pool", student: ""),
      HiddenDraw(seed, exercise: "pool", student: "ada", content: "x"),
      HiddenDraw(seed, exercise: "pool", student: "ada", content: "y"),
      HiddenDraw(seed, exercise: "pool", student: "bob", content: "x"),
      HiddenDraw(seed, exercise: "pool", student: "adax", content: ""),
      HiddenDraw(seed, exercise: "pool3 ada", student: nil, content: "x"),
    ]
    let purposes = ["trace churn", "trace pairs", "windows public churn", ""]
    #expect(Set(draws.flatMap { draw in purposes.map { draw.seed($0) } }).count == draws.count * purposes.count)
    #expect(HiddenDraw(seed, exercise: "pool").seed("a") == HiddenDraw(seed, exercise: "pool").seed("a"))
    #expect(seed.mark != other.mark)
  }
}
