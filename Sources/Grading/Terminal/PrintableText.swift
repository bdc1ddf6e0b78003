/// Untrusted text made harmless to show: no control, escape or direction-changing character reaches the terminal.
///
/// Such characters are shown as `\e`, `\r`, `\0` or `\u{…}`; invalid UTF-8 as U+FFFD. Line feeds and tabs are kept
/// only where `keepsLines` is true. Text over the limit is cut between characters, with a note of how much is missing.
/// - Complexity: O(limit), however long the text is.
package func printable(_ bytes: some Collection<UInt8>, maximumBytes: Int = 4096, keepsLines: Bool = false) -> String {
  let count = bytes.count
  var head = Array(bytes.prefix(maximumBytes + 1))
  if count > maximumBytes {
    // The byte past the limit tells whether the cut would split a character.
    var end = maximumBytes
    while end > 0, maximumBytes - end < 3, UTF8.isContinuation(head[end]) { end -= 1 }
    head.removeSubrange(end...)
  }
  var text = String.UnicodeScalarView()
  var previous: Unicode.Scalar?
  for scalar in String(decoding: head, as: UTF8.self).unicodeScalars {
    if keepsLines, scalar == "\n" || scalar == "\t" {
      // A carriage return before a line feed is how some systems end lines.
      if scalar == "\n", previous == "\r" { text.removeLast(2) }
      text.append(scalar)
    } else {
      text.append(contentsOf: scalar.printableForm)
    }
    previous = scalar
  }
  let missing = count - head.count
  return missing > 0 ? String(text) + "… (\(missing) more bytes)" : String(text)
}

/// As for bytes.
package func printable(_ text: String, maximumBytes: Int = 4096, keepsLines: Bool = false) -> String {
  printable(text.utf8, maximumBytes: maximumBytes, keepsLines: keepsLines)
}

extension Unicode.Scalar {
  fileprivate var printableForm: String.UnicodeScalarView {
    switch self {
    case "\u{1b}": return "\\e".unicodeScalars
    case "\n": return "\\n".unicodeScalars
    case "\r": return "\\r".unicodeScalars
    case "\t": return "\\t".unicodeScalars
    case "\0": return "\\0".unicodeScalars
    // Joiners are parts of emoji and of several scripts, and change nothing by themselves.
    case "\u{200c}", "\u{200d}": return String(self).unicodeScalars
    default: break
    }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
      return "\\u{\(String(value, radix: 16))}".unicodeScalars
    default:
      return String(self).unicodeScalars
    }
  }
}
