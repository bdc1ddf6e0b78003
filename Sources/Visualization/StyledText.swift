/// Text in parts that are set off from each other; how, is for what shows it to decide.
package struct StyledText: Sendable, Equatable {
  /// What a part is.
  package enum Tone: Sendable, Equatable {
    case plain, dim, bold
    /// Something that is wrong.
    case wrong
    /// What the operation at hand made, took or gave back.
    case subject, released, grown
    /// One of `shades` ways to tell neighbours apart.
    case shade(Int)

    package static let shades = 3
  }

  package struct Part: Sendable, Equatable {
    package var text: String
    package let tone: Tone
  }

  /// No two neighbours have the same tone.
  package private(set) var parts: [Part] = []

  package init(_ text: String = "", _ tone: Tone = .plain) { append(text, tone) }

  package mutating func append(_ text: String, _ tone: Tone = .plain) {
    if text.isEmpty { return }
    if let last = parts.indices.last, parts[last].tone == tone {
      parts[last].text += text
    } else {
      parts.append(Part(text: text, tone: tone))
    }
  }

  package mutating func append(_ other: StyledText) {
    for part in other.parts { append(part.text, part.tone) }
  }

  /// The characters alone.
  package var plain: String { parts.map(\.text).joined() }

  /// Characters, each counted as one column.
  package var count: Int { parts.reduce(0) { $0 + $1.text.count } }

  /// The same text without spaces at its end.
  package func trimmed() -> StyledText {
    var text = self
    while let last = text.parts.last {
      let kept = last.text.prefix(last.text.count - last.text.reversed().prefix { $0 == " " }.count)
      text.parts.removeLast()
      if kept.isEmpty { continue }
      text.append(String(kept), last.tone)
      break
    }
    return text
  }
}

/// The text in lines of at most `width` characters, broken between words; a longer word has a line of its own.
///
/// Lines that the text has already stay apart, and what is broken off keeps their indent.
func wrapped(_ text: String, width: Int) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
    let indent = String(line.prefix { $0 == " " })
    var lines: [String] = []
    var length = 0
    for word in line.split(separator: " ") {
      if !lines.isEmpty, length + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
        length += 1 + word.count
      } else {
        lines.append(indent + word)
        length = indent.count + word.count
      }
    }
    return lines.isEmpty ? [""] : lines
  }
}
