import SwiftParser
import SwiftSyntax

/// The tokens of a file, by which changes are told from each other whatever stands between them.
struct SourceTokens {
  let words: [String]
  /// Where each of them begins.
  private let offsets: [Int]

  init(of tree: SourceFileSyntax) {
    let tokens = Array(tree.tokens(viewMode: .sourceAccurate))
    words = tokens.map(\.text)
    offsets = tokens.map(\.positionAfterSkippingLeadingTrivia.utf8Offset)
  }

  /// The file's tokens after a change, which replaces whole ones.
  func words(after change: Change) -> [String] {
    let new = Parser.parse(source: change.replacement).tokens(viewMode: .sourceAccurate).map(\.text)
    // All but the end of the file, which is a token without text.
    return words[..<place(of: change.offset)] + new.dropLast() + words[place(of: change.offset + change.length)...]
  }

  /// The number of the first token that begins there or behind it.
  private func place(of offset: Int) -> Int {
    var range = offsets.startIndex..<offsets.endIndex
    while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
      range = offsets[middle] < offset ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
