/// What a file of Swift is made of, names, numbers, texts and comments left out: a hash for each token, and the line that it stands in.
///
/// `Sources/TokenLister` says which tokens there are.
package struct SourceTokens: Sendable, Equatable {
  /// FNV-1a of each token's word.
  package private(set) var hashes: [UInt64] = []
  /// The line of each, from 1.
  package private(set) var lines: [Int32] = []

  package var count: Int { hashes.count }

  package init() {}

  /// Takes the tokens of one line of `TokenLister`'s: a number, and words with spaces between them.
  ///
  /// - Returns: false where it is no such line, and nothing was taken.
  package mutating func append(_ text: ArraySlice<UInt8>) -> Bool {
    var words = text.split(separator: UInt8(ascii: " ")).makeIterator()
    guard let digits = words.next(), digits.count < 10, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
    let line = digits.reduce(Int32(0)) { $0 * 10 + Int32($1 & 0xf) }
    while let word = words.next() {
      hashes.append(word.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
      lines.append(line)
    }
    return true
  }
}
