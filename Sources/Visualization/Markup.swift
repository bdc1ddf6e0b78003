/// Text as HTML, SVG and XML can hold it, in elements and in quoted attributes.
///
/// Characters that XML 1.0 has no way to write become U+FFFD, so that a document is well-formed whatever is quoted in it. Line feeds
/// and tabs are written by number: an attribute would lose them.
///
/// Source: W3C, Extensible Markup Language 1.0, 2.2 and 2.4.
/// - Complexity: O(characters).
package func markup(_ text: String) -> String {
  var result = ""
  result.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n": result += "&#10;"
    case "\t": result += "&#9;"
    case "\r": result += "&#13;"
    case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{fffe}", "\u{ffff}": result += "\u{fffd}"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
