import Traces

/// What all that is hidden in a course is drawn from: 128 random bits, written as 32 hexadecimal digits.
///
/// Whoever knows it has every student's hidden traces, and what can be guessed is known: so it is made, never thought of.
package struct CourseSeed: Sendable, Equatable {
  /// Sixteen.
  let bytes: [UInt8]

  /// That of the course in the repository, which anybody can read.
  package static let example = CourseSeed(
    bytes: [
      0x5e, 0x1f, 0xa9, 0x03, 0x7c, 0xd4, 0x62, 0xb8, 0x96, 0x0b, 0xe3, 0x4d, 0x21, 0x8a, 0xf7, 0x70,
    ])
  /// What stands for it in `course.json`.
  package static let exampleName = "example"

  /// Why a text is no seed, or one that nobody should use, and what to do about it.
  package struct Refusal: Error, Equatable, CustomStringConvertible {
    package let description: String

    fileprivate init(_ reason: String) {
      description = "the seed \(reason); take one that `alloclab course new-seed` makes"
    }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// A new one, from the system's source of randomness.
  package static func random() -> CourseSeed {
    var generator = SystemRandomNumberGenerator()
    while true {
      let seed = CourseSeed(bytes: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
      if seed.weakness == nil { return seed }
    }
  }

  /// One of many for trials of the grader: anybody can make it, and it looks like any other.
  package init(number: Int) { bytes = Array(MessageCode.code(of: "\(number)".utf8, key: []).prefix(16)) }

  /// The seed that a text stands for.
  package init(_ text: String) throws(Refusal) {
    if text == Self.exampleName {
      self = .example
      return
    }
    let digits = text.utf8.compactMap { Self.digit($0) }
    guard digits.count == text.utf8.count else { throw Refusal("has other characters than hexadecimal digits") }
    guard digits.count == 32 else { throw Refusal("has \(digits.count) hexadecimal digits instead of 32") }
    bytes = (0..<16).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    if let weakness { throw Refusal(weakness) }
  }

  /// What tells two seeds apart and nothing else of them: not for students' eyes all the same.
  package var mark: String { SHA256.hexadecimal(digest: MessageCode.code(of: "mark".utf8, key: bytes)) }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// As it stands in `course.json`.
  package var text: String {
    if self == .example { return Self.exampleName }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What makes it guessable; nil where nothing does. Of random ones, fewer than one in a million looks like that.
  private var weakness: String? {
    if self == .example { return "is that of the example, which anybody can read" }
    // A number of 64 bits has zeros in front, and so no more than nine.
    let distinct = Set(bytes).count
    if distinct < 10 { return "has only \(distinct) different bytes, as a small number or a pattern has" }
    var steps: [UInt8: Int] = [:]
    for (byte, next) in zip(bytes, bytes.dropFirst()) { steps[next &- byte, default: 0] += 1 }
    if steps.values.contains(where: { $0 >= 6 }) { return "counts in even steps" }
    if bytes.allSatisfy({ $0 >> 4 < 10 && $0 & 15 < 10 }) { return "is made of decimal digits only" }
    if bytes.allSatisfy({ (0x20...0x7e).contains($0) }) { return "spells a text" }
    return nil
  }
}

extension CourseSeed: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // A number is what courses had before; it must not be taken for one that is merely of the wrong type.
    if let number = try? container.decode(Double.self) {
      throw Refusal(
        "is a number (\(number.magnitude < 1e15 ? "\(Int(number))" : "\(number)")), and numbers can be guessed")
    }
    self = try CourseSeed(container.decode(String.self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
