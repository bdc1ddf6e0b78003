/// The fingerprints of a text: a hash of each run of 32 words, two or three lines of code, whatever stands between them.
///
/// Words are names, numbers and single signs; white space and comments (`//`, `/* */`) are left out. So a piece of a text is found in
/// another under any file name, in any layout, in any kind of text; but not where its names were changed.
/// - Complexity: O(bytes).
package struct RunsOfWords: Sendable {
  /// Words in a run.
  package static let length = 32

  /// A run, and the line of its first word, from 1.
  package struct Run: Sendable, Equatable {
    package let hash: UInt64
    package let line: Int
  }

  /// In the order of the text.
  package private(set) var runs: [Run] = []

  /// The hashes and lines of the last words.
  private var words: [(hash: UInt64, line: Int)] = []
  private var rolling = RollingHash(length: length)

  package init(_ text: [UInt8]) {
    // Checked once instead of at each byte: without optimisation it is what takes the time.
    let text = text.span
    var place = 0
    var line = 1
    while place < text.count {
      let byte = text[place]
      if byte <= 0x20 {
        if byte == 0x0a { line += 1 }
        place += 1
      } else if byte == Self.slash, place + 1 < text.count, text[place + 1] == Self.slash {
        while place < text.count, text[place] != 0x0a { place += 1 }
      } else if byte == Self.slash, place + 1 < text.count, text[place + 1] == Self.star {
        place += 2
        while place + 1 < text.count, !(text[place] == Self.star && text[place + 1] == Self.slash) {
          if text[place] == 0x0a { line += 1 }
          place += 1
        }
        place += 2
      } else {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        repeat {
          hash = (hash ^ UInt64(text[place])) &* 0x100_0000_01b3
          place += 1
        } while Self.isName(byte) && place < text.count && Self.isName(text[place])
        append(hash, line)
      }
    }
  }

  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f, 0x80...: true
    default: false
    }
  }

  private mutating func append(_ hash: UInt64, _ line: Int) {
    rolling.push(hash, dropping: words.count >= Self.length ? words[words.count - Self.length].hash : nil)
    words.append((hash, line))
    if words.count >= Self.length { runs.append(Run(hash: rolling.value, line: words[words.count - Self.length].line)) }
  }

  /// A hash of some runs, whatever their order and however often each is there, as 16 hexadecimal digits.
  package static func digest(of runs: some Sequence<UInt64>) -> String {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for run in Set(runs).sorted() {
      for shift in stride(from: 0, to: 64, by: 8) {
        digest = (digest ^ (run >> UInt64(shift)) & 0xff) &* 0x100_0000_01b3
      }
    }
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
