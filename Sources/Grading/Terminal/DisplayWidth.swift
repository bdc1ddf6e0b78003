/// The columns that a text takes on a terminal; styles take none.
///
/// Two for East Asian wide characters and emoji, none for combining marks: enough for names and titles. Characters
/// whose width terminals disagree on count as one.
package func displayWidth(_ text: some StringProtocol) -> Int {
  var width = 0
  for character in characters(of: String(text)) where !character.isEscape { width += character.width }
  return width
}

/// The text cut to so many columns, its last one an ellipsis if anything was cut. Styles are kept.
package func truncated(_ text: String, toWidth limit: Int) -> String {
  guard displayWidth(text) > limit else { return text }
  var result = ""
  var width = 0
  var isCut = false
  for character in characters(of: text) {
    // Escapes past the cut are kept: they end styles that began before it.
    if character.isEscape {
      result += character.text
    } else if !isCut {
      isCut = width + character.width > limit - 1
      result += isCut ? (limit > 0 ? "…" : "") : character.text
      width += character.width
    }
  }
  return result
}

/// The line in pieces of at most so many columns, those after the first indented as it is and by two more. Styles go on from piece to
/// piece.
package func folded(_ line: String, toWidth limit: Int) -> [String] {
  guard displayWidth(line) > limit else { return [line] }
  let indent = String(repeating: " ", count: min(line.prefix { $0 == " " }.count + 2, limit / 2))
  var lines: [String] = []
  var (piece, width) = ("", 0)
  for character in characters(of: line) {
    if !character.isEscape, width + character.width > max(limit, 1), width > indent.count {
      lines.append(piece)
      (piece, width) = (indent, indent.count)
    }
    piece += character.text
    if !character.isEscape { width += character.width }
  }
  return lines + [piece]
}

private struct TerminalCharacter {
  var text: String
  var isEscape: Bool

  var width: Int {
    guard let first = text.unicodeScalars.first else { return 0 }
    if first.value < 0x20 || first.value == 0x7f || first.properties.isDefaultIgnorableCodePoint { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    let isEmoji = text.unicodeScalars.contains { $0 == "\u{fe0f}" || $0.properties.isEmojiPresentation }
    return isEmoji || first.isWide ? 2 : 1
  }
}

/// Splits off the escape sequences that set styles: ESC [ … letter.
private func characters(of text: String) -> [TerminalCharacter] {
  var characters: [TerminalCharacter] = []
  var rest = text[...]
  while let first = rest.first {
    if first == "\u{1b}", let end = rest.firstIndex(where: { $0.isASCII && $0.isLetter }) {
      characters.append(TerminalCharacter(text: String(rest[...end]), isEscape: true))
      rest = rest[rest.index(after: end)...]
    } else {
      characters.append(TerminalCharacter(text: String(first), isEscape: false))
      rest.removeFirst()
    }
  }
  return characters
}

extension Unicode.Scalar {
  /// The blocks of Unicode's EastAsianWidth that are wide throughout.
  fileprivate var isWide: Bool {
    switch value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
      0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6,
      0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
