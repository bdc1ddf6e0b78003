// Lists what Swift files are made of, names left out: `TokenLister FILE…`.
//
// A program of its own, built by `Judging/Building/SyntaxProgram.swift` against the parser of the toolchain at hand. For each line that
// has tokens comes a line with its number and their words, with spaces between them. Once all tokens of a file are told comes a
// line with `=` and its name.

import Glibc
import SwiftParser
import SwiftSyntax

/// What stands for a token; nil where it is left out.
///
/// Names are all one word, and so are numbers, so that what was named anew is the same. Of texts only the quotes are left, and what is
/// interpolated. Comments and white space are no tokens.
func word(for token: TokenSyntax) -> String? {
  switch token.tokenKind {
  case .endOfFile, .semicolon, .shebang, .stringSegment, .rawStringPoundDelimiter, .regexPoundDelimiter,
    .regexLiteralPattern:
    return nil
  case .identifier, .dollarIdentifier: return "a"
  case .integerLiteral, .floatLiteral, .keyword(.true), .keyword(.false): return "1"
  case .stringQuote, .multilineStringQuote, .singleQuote: return "\""
  case .unknown: return "?"
  default: return token.text
  }
}

/// A file's text; what is no UTF-8 is repaired, as the compiler does.
func contents(of name: String) -> String? {
  guard let file = fopen(name, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var part = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&part, 1, part.count, file), count > 0 { bytes += part[..<count] }
  return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}

for name in CommandLine.arguments.dropFirst() {
  guard let text = contents(of: name) else { exit(2) }
  let tree = Parser.parse(source: text)
  let converter = SourceLocationConverter(fileName: name, tree: tree)
  var line = 0
  var words = ""
  for token in tree.tokens(viewMode: .sourceAccurate) {
    guard let word = word(for: token) else { continue }
    // Not `presumedLocation`: `#sourceLocation` does not move what is found.
    let place = converter.location(for: token.positionAfterSkippingLeadingTrivia).line
    if place != line {
      if !words.isEmpty { print(words) }
      words = "\(place)"
      line = place
    }
    words += " " + word
  }
  if !words.isEmpty { print(words) }
  print("= \(name)")
  // So that whoever reads this knows what was at work if it ends early.
  fflush(nil)
}
